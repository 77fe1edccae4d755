"""The button "All cards": the whole list of a long answer, page by page, privately."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.components.controls import Action, Control, Handler, button
from bot.components.layout import Block, render
from bot.core.errors import UserError
from bot.messages import Messages, Words
from bot.replies.listing import PAGE_LINES, list_lines
from bot.replies.prices import price_footer
from bot.store import Store
from bot.store.guild_settings_cache import GuildSettingsCache


class WholeLists:
    """Handler of the buttons that show an answer's whole list and turn its pages."""

    def __init__(self, store: Store, messages: Messages, chosen: GuildSettingsCache) -> None:
        self._store, self._messages, self._chosen = store, messages, chosen

    def by_action(self) -> Mapping[Action, Handler]:
        """Return the handler of each action."""
        return {Action.LIST: self.show_page}

    async def show_page(self, interaction: discord.Interaction[Any], control: Control, _: Sequence[str]) -> None:
        """Show a page: in a message of its own, which its own buttons then change."""
        answer = await asyncio.to_thread(self._store.answer, control.key)
        if answer is None:
            raise UserError("too-old")
        words = self._messages.words(str(interaction.locale))
        currency = await self._chosen.currency(interaction.user.id, answer.guild_id)
        footer = price_footer(answer.cards, words, currency)
        view = list_page(list_lines(answer, words, currency), answer.key, control.page, words, footer)
        if control.alone:
            await interaction.response.edit_message(view=view)
        else:
            await interaction.response.send_message(view=view, ephemeral=True)


def list_page(lines: Sequence[str], key: str, page: int, words: Words, footer: str = "") -> ui.LayoutView:
    """Return a page of an answer's list, counted from 0; the last one if there are fewer."""
    pages = max(1, -(-len(lines) // PAGE_LINES))
    page = min(max(page, 0), pages - 1)
    shown = list(lines[page * PAGE_LINES : (page + 1) * PAGE_LINES])
    if pages > 1:
        shown.append("-# " + words.format("list-page", page=page + 1, pages=pages))
    targets = [(page - 1, words.format("button-back")), (page + 1, words.format("button-next"))]
    row = [
        button(Control(Action.LIST, key, page=target, alone=True), label)
        for target, label in targets
        if 0 <= target < pages
    ]
    return render([Block(shown)], [row] if row else [], footer)
