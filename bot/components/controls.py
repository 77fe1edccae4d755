"""Buttons and menus that keep working after a restart: everything they need is in their custom ids.

An id is ``v1:action:…``; which fields follow depends on the action, see :data:`FIELDS`. Messages stay for years, so an
id that was ever sent must be understood for ever: a new format needs a new version.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import discord
from discord import ui

from bot.core.limits import MAX_LABEL, MAX_OPTION, MAX_OPTIONS, MAX_PLACEHOLDER

VERSION = "v1"


class Action(StrEnum):
    """What a control does."""

    WRONG = "wrong"
    """Open the correction panel of an answer."""
    WHICH = "which"
    """Choose the card to correct."""
    NAME = "name"
    """Choose a card's name."""
    PRINTING = "printing"
    """Choose a card's printing."""
    PRINTINGS = "printings"
    """Offer another page of a card's printings."""
    RIGHT = "right"
    """Confirm the name the bot gave."""
    TYPE = "type"
    """Open the form for a name and a printing."""
    EXPORT = "export"
    """Export one answer."""
    THREAD = "thread"
    """Export all answers of the channel or thread."""
    REMOVE = "remove"
    """Delete an answer."""
    FORGET = "forget"
    """Delete everything that is stored about the user."""
    CHANNELS = "channels"
    CONFIRMERS = "confirmers"
    LANGUAGE = "language"
    CURRENCY = "currency"
    MINE = "mine"
    """Choose the currency one sees oneself."""
    CONFIDENCE = "confidence"
    AUTOMATIC = "automatic"
    QUIET = "quiet"
    LOOKUPS = "lookups"
    OPEN = "open"
    """Show a card's printings to the user who presses it."""
    PAGE = "page"
    """Show another page of a list of printings."""
    LIST = "list"
    """Show a page of an answer's whole list."""
    MORE = "more"
    """Offer other cards of an answer for correction."""
    PICK = "pick"
    """Choose one of the cards that a look-up may mean."""


_CARD_KEY, _USER = r"[A-Za-z0-9_-]{12}", r"\d{1,20}"
FIELDS: Mapping[Action, Mapping[str, str]] = {
    **{action: {"key": r"[\w-]*", "card": r"\d*"} for action in Action},
    Action.OPEN: {"key": _CARD_KEY},
    Action.PAGE: {"key": _CARD_KEY, "page": r"\d{1,4}", "asker": _USER},
    Action.PRINTINGS: {"key": r"[\w-]*", "card": r"\d*", "page": r"\d{1,4}"},
    Action.LIST: {"key": r"[\w-]*", "page": r"\d{1,4}", "alone": "[01]"},
    Action.PICK: {"kind": "[cipl]", "asker": _USER, "alone": "[01]", "place": r"\d"},
}
"""The fields of :class:`Control` that follow each action in its ids, in order, with the patterns of their values."""
TEMPLATE = re.compile(
    f"{VERSION}:(?:{'|'.join(':'.join([action, *fields.values()]) for action, fields in FIELDS.items())})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Control:
    """What a button or a menu says in its id; fields that its action doesn't use keep their defaults.

    Attributes:
        key: key of the answer, "" for none; in look-ups, key of the card (:attr:`engine.CardEntry.key`).
        card: index of the card in the answer, None for none.
        kind: kind of a look-up.
        page: page of a list, from 0.
        asker: id of the user who made a look-up.
        alone: whether the message holds this look-up or list only, so that its answer may replace it.
        place: which look-up of its message this is, 0 to 9; the ids in a message must differ.
    """

    action: Action
    key: str = ""
    card: int | None = None
    kind: str = ""
    page: int = 0
    asker: int = 0
    alone: bool = False
    place: int = 0

    @property
    def custom_id(self) -> str:
        """The id for Discord, which :func:`parse_control` reads."""
        values = [getattr(self, field) for field in FIELDS[self.action]]
        texts = ["" if value is None else str(int(value) if isinstance(value, bool) else value) for value in values]
        return ":".join([VERSION, self.action, *texts])


_READERS: Mapping[str, Callable[[str], object]] = {"key": str, "kind": str, "alone": lambda text: text == "1"}
"""How to read the fields of a custom id that aren't numbers."""


def parse_control(custom_id: str) -> Control | None:
    """Return the control of an id; None if it isn't one of ours or its version is no longer supported."""
    if TEMPLATE.fullmatch(custom_id) is None:
        return None
    _, name, *texts = custom_id.split(":")
    fields = zip(FIELDS[Action(name)], texts, strict=True)
    values: dict[str, Any] = {field: _READERS.get(field, int)(text) for field, text in fields if text}
    return Control(Action(name), **values)


Handler = Callable[[discord.Interaction[Any], Control, Sequence[str]], Awaitable[None]]
"""Does what a control asks for; the last argument holds the values chosen in a menu, and is empty for a button."""


class ControlItem(ui.DynamicItem[ui.Item[Any]], template=TEMPLATE):
    """A button or a menu whose id is a control's.

    discord.py doesn't keep a view in memory whose interactive items are all of this class. Never stop such a view and
    never give it a time-out: discord.py would then unregister the class.
    """

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], __: re.Match[str]) -> Self:
        """Restore the item from its message, which may have been sent before the bot was restarted."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Pass the interaction on to :meth:`bot.client.client.CardglassClient.handle_control`."""
        control = parse_control(self.custom_id)
        if control is not None:
            data: Mapping[str, Any] = interaction.data or {}
            values = [str(value) for value in data.get("values", ())]
            await interaction.client.handle_control(interaction, control, values)


def button(control: Control, label: str, **style: Any) -> ControlItem:
    """Return the button of a control; ``style`` is passed on to :class:`discord.ui.Button`."""
    return ControlItem(ui.Button(label=label[:MAX_LABEL], custom_id=control.custom_id, **style))


def menu(control: Control, choices: Sequence[discord.SelectOption], placeholder: str) -> ControlItem:
    """Return a menu from which one text can be chosen."""
    select: ui.Select[Any] = ui.Select(
        custom_id=control.custom_id, options=list(choices), placeholder=placeholder[:MAX_PLACEHOLDER]
    )
    return ControlItem(select)


def options(texts: Sequence[tuple[str, str, str]], chosen: str = "") -> list[discord.SelectOption]:
    """Return the options of a menu: the first 25, each value once.

    Args:
        texts: value, label and description of each; shortened to Discord's lengths.
        chosen: the value that is selected, "" for none.
    """
    made: dict[str, discord.SelectOption] = {}
    for text in texts:
        value, label, description = (part[:MAX_OPTION] for part in text)
        default = bool(chosen) and value == chosen[:MAX_OPTION]
        option = discord.SelectOption(label=label, value=value, description=description or None, default=default)
        made.setdefault(value, option)
    return list(made.values())[:MAX_OPTIONS]
