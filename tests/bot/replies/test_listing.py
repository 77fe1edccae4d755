"""Lists of the cards in a photo."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Messages
from bot.replies.compose import compose
from bot.replies.listing import alt_text, full_list, list_lines, short_lists
from bot.store import AnsweredCard
from engine import Card, CardEvidence, Status
from tests.support.bot.results import card, looked, priced, unknown, unsure, uri
from tests.support.bot.stored_values import answer

EN = Messages.open().words("en")
UNKNOWN = EN.format("unknown-card")


def stored(found: list[Card]) -> list[AnsweredCard]:
    return [AnsweredCard.of(one, 0) for one in found]


def listed(found: list[Card]) -> list[str]:
    return full_list(stored(found), EN)


def alt(found: list[Card]) -> str:
    return alt_text(stored(found), EN)


def numbers(line: str) -> list[int]:
    """The numbers before a line, ranges written out."""
    parts = re.match(r"\*\*([\d, –]+)\.\*\*", line)[1].split(", ")
    ends = [[int(end) for end in part.split("–")] for part in parts]
    return [number for end in ends for number in range(end[0], end[-1] + 1)]


class TestFullList:
    def test_lines_have_the_numbers_of_the_annotated_photo(self):
        lines = listed([card("A"), unsure("B"), unknown()])
        assert [line.split(".**")[0] for line in lines] == ["**1", "**2", "**3"]

    def test_equal_sure_cards_share_a_line_and_are_counted(self):
        lines = listed([card("A", 0.93), card("B"), card("A", 0.98)])
        assert lines[0] == f"**1, 3.** 2× [A]({uri('A')}) · sure, 98%"
        assert len(lines) == 2

    def test_neighbours_are_given_as_a_range(self):
        found = [*[card("Plains")] * 4, card("Fog"), *[card("Plains")] * 2]
        assert [line.split(" [")[0] for line in listed(found)] == ["**1–4, 6, 7.** 6×", "**5.**"]

    def test_copies_of_different_printings_have_a_line_each(self):
        found = [card("Fog", printing=("lea", "Alpha", "1")), card("Fog", printing=("m10", "Magic 2010", "2"))]
        assert len(listed(found)) == 2

    def test_copies_of_other_possible_printings_share_a_line_with_what_any_of_them_may_cost(self):
        old = card("Fog", printings=[("lea", "Alpha", "1"), ("leb", "Beta", "1")], prices=priced((9000, 20000)))
        new = card("Fog", printings=[("m10", "Magic 2010", "2"), ("m11", "Magic 2011", "2")], prices=priced((10, 20)))
        assert listed([old, old]) == [f"**1, 2.** 2× [Fog]({uri('Fog')}) · sure, 98% · LEA 1 or LEB 1 · $90 to $200"]
        told = "$0.10 to $200, depending on the printing"
        assert listed([old, new]) == [f"**1, 2.** 2× [Fog]({uri('Fog')}) · sure, 98% · {told}"]

    def test_a_token_is_not_counted_with_the_card_of_its_name(self):
        token = replace(card("Goblin"), evidence=CardEvidence(token=True))
        assert len(listed([card("Goblin"), token])) == 2

    def test_a_name_that_looks_like_a_number_is_kept_apart(self):
        assert len(listed([card("#2"), unsure("B")])) == 2

    def test_unsure_cards_do_not_share_a_line(self):
        assert len(listed([card("A"), unsure("A"), unsure("A"), unknown(), unknown()])) == 5

    @given(st.lists(st.sampled_from(["A", "B", "C", "#1", "#2", None]), max_size=40))
    def test_every_card_is_told_once(self, names):
        found = [card(name) if name else unknown() for name in names]
        for lines in (listed(found), *short_lists(stored(found), EN)):
            told = [number for line in lines for number in numbers(line)]
            assert sorted(told) == list(range(1, len(names) + 1))


class TestShortLists:
    found = (card("Fog", printing=("lea", "Alpha", "1")), card("Fog", printing=("m10", "Magic 2010", "2")))

    def test_copies_are_counted_whatever_their_printing(self):
        assert short_lists(stored(list(self.found)), EN) == [
            [f"**1, 2.** 2× [Fog]({uri('Fog')})"],
            ["**1, 2.** 2× Fog"],
        ]

    def test_only_doubt_is_told(self):
        token = replace(card("Goblin"), evidence=CardEvidence(token=True))
        *_, bare = short_lists(stored([unsure("Dog", 0.7), token, card("Dog", 0.2, Status.UNKNOWN)]), EN)
        assert bare == ["**1.** Dog · probably, 70%", "**2.** Goblin · token", f"**3.** {UNKNOWN}"]


def test_the_list_of_several_photos_has_a_heading_for_each():
    composed, _ = compose([looked(card("Fog")), looked(), looked(card("Dog"))], answer(), EN)
    lines = list_lines(composed, EN)
    assert [line.split(" · ")[0] for line in lines] == [
        "### Photo 1",
        f"**1.** [Fog]({uri('Fog')})",
        "### Photo 3",
        f"**1.** [Dog]({uri('Dog')})",
    ]


@given(st.lists(st.text(max_size=150), max_size=120))
def test_the_alt_text_fits(names):
    assert len(alt([card(name) for name in names])) <= 1024


def test_the_alt_text_has_the_numbers_and_names_of_the_list():
    said = alt([card("Fog"), card("Dog", 0.2, Status.UNKNOWN), unsure("Bog")])
    assert said.endswith(f": 1 Fog, 2 {UNKNOWN}, 3 Bog")


def test_the_alt_text_counts_what_it_leaves_out():
    said = alt([card(f"Emberwing Matriarch {n}") for n in range(75)])
    told = said.count("Emberwing")
    assert said.endswith(f", … and {75 - told} more")
