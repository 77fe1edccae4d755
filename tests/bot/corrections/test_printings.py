"""The order in which printings are offered, and the sets that people type."""

from __future__ import annotations

import pytest

from bot.corrections.printings import order_printings, original_of, printings_in
from bot.store import AnsweredCard
from engine import Card
from tests.support.bot.entries import printing
from tests.support.bot.results import card

ALPHA, BETA = ("lea", "Limited Edition Alpha", "161"), ("leb", "Limited Edition Beta", "162")


def order(found: Card, *places: str) -> list[str]:
    """Order printings, given as ``set number``, newest first."""
    split = [place.split() for place in places]
    known = [printing(set=code, collector_number=number) for code, number in split]
    return [f"{one.set} {one.collector_number}" for one in order_printings(AnsweredCard.of(found, 0), known)]


class TestOrder:
    newest_first = ("m10 146", "leb 162", "lea 161")

    def test_without_a_hint_the_newest_is_first(self):
        assert order(card(), *self.newest_first) == list(self.newest_first)

    def test_the_likeliest_are_first_as_the_engine_orders_them(self):
        assert order(card(printings=[ALPHA, BETA]), *self.newest_first) == ["lea 161", "leb 162", "m10 146"]

    def test_the_printing_told_is_first(self):
        assert order(card(printing=BETA), *self.newest_first) == ["leb 162", "m10 146", "lea 161"]

    def test_one_that_the_catalogue_does_not_have_any_more_is_left_out(self):
        assert order(card(printing=("xxx", "Gone", "1")), *self.newest_first) == list(self.newest_first)

    def test_copies_of_another_printing_follow_it_directly(self):
        assert order(card(), "plst M14-184", "m15 1", "pm14 184p", "m14 184", "lea 161") == [
            "m15 1",
            "m14 184",
            "plst M14-184",
            "pm14 184p",
            "lea 161",
        ]

    def test_copies_without_their_original_keep_their_place(self):
        assert order(card(), "plst M14-184", "m15 1", "pm13 184p") == ["plst M14-184", "m15 1", "pm13 184p"]

    def test_a_likely_copy_comes_before_its_original(self):
        listed = ("plst", "The List", "M14-184")
        assert order(card(printing=listed), "plst M14-184", "m15 1", "m14 184") == ["plst M14-184", "m15 1", "m14 184"]


@pytest.mark.parametrize(
    ("code", "number", "original"),
    [
        ("plst", "M14-184", ("m14", "184")),
        ("pxln", "5p", ("xln", "5")),
        ("pxln", "5s", ("xln", "5")),
        ("m11", "5★", ("m11", "5")),
        ("lea", "161", ("lea", "161")),
        ("pls", "5", ("pls", "5")),
        ("sld", "p", ("sld", "p")),
    ],
)
def test_a_copy_is_known_by_its_number(code, number, original):
    assert original_of(code, number) == original


class TestSet:
    known = (
        printing(set="m10", set_name="Magic 2010", collector_number="146"),
        printing(set="lea", set_name="Limited Edition Alpha"),
        printing(set="leb", set_name="Limited Edition Beta"),
        printing(set="snc", set_name="Streets of New Capenna", collector_number="5"),
        printing(set="snc", set_name="Streets of New Capenna", collector_number="300"),
    )

    @pytest.mark.parametrize(
        ("typed", "codes"),
        [
            ("M10", ["m10"]),
            ("(lea)", ["lea"]),
            ("magic 2010", ["m10"]),
            ("Alpha", ["lea"]),
            ("limited  edition", ["lea", "leb"]),
            ("SNC", ["snc", "snc"]),
            ("m1", []),
            ("Ice Age", []),
            ("", []),
        ],
    )
    def test_its_code_its_name_and_a_part_of_that_are_understood(self, typed, codes):
        assert [one.set for one in printings_in(self.known, typed)] == codes
