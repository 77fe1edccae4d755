"""The button "Export": what was recognised as a deck list and as CSV files, to whoever pressed it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.components.controls import Control, What, button
from bot.core.errors import UserError
from bot.export import Importer, csv_text, deck_list, remarks
from bot.messages import Messages, Words
from bot.store import AnsweredCard, Store


class Exporting:
    """Hands out what was recognised."""

    def __init__(self, store: Store, messages: Messages) -> None:
        self._store, self._messages = store, messages

    async def one(self, interaction: discord.Interaction[Any], control: Control, *_: object) -> None:
        """Export one answer."""
        answer = await asyncio.to_thread(self._store.answer, control.key)
        if answer is None:
            raise UserError("too-old")
        in_thread = isinstance(interaction.channel, discord.Thread)
        await self._send(interaction, answer.cards, control.key if in_thread else None)

    async def thread(self, interaction: discord.Interaction[Any], *_: object) -> None:
        """Export all answers of a thread."""
        answers = await asyncio.to_thread(self._store.answers_in, interaction.channel_id or 0)
        # A photo asked about twice is exported once, as it was answered last.
        latest = {answer.source: answer for answer in answers}
        await self._send(interaction, [card for answer in latest.values() for card in answer.cards], None)

    async def _send(
        self, interaction: discord.Interaction[Any], cards: Sequence[AnsweredCard], thread_key: str | None
    ) -> None:
        words = self._messages.words(str(interaction.locale))
        told = [card for card in cards if card.told_name]
        if not told:
            raise UserError("export-nothing")
        files = export_files(told)
        view = export_view(told, [file.filename for file in files], thread_key, words)
        await interaction.response.send_message(view=view, files=files, ephemeral=True)


def export_files(cards: Sequence[AnsweredCard]) -> list[discord.File]:
    """Return the deck list and a CSV for each site."""
    texts = {"decklist.txt": deck_list(cards)}
    texts |= {f"{importer.value}.csv": csv_text(cards, importer) for importer in Importer}
    return [discord.File(io.BytesIO(content.encode()), name) for name, content in texts.items()]


def export_view(
    cards: Sequence[AnsweredCard], files: Sequence[str], thread_key: str | None, words: Words
) -> ui.LayoutView:
    """Return what is said beside the files, and in a thread the button for all of it."""
    lines = [words("export-title", count=len(cards))]
    noted = remarks(cards)
    if noted.unsure:
        lines.append(words("export-unsure", count=len(noted.unsure)))
    if noted.tokens:
        lines.append(words("export-tokens"))
    if noted.without_printing:
        lines.append(words("export-without-printing", count=noted.without_printing))
    view = ui.LayoutView(timeout=None).add_item(ui.TextDisplay("\n".join(lines)))
    for name in files:
        view.add_item(ui.File(f"attachment://{name}"))
    if thread_key is not None:
        view.add_item(ui.ActionRow(button(Control(What.THREAD, thread_key), words("button-thread"))))
    return view
