"""Buttons, menus and forms that keep working after a restart: all they have to know stands in their ids.

An id is ``v1:what:key:card``: the version, what is asked for, which answer it is about, and which of its cards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self, cast

import discord
from discord import ui

from bot.core.limits import MAX_LABEL, MAX_OPTION, MAX_OPTIONS, MAX_PLACEHOLDER

VERSION = "v1"


class What(StrEnum):
    """What a control asks for."""

    WRONG = "wrong"
    """Open the corrections of an answer."""
    WHICH = "which"
    """Choose the card that is to be corrected."""
    NAME = "name"
    """Choose a card's name."""
    PRINTING = "printing"
    """Choose a card's printing."""
    RIGHT = "right"
    """Confirm what was said of a card."""
    TYPE = "type"
    """Open the form for a name and a printing."""
    TYPED = "typed"
    """That form, filled in."""
    EXPORT = "export"
    THREAD = "thread"
    """Export all answers of the channel or thread."""
    REMOVE = "remove"
    FORGET = "forget"
    """Delete all that is stored of the user."""
    CHANNELS = "channels"
    CONFIRMERS = "confirmers"
    LANGUAGE = "language"
    CONFIDENCE = "confidence"
    AUTOMATIC = "automatic"
    QUIET = "quiet"
    LOOKUPS = "lookups"


TEMPLATE = re.compile(rf"{VERSION}:(?P<what>{'|'.join(What)}):(?P<key>[\w-]*):(?P<card>\d*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Control:
    """What was pressed, chosen or filled in.

    Attributes:
        key: of the answer it is about, "" for none.
        card: the card's place in that answer, from 0; None for none.
    """

    what: What
    key: str = ""
    card: int | None = None

    @property
    def custom_id(self) -> str:
        """The id Discord hands back."""
        return f"{VERSION}:{self.what}:{self.key}:{'' if self.card is None else self.card}"


def control_of(custom_id: str) -> Control | None:
    """Return the control of an id; None where it is none of ours, or of a version that is no more."""
    match = TEMPLATE.fullmatch(custom_id)
    if match is None:
        return None
    return Control(What(match["what"]), match["key"], int(match["card"]) if match["card"] else None)


class Controlled(Protocol):
    """A client that knows what each control does."""

    async def on_control(
        self, interaction: discord.Interaction[Any], control: Control, values: Mapping[str, Sequence[str]]
    ) -> None:
        """Do it; ``values`` are what was chosen, under "", or filled in, under the names of a form's fields."""


class ControlItem(ui.DynamicItem[ui.Item[Any]], template=TEMPLATE):
    """A button or a menu whose id is a control's."""

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], __: re.Match[str]) -> Self:
        """Make it again from its message, after a restart as before it."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> Any:
        """Hand on what was pressed or chosen."""
        control = control_of(self.custom_id)
        if control is not None:
            data = cast("Mapping[str, Any]", interaction.data or {})
            chosen = [str(value) for value in data.get("values", ())]
            await cast("Controlled", interaction.client).on_control(interaction, control, {"": chosen})


def button(control: Control, label: str, **look: Any) -> ControlItem:
    """Return the button of a control; ``look`` is passed on to :class:`discord.ui.Button`."""
    return ControlItem(ui.Button(label=label[:MAX_LABEL], custom_id=control.custom_id, **look))


def menu(control: Control, choices: Sequence[discord.SelectOption], placeholder: str) -> ui.ActionRow[Any]:
    """Return a row with a menu of texts, one of which may be chosen."""
    select: ui.Select[Any] = ui.Select(
        custom_id=control.custom_id, options=list(choices), placeholder=placeholder[:MAX_PLACEHOLDER]
    )
    return ui.ActionRow(ControlItem(select))


def options(texts: Sequence[tuple[str, str, str]], chosen: str = "") -> list[discord.SelectOption]:
    """Return the options of a menu, the first that Discord allows, each value once.

    Args:
        texts: value, label and description of each; cut to Discord's lengths.
        chosen: the value that is marked.
    """
    made: dict[str, discord.SelectOption] = {}
    for value, label, description in texts:
        short = value[:MAX_OPTION]
        made.setdefault(
            short,
            discord.SelectOption(
                label=label[:MAX_OPTION],
                value=short,
                description=description[:MAX_OPTION] or None,
                default=short == chosen[:MAX_OPTION] and bool(chosen),
            ),
        )
    return list(made.values())[:MAX_OPTIONS]
