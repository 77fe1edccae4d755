"""Buttons and selects of look-ups: thin adapters. All they know stands in their custom ids, for after a restart."""

from __future__ import annotations

import asyncio
import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol, Self, cast

import discord
from discord import ui

from bot.components.layout import Answer
from bot.lookups.context import Lookups
from bot.lookups.ids import OPEN, PAGE, PICK, picked
from bot.lookups.paging import printings_answer
from bot.lookups.replies import picked_reply
from bot.lookups.syntax import Kind
from bot.messages import Words
from engine import CardEntry

Interaction = discord.Interaction[Any]
Build = Callable[[CardEntry, Words], Answer]


class Telling(Protocol):
    """A client that tells people what went wrong."""

    async def tell_error(self, interaction: Interaction, error: Exception) -> None:
        """Tell who pressed or chose."""


class _Control(ui.DynamicItem[ui.Item[Any]], template="v1:"):
    """What all controls share: the match of the custom id, and the look-ups they belong to."""

    lookups: ClassVar[Lookups]

    def __init__(self, item: ui.Item[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.match = match

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:  # noqa: ARG003 - discord.py passes it
        """Return the control of a message, maybe sent before the last start."""
        return cls(item, match)

    async def callback(self, interaction: Interaction) -> None:
        """Answer whoever pressed or chose."""
        try:
            await self.act(interaction)
        except Exception as error:  # noqa: BLE001 - the outermost handler of a control: everything becomes words
            await cast("Telling", interaction.client).tell_error(interaction, error)

    @abstractmethod
    async def act(self, interaction: Interaction) -> None:
        """Do what was asked for."""

    async def _answer(self, interaction: Interaction, key: str, build: Build, *, in_place: bool, private: bool) -> None:
        """Answer with what ``build`` makes of a card: in the message's place, beside it, or for one pair of eyes."""
        words = self.lookups.messages.words(str(interaction.locale))
        answer = await asyncio.to_thread(self._built, key, build, words)
        if answer is None:
            await interaction.response.send_message(words("lookup-gone"), ephemeral=True)
        elif in_place:
            await interaction.response.edit_message(view=answer)
        else:
            await interaction.response.send_message(view=answer, ephemeral=private)

    def _built(self, key: str, build: Build, words: Words) -> Answer | None:
        entry = self.lookups.engine.by_key(key)
        return None if entry is None else build(entry, words)


class _Open(_Control, template=OPEN):
    """Shows a card's printings to whoever presses it, and to nobody else: the message stays as it is."""

    async def act(self, interaction: Interaction) -> None:
        """Show the first page."""

        def build(entry: CardEntry, words: Words) -> Answer:
            printings = self.lookups.engine.printings(entry.name)
            return printings_answer(entry, printings, 0, interaction.user.id, words)

        await self._answer(interaction, self.match["key"], build, in_place=False, private=True)


class _Page(_Control, template=PAGE):
    """Turns a list over for who asked for it; anybody else gets the page for themselves."""

    async def act(self, interaction: Interaction) -> None:
        """Show another page."""

        def build(entry: CardEntry, words: Words) -> Answer:
            printings = self.lookups.engine.printings(entry.name)
            return printings_answer(entry, printings, int(self.match["page"]), interaction.user.id, words)

        own = interaction.user.id == int(self.match["asker"])
        await self._answer(interaction, self.match["key"], build, in_place=own, private=True)


class _Pick(_Control, template=PICK):
    """Answers for the card chosen: who asked, where all can see it; anybody else, for themselves."""

    async def act(self, interaction: Interaction) -> None:
        """Show the chosen card."""
        data: Mapping[str, Any] = interaction.data or {}
        key, asked = picked(data["values"][0], Kind(self.match["kind"]))
        own = interaction.user.id == int(self.match["asker"])

        def build(entry: CardEntry, words: Words) -> Answer:
            return picked_reply(entry, asked, self.lookups.engine, words)

        # Where other look-ups stand in the message, too, the answer comes beside it: they must not be lost.
        await self._answer(interaction, key, build, in_place=own and self.match["alone"] == "1", private=not own)


def dynamic_items(lookups: Lookups) -> list[type[ui.DynamicItem[Any]]]:
    """Return what ``client.add_dynamic_items(*…)`` is to be told once a start, before the client connects."""

    class Open(_Open, template=OPEN):
        """Bound to the look-ups of this client."""

    class Page(_Page, template=PAGE):
        """Bound to the look-ups of this client."""

    class Pick(_Pick, template=PICK):
        """Bound to the look-ups of this client."""

    bound: list[type[_Control]] = [Open, Page, Pick]
    for kind in bound:
        kind.lookups = lookups
    return list(bound)
