"""What users read of cards."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wording
from engine import CardEntry, Reason, Status
from tests.bot.results import card, unknown, unsure, uri


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (card(confidence=0.98), "sure, 98%"),
        (card(confidence=0.997), "sure, 99%"),
        (card(confidence=1.0), "sure, 99%"),
        (unsure("A", 0.6), "probably, 60%"),
        (unsure("A", 0.599), "perhaps, 59%"),
        (card("A", 0.2, Status.UNKNOWN), "perhaps, 20%"),
    ],
)
def test_confidence_is_a_word_and_a_number_that_never_promises_more_than_the_engine(named, words):
    assert wording.confidence_words(named) == words


class TestLink:
    def test_a_name_leads_to_its_page(self):
        assert wording.link("Fog", uri("Fog")) == "[Fog](https://scryfall.com/card/fog)"

    def test_without_a_page_it_is_only_a_name(self):
        assert wording.link("Fog", None) == "Fog"

    @given(
        st.lists(st.sampled_from(["https://", *"\\*_~`|[]() "]) | st.text(max_size=30), max_size=20).map("".join),
        st.from_regex(r"https://scryfall\.com/[a-z()]{0,20}", fullmatch=True),
    )
    def test_no_name_and_no_address_breaks_out_of_the_link(self, name, address):
        made = wording.link(name, address)
        text, target = re.fullmatch(r"\[(.*)\]\(([^()\s]*)\)", made, re.DOTALL).groups()
        # What is left once each backslash has taken its neighbour along is read as Markdown.
        assert not set(re.sub(r"\\.", "", text)) & set("[]\\*_~`|")
        assert target.startswith("https://scryfall.com/")

    @pytest.mark.parametrize("name", ["*Bold*", "_____", "~~gone~~", "`code`", "||hidden||", "https://a_b_"])
    def test_marks_in_a_name_are_shown_as_they_are(self, name):
        assert wording.link(name, None) != name
        assert wording.link(name, None).replace("\\", "") == name


@pytest.mark.parametrize("reason", list(Reason))
def test_a_card_without_a_name_comes_with_what_would_help(reason):
    said = wording.card_line(replace(unknown(), evidence={"reason": reason}))
    assert said == f"{wording.UNKNOWN} ({wording.WHY[reason]})"


def test_a_token_is_called_one():
    goblin = replace(card("Goblin", 0.97), evidence={"token": True})
    assert wording.card_line(goblin) == f"[Goblin]({uri('Goblin')}) · token · sure, 97%"
    assert wording.card_details(goblin)[0] == "Token · sure, 97%"


class TestCardLine:
    def test_name_link_confidence_and_printing(self):
        named = card("Fog", 0.97, printing=("lea", "Limited Edition Alpha", "194"))
        assert wording.card_line(named) == f"[Fog]({uri('Fog')}) · sure, 97% · LEA 194"

    def test_a_printing_that_is_not_sure_is_told_as_probable(self):
        named = card("Fog", 0.97, printing=("lea", "Limited Edition Alpha", "194"), printing_confidence=0.8)
        assert wording.card_line(named).endswith(" · probably LEA 194")

    def test_possible_printings_are_told_shortly(self):
        two = [("m10", "Magic 2010", "183"), ("lea", "Limited Edition Alpha", "194")]
        assert wording.card_line(card("Fog", printings=two)).endswith(" · M10 183 or LEA 194")
        assert wording.card_line(card("Fog", printings=two[:1])).endswith(" · M10 183")
        three = [*two, ("leb", "Limited Edition Beta", "194")]
        assert wording.card_line(card("Fog", printings=three)).endswith(" · M10 183, LEA 194 or 1 more")
        assert wording.card_line(card("Fog", printings=three, more_printings=9)).endswith("LEA 194 or 10 more")

    def test_an_unknown_card_is_not_named_even_where_there_is_a_guess(self):
        guess = card("Fog", 0.2, Status.UNKNOWN)
        assert wording.card_line(guess) == wording.card_line(unknown()) == wording.UNKNOWN


class TestCardDetails:
    def test_of_a_sure_card_confidence_and_printing(self):
        named = card("Fog", 0.97, printing=("lea", "Limited Edition Alpha", "194"))
        assert wording.card_details(named) == ["Sure, 97%", "Limited Edition Alpha (LEA) 194"]

    def test_of_a_card_whose_printing_is_open_those_that_are_possible(self):
        two = [("m10", "Magic 2010", "183"), ("lea", "Limited Edition Alpha", "194")]
        assert wording.card_details(card("Fog", 0.97, printings=two)) == ["Sure, 97%", "Printing: M10 183 or LEA 194"]

    def test_a_number_of_marks_is_shown_as_it_is(self):
        starred = card("Fog", 0.97, printing=("sld", "Secret Lair", "*1*"))
        assert wording.card_details(starred)[1] == r"Secret Lair (SLD) \*1\*"

    def test_an_unsure_card_comes_with_what_else_it_may_be(self):
        lines = wording.card_details(unsure("Fog", 0.7, "Dog", "Bog", "Log"))
        assert lines == ["Probably, 70%", f"Or is it [Dog]({uri('Dog')}) or [Bog]({uri('Bog')})?"]

    def test_an_unsure_card_without_rivals_comes_with_advice(self):
        assert wording.card_details(unsure("Fog"))[-1] == wording.BETTER_PHOTO


class TestList:
    def test_lines_carry_the_numbers_of_the_annotated_photo(self):
        lines = wording.list_of([card("A"), unsure("B"), unknown()])
        assert [line.split(".**")[0] for line in lines] == ["**1", "**2", "**3"]

    def test_equal_sure_cards_share_a_line_with_their_number(self):
        lines = wording.list_of([card("A", 0.93), card("B"), card("A", 0.98)])
        assert lines[0] == f"**1, 3.** [A]({uri('A')}) · sure, 98% · ×2"
        assert len(lines) == 2

    def test_no_name_is_taken_for_the_number_of_another_card(self):
        assert len(wording.list_of([card("#2"), unsure("B")])) == 2

    def test_what_is_not_sure_is_not_counted_together(self):
        assert len(wording.list_of([card("A"), unsure("A"), unsure("A"), unknown(), unknown()])) == 5

    @given(st.lists(st.sampled_from(["A", "B", "C", "#1", "#2", None]), max_size=40))
    def test_every_card_is_told_once(self, names):
        lines = wording.list_of([card(name) if name else unknown() for name in names])
        numbers = [int(n) for line in lines for n in re.match(r"\*\*([\d, ]+)\.\*\*", line)[1].split(", ")]
        assert sorted(numbers) == list(range(1, len(names) + 1))


@given(st.lists(st.text(max_size=150), max_size=40))
def test_a_description_for_those_who_do_not_see_the_photo_fits(names):
    assert len(wording.alt_text([card(name) for name in names])) <= 1024


def test_the_description_numbers_the_cards_like_the_list_and_names_no_more_than_it():
    said = wording.alt_text([card("Fog"), card("Dog", 0.2, Status.UNKNOWN), unsure("Bog")])
    assert said.endswith(f": 1 Fog, 2 {wording.UNKNOWN}, 3 Bog")


class TestEntry:
    def entry(self, **facts):
        return CardEntry(
            **{
                "name": "Fog",
                "oracle_id": None,
                "type_line": "Instant",
                "mana_cost": "{G}",
                "scryfall_uri": uri("Fog"),
                "image_uri": None,
                "printings": 21,
            }
            | facts
        )

    def test_facts_of_a_card(self):
        embed = wording.entry_embed(self.entry())
        assert (embed.title, embed.url) == ("Fog", uri("Fog"))
        assert embed.description == "Instant\n{G}\n21 printings"
        assert embed.image.url is None

    def test_a_name_of_nothing_but_marks_is_shown_as_it_is(self):
        assert wording.entry_embed(self.entry(name="_____")).title == r"\_\_\_\_\_"

    def test_what_is_unknown_leaves_no_gap(self):
        embed = wording.entry_embed(self.entry(type_line="", mana_cost="", printings=1, image_uri="https://x.example/"))
        assert embed.description == "1 printing"
        assert embed.image.url == "https://x.example/"
