"""``/currency``: the prices that a person sees, whatever the server's admins chose."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import app_commands, ui

from bot.components.controls import Action, Control, Handler, menu, options
from bot.components.layout import notice
from bot.guild_settings.panel import currency_choices
from bot.messages import Messages, Words
from bot.messages.localisation import CommandTexts
from bot.store import Currency, Store

SERVERS = "server"
"""The option that leaves the choice to each server."""


class CurrencyCommand:
    """Shows and changes the currency that a person chose."""

    def __init__(self, store: Store, messages: Messages) -> None:
        self._store, self._messages = store, messages

    def by_action(self) -> Mapping[Action, Handler]:
        """Return the handler of each action."""
        return {Action.MINE: self.change}

    def add_to(self, tree: app_commands.CommandTree[Any]) -> None:
        """Add the command to the tree."""

        # discord.py reads a callback's parameters: it would take a bound method's "self" for an option.
        async def show(interaction: discord.Interaction[Any]) -> None:
            chosen = await asyncio.to_thread(self._store.currency, interaction.user.id)
            view = currency_panel(chosen, self._messages.words(str(interaction.locale)))
            await interaction.response.send_message(view=view, ephemeral=True)

        texts = CommandTexts(self._messages)
        name, description = texts.get("command-currency"), texts.get("command-currency-description")
        tree.add_command(app_commands.Command(name=name, description=description, callback=show))

    async def change(self, interaction: discord.Interaction[Any], _: Control, values: Sequence[str]) -> None:
        """Store a choice and show it."""
        chosen = None if values[0] == SERVERS else Currency(values[0])
        await asyncio.to_thread(self._store.save_currency, interaction.user.id, chosen)
        view = currency_panel(chosen, self._messages.words(str(interaction.locale)))
        await interaction.response.edit_message(view=view)


def currency_panel(chosen: Currency | None, words: Words) -> ui.LayoutView:
    """Return the menu of currencies, with the chosen one selected."""
    choices = [(SERVERS, words.format("currency-server"), ""), *currency_choices(words)]
    row = [menu(Control(Action.MINE), options(choices, chosen or SERVERS), words.format("choose-currency"))]
    return notice(words.format("currency-own"), row)
