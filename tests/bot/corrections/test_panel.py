"""What somebody sees while they put an answer right."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from discord import ui

from bot.corrections.panel import card_panel, correction_form, printing_option
from bot.messages import Messages
from bot.replies.compose import Occasion, compose
from bot.store import Answer
from engine import Card, Status
from tests.support.bot.entries import printing
from tests.support.bot.results import card, looked, unknown

EN = Messages.open().words("en")


def answered(*cards: Card) -> Answer:
    answer, _ = compose([looked(*cards)], Occasion(1, 2, 3, None, "en", datetime(2026, 5, 1, tzinfo=UTC)), EN)
    return answer


def said(*cards: Card) -> str:
    answer = answered(*cards)

    async def build() -> ui.LayoutView:
        return card_panel(answer, 0, [], EN)

    (text,) = [item for item in asyncio.run(build()).walk_children() if isinstance(item, ui.TextDisplay)]
    return text.content


def test_a_card_of_several_is_told_by_its_number_and_a_single_one_without():
    assert said(card("Fog"), card("Shock")).startswith("**Card 1**: [Fog]")
    assert said(card("Fog")).startswith("[Fog]")
    assert said(unknown()) == "A card I can’t name"


@pytest.mark.parametrize(("name", "label"), [("DMO", "DMO 1"), ("Limited", "Limited · DMO 1")])
def test_a_printing_is_offered_with_its_set_s_name_where_that_is_known(name, label):
    assert printing_option(printing(set="dmo", set_name=name))[1] == label


@pytest.mark.parametrize(("found", "filled"), [(card("Fog"), "Fog"), (card("Fog", 0.1, Status.UNKNOWN), None)])
def test_the_form_is_filled_in_with_what_was_told_and_never_with_a_mere_guess(found, filled):
    async def prefilled() -> list[str | None]:
        form = correction_form(answered(found), 0, EN)
        return [one.default for one in form.walk_children() if isinstance(one, ui.TextInput)]

    assert asyncio.run(prefilled())[0] == filled
