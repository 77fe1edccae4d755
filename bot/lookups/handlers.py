"""What the buttons and menus of look-ups do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.components.controls import Action, Control, Handler
from bot.lookups.paging import printings_page
from bot.lookups.replies import chosen_reply
from bot.lookups.syntax import CardQuery, LookupKind
from bot.messages import Messages, Words
from bot.recognition.reloadable_engine import Recogniser
from bot.store import Currency
from bot.store.guild_settings_cache import GuildSettingsCache
from engine import CardEntry

Interaction = discord.Interaction[Any]


class LookupHandlers:
    """Handlers of the controls of look-ups."""

    def __init__(self, engine: Recogniser, messages: Messages, chosen: GuildSettingsCache) -> None:
        self._engine, self._messages, self._chosen = engine, messages, chosen

    def by_action(self) -> Mapping[Action, Handler]:
        """Return the handler of each action."""
        return {Action.OPEN: self.open_printings, Action.PAGE: self.turn_page, Action.PICK: self.choose_card}

    async def open_printings(self, interaction: Interaction, control: Control, _: Sequence[str]) -> None:
        """Show a card's printings privately; the message stays as it is."""
        await self._show_page(interaction, control, in_place=False)

    async def turn_page(self, interaction: Interaction, control: Control, _: Sequence[str]) -> None:
        """Turn the page for the user who asked for the list; anybody else gets the page in a message of their own."""
        await self._show_page(interaction, control, in_place=interaction.user.id == control.asker)

    async def choose_card(self, interaction: Interaction, control: Control, values: Sequence[str]) -> None:
        """Show the chosen card: to everybody if the asker chose it, else to the chooser only."""
        key, query = parse_choice(values[0], LookupKind(control.kind))
        own = interaction.user.id == control.asker
        # A message with other look-ups must stay: the answer is then sent beside it.
        await self._respond(
            interaction,
            key,
            lambda entry, words, currency: chosen_reply(entry, query, self._engine, words, currency),
            in_place=own and control.alone,
            private=not own,
        )

    async def _show_page(self, interaction: Interaction, control: Control, *, in_place: bool) -> None:
        def build(entry: CardEntry, words: Words, currency: Currency) -> ui.LayoutView:
            printings = self._engine.printings(entry.name)
            return printings_page(entry, printings, control.page, interaction.user.id, words, currency)

        await self._respond(interaction, control.key, build, in_place=in_place, private=True)

    async def _respond(
        self,
        interaction: Interaction,
        key: str,
        build: Callable[[CardEntry, Words, Currency], ui.LayoutView],
        *,
        in_place: bool,
        private: bool,
    ) -> None:
        """Show what ``build`` makes of a card: in place of the message, or in a new one, public or private."""
        words = self._messages.words(str(interaction.locale))
        currency = await self._chosen.currency(interaction.user.id, interaction.guild_id)

        def look_up() -> ui.LayoutView | None:
            entry = self._engine.by_key(key)
            return None if entry is None else build(entry, words, currency)

        view = await asyncio.to_thread(look_up)
        if view is None:
            await interaction.response.send_message(words.format("lookup-gone"), ephemeral=True)
        elif in_place:
            await interaction.response.edit_message(view=view)
        else:
            await interaction.response.send_message(view=view, ephemeral=private)


def parse_choice(value: str, kind: LookupKind) -> tuple[str, CardQuery]:
    """Return what :func:`bot.lookups.answers.choice_value` wrote: the card's key, and the query without its name."""
    key, _, printing = value.partition("|")
    set_code, _, number = printing.partition("|")
    return key, CardQuery(kind, "", set_code, number)
