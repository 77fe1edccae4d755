"""The messages and the form for correcting an answer."""

from __future__ import annotations

import asyncio

import pytest
from discord import ui

from bot.corrections.panel import ANY_PRINTING, PANEL_CARDS, CorrectionForm, card_panel, printing_option, which_panel
from bot.messages import Messages
from bot.replies.compose import compose
from bot.store import Answer
from engine import Card, Status
from tests.support.bot.discord_rules import message_faults
from tests.support.bot.entries import printing
from tests.support.bot.layouts import items, message_of, text_of
from tests.support.bot.results import card, looked, unknown
from tests.support.bot.stored_values import answer

EN = Messages.open().words("en")


def answered(*cards: Card) -> Answer:
    return compose([looked(*cards)], answer(), EN)[0]


def text_for(*cards: Card) -> str:
    return text_of(card_panel(answered(*cards), 0, [], EN))


def test_one_of_several_cards_has_its_number_and_a_single_one_has_none():
    assert text_for(card("Fog"), card("Shock")).startswith("**Card 1**: [Fog]")
    assert text_for(card("Fog")).startswith("[Fog]")
    assert text_for(unknown()) == "A card I can’t name"


def offered(found: Answer, first: int) -> list[int]:
    menus = items(which_panel(found, EN, first), ui.Select)
    return [int(option.value) for menu in menus for option in menu.options]


def test_the_cards_of_ten_decks_are_offered_a_deck_at_a_time():
    found = compose([looked(*[card("Fog")] * 100)] * 10, answer(), EN)[0]
    pages = range(0, len(found.cards), PANEL_CARDS)
    assert [at for first in pages for at in offered(found, first)] == list(range(1000))
    for first in pages:
        view = which_panel(found, EN, first)
        assert list(message_faults(message_of(view))) == []
        turns = [button.label for button in items(view, ui.Button)]
        assert turns == ["Back"] * (first > 0) + ["Next"] * (first + PANEL_CARDS < 1000)


def test_each_of_several_menus_says_which_cards_it_has():
    menus = items(which_panel(answered(*[card("Fog")] * 30), EN), ui.Select)
    assert [menu.placeholder for menu in menus] == ["Choose among cards 1 to 25", "Choose among cards 26 to 30"]
    (menu,) = items(which_panel(answered(card("Fog"), card("Dog")), EN), ui.Select)
    assert menu.placeholder == "Choose the card"


def test_all_printings_are_offered_a_menu_at_a_time_and_any_of_them_in_each():
    found, known = answered(card("Forest")), [printing(number) for number in range(1, 61)]
    values, labels = [], []
    for page in range(3):
        view = card_panel(found, 0, known, EN, page)
        assert list(message_faults(message_of(view))) == []
        (menu,) = [one for one in items(view, ui.Select) if one.custom_id.startswith("v1:printing:")]
        *offered, last = [option.value for option in menu.options]
        assert last == ANY_PRINTING
        values += offered
        labels.append(menu.placeholder)
        turns = [button.label for button in items(view, ui.Button) if button.custom_id.startswith("v1:printings:")]
        assert turns == ["Back"] * (page > 0) + ["Next"] * (page < 2)
    assert values == [f"LEA {number}" for number in range(1, 61)]
    assert labels[2] == "Choose among printings 49 to 60 of 60"


def test_few_printings_need_no_pages():
    view = card_panel(answered(card("Fog")), 0, [printing(number) for number in range(24)], EN)
    menu = items(view, ui.Select)[-1]
    assert (menu.placeholder, len(menu.options)) == ("Choose its printing", 25)
    assert not [one for one in items(view, ui.Button) if "printings" in one.custom_id]


@pytest.mark.parametrize(("name", "label"), [("DMO", "DMO 1"), ("Limited", "Limited · DMO 1")])
def test_a_printing_is_offered_with_the_name_of_its_set_if_that_is_known(name, label):
    assert printing_option(printing(set="dmo", set_name=name))[1] == label


@pytest.mark.parametrize(("found", "default"), [(card("Fog"), "Fog"), (card("Fog", 0.1, Status.UNKNOWN), None)])
def test_the_form_is_filled_in_with_the_name_told_but_not_with_a_guess(found, default):
    async def submit(*_: object) -> None:
        raise AssertionError

    async def build() -> CorrectionForm:
        return CorrectionForm(answered(found), 0, EN, submit)

    form = asyncio.run(build())
    assert next(one.default for one in form.walk_children() if isinstance(one, ui.TextInput)) == default
    assert form.timeout
