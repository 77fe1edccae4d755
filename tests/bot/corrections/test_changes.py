"""Answers after corrections, and who may make them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.components.interaction import Person
from bot.corrections.changes import is_trusted, may_change, with_name, with_printing, without_printing
from bot.store import NO_PRICE, AnsweredCard, GuildSettings
from engine import Card, CardEntry, Prices, PrintingEntry, Status
from tests.support.bot.results import card, priced, unknown, unsure, uri
from tests.support.bot.stored_values import answer

POSTER, STRANGER = Person(5), Person(6)


def entry(name: str) -> CardEntry:
    return CardEntry(name, None, "Instant", "{G}", uri(name), None, 1)


def printing(code: str = "lea", number: str = "194", *, usd: int | None = None, year: int = 1993) -> PrintingEntry:
    page, date = f"https://scryfall.com/card/{code}/{number}", None if usd is None else "2026-01-31"
    return PrintingEntry(
        code, "A set", number, f"{year}-08-05", "en", "common", page, "https://x.example/", (), Prices(usd=usd), date
    )


def of(found: Card) -> AnsweredCard:
    return AnsweredCard.of(found, 0)


class TestName:
    def test_another_name_is_certain_and_confirmed(self):
        fog = with_name(of(unsure("Dog")), entry("Fog"), [])
        assert (fog.name, fog.status, fog.corrected, fog.scryfall_uri) == ("Fog", Status.IDENTIFIED, True, uri("Fog"))

    def test_a_printing_of_the_old_name_is_dropped(self):
        before = of(card("Dog", printing=("m10", "Magic 2010", "1")))
        assert with_name(before, entry("Fog"), [printing(), printing("leb")]).printing is None

    def test_the_only_printing_is_taken(self):
        fog = with_name(of(unknown()), entry("Fog"), [printing()])
        assert (fog.printing.set, fog.printing.collector_number, fog.printing.confidence) == ("lea", "194", 1.0)
        assert fog.scryfall_uri == "https://scryfall.com/card/lea/194"

    def test_a_confirmed_name_keeps_its_printing_and_its_page(self):
        before = of(card("Fog", printing=("m10", "Magic 2010", "1")))
        fog = with_name(before, entry("Fog"), [printing(), printing("m10", "1")])
        assert (fog.printing, fog.scryfall_uri) == (before.printing, before.scryfall_uri)
        assert fog.corrected

    def test_a_confirmed_name_keeps_its_possible_printings_and_what_they_cost(self):
        two = [("lea", "Alpha", "194"), ("leb", "Beta", "194")]
        before = of(card("Fog", printings=two, prices=priced((9000, 20000))))
        fog = with_name(before, entry("Fog"), [printing(), printing("leb"), printing("m10", "1", usd=10)])
        assert replace(fog, corrected=False) == before


class TestPrice:
    old = printing(usd=9000)
    new = printing("m10", "1", usd=10, year=2009)

    def test_of_a_chosen_printing_it_is_its_own(self):
        assert with_printing(of(card("Fog", prices=priced((10, 9000)))), self.old).prices == priced(9000)
        assert with_name(of(unsure("Dog")), entry("Fog"), [self.old]).prices == priced(9000)

    def test_of_a_chosen_name_it_is_the_range_of_its_printings(self):
        fog = with_name(of(card("Dog", prices=priced(5))), entry("Fog"), [self.new, self.old])
        assert (fog.prices, fog.printings_possible, fog.printing_years) == (priced((10, 9000)), 2, (1993, 2009))
        assert [one.set for one in fog.printings] == ["m10", "lea"]

    def test_of_another_name_none_is_left(self):
        dog = of(card("Dog", prices=priced(5)))
        assert with_name(dog, entry("Fog"), [printing(), printing("leb")]).prices == NO_PRICE
        assert with_printing(dog, printing()).prices == NO_PRICE


class TestAnyPrinting:
    both = (printing("m10", "1", usd=10, year=2009), printing(usd=9000))

    def test_a_printing_that_was_told_is_dropped_and_its_price_becomes_the_range(self):
        before = of(card("Fog", printing=("m10", "Magic 2010", "1"), prices=priced(10)))
        fog = without_printing(before, entry("Fog"), self.both)
        assert (fog.printing, fog.prices, fog.printings_possible) == (None, priced((10, 9000)), 2)
        assert (fog.corrected, fog.scryfall_uri) == (True, uri("Fog"))

    def test_what_the_engine_held_for_possible_stays(self):
        before = of(card("Fog", printings=[("lea", "Alpha", "194")], more_printings=1, prices=priced((9000, 20000))))
        fog = without_printing(before, entry("Fog"), self.both)
        assert replace(fog, corrected=False) == before


def test_a_printing_confirms_the_name_and_links_to_its_own_page():
    fog = with_printing(of(unsure("Fog")), printing("m10", "1"))
    assert (fog.status, fog.corrected, fog.printings, fog.printings_possible) == (Status.IDENTIFIED, True, (), 0)
    assert fog.scryfall_uri == fog.printing.scryfall_uri == "https://scryfall.com/card/m10/1"


def test_other_cards_of_an_answer_do_not_change():
    before = answer(cards=(of(card("A")), of(unsure("B")), of(card("C"))))
    after = before.with_card(1, with_name(before.cards[1], entry("Fog"), []))
    assert [one.name for one in after.cards] == ["A", "Fog", "C"]
    assert (after.cards[0], after.cards[2]) == (before.cards[0], before.cards[2])


@pytest.mark.parametrize(
    ("person", "trusted"),
    [
        (STRANGER, False),
        (POSTER, False),
        (replace(STRANGER, roles=frozenset({9})), False),
        (replace(STRANGER, roles=frozenset({8, 9})), True),
        (replace(STRANGER, manages=True), True),
    ],
)
def test_the_engine_learns_from_admins_and_chosen_roles(person, trusted):
    assert is_trusted(person, GuildSettings(1, confirmers=frozenset({8}))) == trusted


def test_the_poster_may_change_an_answer_and_a_stranger_may_not():
    assert may_change(POSTER, answer(asker=5), GuildSettings(1))
    assert not may_change(STRANGER, answer(asker=5), GuildSettings(1))


def test_in_direct_messages_nobody_is_trusted():
    assert not is_trusted(replace(POSTER, manages=True), None)
