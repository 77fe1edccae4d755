"""The menus and buttons below an answer."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.components.controls import Control, What, button, menu, options
from bot.messages import Words
from bot.replies import wording
from bot.store import Answer, AnsweredCard
from engine import Status

MOST_MENUS = 3
"""Unsure cards that get a menu of their own; for more there is "Not this one?"."""


def name_menus(answer: Answer, words: Words) -> list[ui.ActionRow[Any]]:
    """Return a menu of candidates for each of the first unsure cards."""
    unsure = [(at, card) for at, card in enumerate(answer.cards) if card.status is Status.UNSURE and card.candidates]
    several = len(answer.cards) > 1
    return [
        menu(
            Control(What.NAME, answer.key, at),
            candidate_options(card),
            words("which-is-card", number=place_of(answer, at)) if several else words("which-is-it"),
        )
        for at, card in unsure[:MOST_MENUS]
    ]


def candidate_options(card: AnsweredCard) -> list[discord.SelectOption]:
    """Return a card's candidates as options, their names as values; "0%" would sound as if they were impossible."""
    percents = [wording.percent_of(one.confidence) for one in card.candidates]
    described = [f"{percent}%" if percent else "" for percent in percents]
    return options([(one.name, one.name, said) for one, said in zip(card.candidates, described, strict=True)])


def place_of(answer: Answer, at: int) -> str:
    """Return how users count a card: its number in its photo, the photo's before it where there are several."""
    card = answer.cards[at]
    number = sum(other.photo == card.photo for other in answer.cards[: at + 1])
    return f"{card.photo + 1}.{number}" if len(answer.photos) > 1 else str(number)


def buttons(answer: Answer, words: Words) -> ui.ActionRow[Any]:
    """Return what can be done with an answer: put it right, take it along, remove it."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    if answer.cards:
        row.add_item(button(Control(What.WRONG, answer.key), words("button-wrong"), emoji="✏️"))
    if any(card.told_name for card in answer.cards):
        row.add_item(button(Control(What.EXPORT, answer.key), words("button-export"), emoji="📋"))
    return row.add_item(button(Control(What.REMOVE, answer.key), words("button-remove"), emoji="🗑️"))
