"""Texts about the cards of a photo."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.markdown import link
from bot.messages import Messages
from bot.replies import wording
from bot.replies.rows import candidate_options
from bot.store import AnsweredCard
from engine import Candidate, Card, CardEvidence, Reason, Status
from tests.support.bot.results import card, unknown, unsure, uri

EN = Messages.open().words("en")
UNKNOWN = EN.format("unknown-card")
TEN = [(f"s{number}", f"Set {number}", "1") for number in range(10)]
"""Ten possible printings, each of another set."""


def told(found: Card) -> AnsweredCard:
    return AnsweredCard.of(found, 0)


def line(found: Card) -> str:
    return wording.card_line(told(found), EN)


def details(found: Card) -> list[str]:
    return wording.card_details(told(found), EN)


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
def test_confidence_is_a_word_and_a_number_rounded_down(named, words):
    assert wording.confidence_text(told(named), EN) == words


@pytest.mark.parametrize(("lang", "name"), [("de", "German"), ("zhs", "Chinese (Simplified)"), ("qya", "qya")])
def test_a_foreign_language_is_told(lang, name):
    foreign = replace(told(card("Fog")), lang=lang)
    assert wording.card_line(foreign, EN).split(" · ")[-1] == name
    assert wording.capitalise(name) in wording.card_details(foreign, EN)


@pytest.mark.parametrize("lang", ["en", None])
def test_english_goes_without_saying(lang):
    plain = replace(told(card("Fog")), lang=lang)
    assert wording.language_text(plain, EN) == ""
    assert wording.card_line(plain, EN) == line(card("Fog"))


class TestLink:
    def test_a_name_leads_to_its_page(self):
        assert link("Fog", uri("Fog")) == "[Fog](https://scryfall.com/card/fog)"

    def test_without_a_page_it_is_only_a_name(self):
        assert link("Fog", None) == "Fog"

    @given(
        st.lists(st.sampled_from(["https://", *"\\*_~`|[]() "]) | st.text(max_size=30), max_size=20).map("".join),
        st.from_regex(r"https://scryfall\.com/[a-z()]{0,20}", fullmatch=True),
    )
    def test_no_name_or_address_breaks_out_of_the_link(self, name, address):
        made = link(name, address)
        text, target = re.fullmatch(r"\[(.*)\]\(([^()\s]*)\)", made, re.DOTALL).groups()
        # What is left once each backslash has taken its neighbour along is read as Markdown.
        assert not set(re.sub(r"\\.", "", text)) & set("[]\\*_~`|")
        assert target.startswith("https://scryfall.com/")

    @pytest.mark.parametrize("name", ["*Bold*", "_____", "~~gone~~", "`code`", "||hidden||", "https://a_b_"])
    def test_markdown_in_a_name_is_escaped(self, name):
        assert link(name, None) != name
        assert link(name, None).replace("\\", "") == name


@pytest.mark.parametrize("reason", list(Reason))
def test_a_card_without_a_name_says_why(reason):
    said = line(replace(unknown(), evidence=CardEvidence(reason=reason)))
    assert said == f"{UNKNOWN} ({EN.format(wording.REASONS[reason])})"


def test_a_name_that_a_person_gave_is_called_confirmed():
    assert wording.confidence_text(replace(told(unsure("Fog")), corrected=True), EN) == "confirmed"


def test_a_token_is_called_one():
    goblin = replace(card("Goblin", 0.97), evidence=CardEvidence(token=True))
    assert line(goblin) == f"[Goblin]({uri('Goblin')}) · token · sure, 97%"
    assert details(goblin)[0] == "Token · sure, 97%"


class TestCardLine:
    def test_name_link_confidence_and_printing(self):
        named = card("Fog", 0.97, printing=("lea", "Limited Edition Alpha", "194"))
        assert line(named) == f"[Fog]({uri('Fog')}) · sure, 97% · LEA 194"

    def test_a_printing_that_is_not_sure_is_told_as_probable(self):
        named = card("Fog", 0.97, printing=("lea", "Limited Edition Alpha", "194"), printing_confidence=0.8)
        assert line(named).endswith(" · probably LEA 194")

    def test_up_to_three_possible_printings_are_named(self):
        two = [("lea", "Limited Edition Alpha", "194"), ("leb", "Limited Edition Beta", "195")]
        three = [*two, ("2ed", "Unlimited Edition", "195")]
        assert line(card("Fog", printings=two)).endswith(" · LEA 194 or LEB 195")
        assert line(card("Fog", printings=three)).endswith(" · LEA 194, LEB 195 or 2ED 195")

    def test_a_single_one_that_is_not_sure_to_be_the_one_is_probable(self):
        only = [("m10", "Magic 2010", "183")]
        assert line(card("Fog", printings=only)).endswith(" · probably M10 183")

    def test_of_more_only_their_number_and_years_are_told(self):
        found = card("Fog", printings=TEN, more_printings=4)
        assert line(replace(found, printing_years=(1994, 2003))).endswith(" · one of 14 printings of 1994–2003")
        assert line(replace(found, printing_years=(1994, 1994))).endswith(" · one of 14 printings of 1994")
        assert line(found).endswith(" · one of 14 printings")

    def test_more_of_a_single_set_are_told_by_the_set(self):
        five = [("snc", "Streets of New Capenna", str(number)) for number in range(5)]
        found = replace(card("Fog", printings=five), printing_years=(2022, 2022))
        assert line(found).endswith(" · one of 5 printings of Streets of New Capenna")

    def test_a_set_that_the_listed_ones_share_is_not_that_of_all(self):
        listed = [("snc", "Streets of New Capenna", str(number)) for number in range(10)]
        assert line(card("Fog", printings=listed, more_printings=1)).endswith(" · one of 11 printings")

    def test_an_unknown_card_is_not_named_even_where_there_is_a_guess(self):
        guess = card("Fog", 0.2, Status.UNKNOWN)
        assert line(guess) == line(unknown()) == UNKNOWN


class TestCardDetails:
    def test_a_sure_card_has_confidence_and_printing(self):
        named = card("Fog", 0.97, printing=("lea", "Limited Edition Alpha", "194"))
        assert details(named) == ["Sure, 97%", "Limited Edition Alpha (LEA) 194"]

    def test_a_card_of_unknown_printing_has_the_possible_ones(self):
        two = [("m10", "Magic 2010", "183"), ("lea", "Limited Edition Alpha", "194")]
        said = "Printing: Magic 2010 or Limited Edition Alpha"
        assert details(card("Fog", 0.97, printings=two)) == ["Sure, 97%", said]

    def test_possible_printings_of_the_same_set_have_their_numbers(self):
        three = [("m10", "Magic 2010", "183"), ("m10", "Magic 2010", "250"), ("lea", "Limited Edition Alpha", "194")]
        said = "Printing: Magic 2010 183, Magic 2010 250 or Limited Edition Alpha"
        assert details(card("Fog", 0.97, printings=three)) == ["Sure, 97%", said]

    def test_many_possible_printings_are_told_by_what_they_share(self):
        found = replace(card("Fog", 0.97, printings=TEN, more_printings=4), printing_years=(1994, 2003))
        assert details(found) == ["Sure, 97%", "One of 14 printings of 1994–2003"]

    def test_markdown_in_a_number_is_escaped(self):
        starred = card("Fog", 0.97, printing=("sld", "Secret Lair", "*1*"))
        assert details(starred)[1] == r"Secret Lair (SLD) \*1\*"

    def test_an_unsure_card_has_its_other_candidates(self):
        lines = details(unsure("Fog", 0.7, "Dog", "Bog", "Log"))
        assert lines == ["Probably, 70%", f"Or is it [Dog]({uri('Dog')}) or [Bog]({uri('Bog')})?"]

    def test_an_unsure_card_without_rivals_comes_with_advice(self):
        assert details(unsure("Fog"))[-1] == EN.format("better-photo")


def with_candidates(*confidences: float) -> Card:
    names = [f"Card {number}" for number in range(len(confidences))]
    candidates = tuple(Candidate(name, one, uri(name)) for name, one in zip(names, confidences, strict=True))
    return replace(unsure(names[0], confidences[0]), candidates=candidates)


def test_unlikely_candidates_are_not_suggested():
    assert details(with_candidates(0.7, 0.01, 0.009))[-1] == "Or is it [Card 1](https://scryfall.com/card/card-1)?"
    assert details(with_candidates(0.7, 0.009))[-1] == EN.format("better-photo")


def test_the_menu_has_the_numbers_of_the_text_and_none_for_unlikely_candidates():
    found = with_candidates(0.776, 0.2, 0.009)
    assert "77%" in wording.confidence_text(told(found), EN)
    assert [option.description for option in candidate_options(told(found))] == ["77%", "20%", None]


def test_a_set_without_a_name_is_given_by_its_code_once():
    assert details(card(printing=("dmo", "DMO", "12")))[1] == "DMO 12"
    assert details(card(printing=("lea", "Limited Edition Alpha", "161")))[1] == "Limited Edition Alpha (LEA) 161"
