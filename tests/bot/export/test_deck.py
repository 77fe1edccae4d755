"""Deck lists as importers read them, and what the message with the files says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export.deck import deck_list
from bot.export.handler import export_view
from bot.messages import Messages
from bot.store import AnsweredCard
from engine import Status
from tests.support.bot.stored_values import M10, card, exported_cards

EN = Messages.open().words("en")
LINE = re.compile(r"(?P<count>[1-9]\d*) (?P<name>.*?)( \((?P<set>\S+)\) (?P<number>\S+))?")
"""A line as an importer reads it."""

printed = st.sampled_from([None, M10, replace(M10, set="lea", collector_number="161"), replace(M10, set="sld")])
ordinary = st.builds(card, st.sampled_from(["Shock", "Fire // Ice", "+2 Mace", "_____", None]), printing=printed)
"""Ordinary cards."""


def unsure(one: AnsweredCard) -> AnsweredCard:
    return replace(one, status=Status.UNSURE)


def told(cards: Sequence[AnsweredCard]) -> list[AnsweredCard]:
    return [one for one in cards if one.name and one.status is not Status.UNKNOWN]


class TestLines:
    def test_equal_cards_share_a_line_in_order_of_first_appearance(self):
        bolt, shock = card(printing=M10), card("Shock")
        assert deck_list([bolt, shock, bolt]) == "2 Lightning Bolt (M10) 146\n1 Shock\n"

    def test_each_printing_has_a_line_of_its_own(self):
        lea = replace(M10, set="lea", collector_number="161")
        cards = [card(printing=M10), card(printing=lea), card()]
        assert deck_list(cards).splitlines() == [
            "1 Lightning Bolt (M10) 146",
            "1 Lightning Bolt (LEA) 161",
            "1 Lightning Bolt",
        ]

    def test_the_confidence_of_a_printing_makes_no_difference(self):
        cards = [card(printing=M10), card(printing=replace(M10, confidence=0.5))]
        assert deck_list(cards) == "2 Lightning Bolt (M10) 146\n"

    def test_a_set_without_a_number_is_left_out(self):
        assert deck_list([card(printing=replace(M10, collector_number=""))]) == "1 Lightning Bolt\n"

    @pytest.mark.parametrize(
        ("name", "spelt"),
        [
            ("Fire // Ice", "Fire // Ice"),
            ("Delver of Secrets // Insectile Aberration", "Delver of Secrets // Insectile Aberration"),
            (
                "Bloomvine Regent // Claim Territory // Bloomvine Regent // Claim Territory",
                "Bloomvine Regent // Claim Territory",
            ),
            ("SP//dr, Piloted by Peni", "SP//dr, Piloted by Peni"),
        ],
    )
    def test_a_card_with_two_names_has_each_of_them_once(self, name: str, spelt: str):
        assert deck_list([card(name)]) == f"1 {spelt}\n"

    def test_tokens_and_unknown_cards_are_left_out(self):
        assert deck_list([card("Zombie", token=True), card(None)]) == ""

    def test_an_unsure_card_is_listed_by_its_best_name(self):
        assert deck_list([unsure(card("Shock"))]) == "1 Shock\n"

    def test_the_guess_for_an_unknown_card_is_not_listed(self):
        assert deck_list([replace(card("Shock"), status=Status.UNKNOWN)]) == ""


@given(st.lists(ordinary, max_size=12))
def test_all_named_cards_are_read_back(cards: list[AnsweredCard]):
    lines = deck_list(cards).splitlines()
    read: Counter[tuple[str, str | None]] = Counter()
    for line in lines:
        found = LINE.fullmatch(line)
        assert found
        read[found["name"], found["set"]] += int(found["count"])
    assert read == Counter((one.name, one.printing.set.upper() if one.printing else None) for one in told(cards))
    assert len(read) <= len(lines)


@given(st.lists(exported_cards, max_size=6))
def test_no_text_breaks_out_of_its_line_and_none_is_lost(cards: list[AnsweredCard]):
    lines = deck_list(cards).splitlines()
    assert sum(int(line.split(" ")[0]) for line in lines) == sum(not one.token for one in told(cards))


def test_the_message_says_what_the_files_do_not():
    cards = [
        *(card(printing=M10), card("Zombie", printing=M10, token=True)),
        *(unsure(card("Shock")), unsure(card("Shock", printing=M10)), unsure(card("Ember"))),
    ]
    (text,) = export_view(cards, [], None, EN).children
    assert text.content.splitlines() == [
        EN.format("export-title", count=5),
        EN.format("export-unsure", count=2),
        EN.format("export-tokens"),
        EN.format("export-without-printing", count=2),
    ]


def test_a_message_with_nothing_to_remark_has_only_its_title():
    (text,) = export_view([card(printing=M10)], [], None, EN).children
    assert text.content == EN.format("export-title", count=1)
