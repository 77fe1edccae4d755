"""The messages and the form for correcting an answer."""

from __future__ import annotations

import asyncio

import pytest
from discord import ui

from bot.corrections.panel import CorrectionForm, card_panel, printing_option
from bot.messages import Messages
from bot.replies.compose import compose
from bot.store import Answer
from engine import Card, Status
from tests.support.bot.entries import printing
from tests.support.bot.layouts import text_of
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
