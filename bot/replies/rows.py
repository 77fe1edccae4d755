"""The menus and buttons below an answer."""

from __future__ import annotations

import discord

from bot.components.controls import Action, Control, ControlItem, button, menu, options
from bot.messages import Words
from bot.replies import wording
from bot.replies.listing import PAGE_LINES
from bot.store import Answer, AnsweredCard
from engine import Status

MAX_MENUS = 3
"""Unsure cards that get a menu of their own; the others can be corrected with "Not this one?"."""


def name_menus(answer: Answer, words: Words) -> list[list[ControlItem]]:
    """Return a menu of candidates for each of the first unsure cards."""
    unsure = [(at, card) for at, card in enumerate(answer.cards) if card.status is Status.UNSURE and card.candidates]
    several = len(answer.cards) > 1
    return [
        [
            menu(
                Control(Action.NAME, answer.key, at),
                candidate_options(card),
                words.format("which-is-card", number=card_number(answer, at))
                if several
                else words.format("which-is-it"),
            )
        ]
        for at, card in unsure[:MAX_MENUS]
    ]


def candidate_options(card: AnsweredCard) -> list[discord.SelectOption]:
    """Return a card's candidates as options, names as values; no "0%", which would look like "impossible"."""
    percents = [wording.percent(one.confidence) for one in card.candidates]
    described = [f"{percent}%" if percent else "" for percent in percents]
    return options([(one.name, one.name, text) for one, text in zip(card.candidates, described, strict=True)])


def card_number(answer: Answer, at: int) -> str:
    """Return a card's number as users see it: ``2``, or ``1.2`` for the second card of the first of several photos."""
    card = answer.cards[at]
    number = sum(other.photo == card.photo for other in answer.cards[: at + 1])
    return f"{card.photo + 1}.{number}" if len(answer.photos) > 1 else str(number)


def answer_buttons(answer: Answer, words: Words) -> list[ControlItem]:
    """Return the buttons to correct, list, export and remove an answer."""
    row = []
    if answer.cards:
        row.append(button(Control(Action.WRONG, answer.key), words.format("button-wrong"), emoji="✏️"))
    if len(answer.cards) > PAGE_LINES:
        row.append(button(Control(Action.LIST, answer.key), words.format("button-list"), emoji="📃"))
    if any(card.shown_name for card in answer.cards):
        row.append(button(Control(Action.EXPORT, answer.key), words.format("button-export"), emoji="📋"))
    return [*row, button(Control(Action.REMOVE, answer.key), words.format("button-remove"), emoji="🗑️")]
