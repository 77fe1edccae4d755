"""CSV files as importers read them, without formulas that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export.table import COLUMNS, Importer, csv_text, escape_formula
from bot.store import AnsweredCard
from engine import Status
from tests.support.bot.stored_values import M10, card, exported_cards

COUNT = {Importer.MOXFIELD: "Count", Importer.ARCHIDEKT: "Quantity", Importer.MANABOX: "Quantity"}


def rows(text: str) -> list[dict[str, str]]:
    """Read a file as an importer does; every row must have as many cells as the header."""
    read = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in read)
    return read


def test_moxfield_gets_its_own_headers_and_lower_case_codes():
    cards = [card(printing=M10), card("Ajani, Caller of the Pride"), card(printing=M10)]
    assert csv_text(cards, Importer.MOXFIELD) == (
        "Count,Name,Edition,Collector Number,Language\r\n"
        '2,Lightning Bolt,m10,146,\r\n1,"Ajani, Caller of the Pride",,,\r\n'
    )


def test_manabox_gets_its_own_headers_and_the_scryfall_id():
    assert csv_text([card(printing=M10)], Importer.MANABOX) == (
        "Name,Set code,Set name,Collector number,Quantity,Scryfall ID,Language\r\n"
        "Lightning Bolt,M10,Magic 2010,146,1,b2c6aa39,\r\n"
    )


def test_archidekt_gets_everything_that_identifies_a_printing():
    assert csv_text([card(printing=M10)], Importer.ARCHIDEKT) == (
        "Quantity,Name,Edition Name,Edition Code,Scryfall ID,Collector Number,Language\r\n"
        "1,Lightning Bolt,Magic 2010,m10,b2c6aa39,146,\r\n"
    )


@pytest.mark.parametrize(
    ("importer", "languages"),
    [
        (Importer.MOXFIELD, ["German", "Chinese Simplified", "English", ""]),
        (Importer.ARCHIDEKT, ["DE", "ZHS", "EN", ""]),
        (Importer.MANABOX, ["de", "zhs", "en", ""]),
    ],
)
def test_languages_are_written_as_each_site_does_and_counted_apart(importer: Importer, languages):
    cards = [card(lang="de"), card(lang="zhs"), card(lang="en"), card(), card(lang="de")]
    read = rows(csv_text(cards, importer))
    assert [row["Language"] for row in read] == languages
    assert [row[COUNT[importer]] for row in read] == ["2", "1", "1", "1"]


def test_every_importer_has_columns():
    assert set(COLUMNS) == set(Importer)


@pytest.mark.parametrize("importer", Importer)
class TestRows:
    def test_tokens_have_rows_of_their_own_with_their_plain_names(self, importer: Importer):
        cards = [card("Ajani's Pridemate"), card("Ajani's Pridemate", token=True), card("Zombie // Zombie", token=True)]
        read = rows(csv_text(cards, importer))
        assert [row["Name"] for row in read] == ["Ajani's Pridemate", "Ajani's Pridemate", "Zombie // Zombie"]

    def test_unsure_cards_are_listed_and_unknown_ones_are_not(self, importer: Importer):
        cards = [replace(card("Shock"), status=Status.UNSURE), card(None)]
        assert [row["Name"] for row in rows(csv_text(cards, importer))] == ["Shock"]

    def test_without_cards_there_is_only_the_header(self, importer: Importer):
        assert csv_text([], importer).splitlines() == [",".join(COLUMNS[importer])]


@given(st.lists(exported_cards, max_size=6))
def test_counts_add_up_and_no_name_is_lost(cards: list[AnsweredCard]):
    told = [one for one in cards if one.name and one.status is not Status.UNKNOWN]
    for importer in Importer:
        read = rows(csv_text(cards, importer))
        assert sum(int(row[COUNT[importer]]) for row in read) == len(told)


@given(st.lists(st.sampled_from(["Shock", "+2 Mace", "Fire // Ice", 'Kongming, "Sleeping Dragon"'])))
def test_names_and_counts_are_read_back_unchanged(names: list[str]):
    for importer in Importer:
        read = rows(csv_text([card(name) for name in names], importer))
        assert Counter({row["Name"]: int(row[COUNT[importer]]) for row in read}) == Counter(names)


@given(st.lists(exported_cards, max_size=3), st.sampled_from("=+-@\t\r"), st.text())
def test_no_cell_is_a_formula(cards: list[AnsweredCard], start: str, rest: str):
    evil = replace(M10, set=f"{start}{rest}", collector_number=f"{start}HYPERLINK({rest})")
    cards = [*cards, card(f"{start}cmd|{rest}!A0", printing=evil)]
    for row in [row for importer in Importer for row in rows(csv_text(cards, importer))]:
        assert not any(cell.startswith(("=", "@", "\t", "\r")) for cell in row.values())
        signed = [cell for cell in row.values() if cell.startswith(("+", "-"))]
        assert not any(set(cell) & set('()|!:;&*/="') for cell in signed)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "=HYPERLINK(A1)"])
def test_a_possible_formula_gets_an_apostrophe(cell: str):
    assert escape_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["+2 Mace", "Shock", "*165", "_____", "", "146★", "-Wit's End"])
def test_a_harmless_cell_is_unchanged(cell: str):
    assert escape_formula(cell) == cell
