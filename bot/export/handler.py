"""The button "Export", which sends the cards as a deck list and as CSV files, privately."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.components.controls import Action, Control, Handler, button
from bot.components.layout import Block, render
from bot.core.errors import UserError
from bot.export.deck import deck_list
from bot.export.lines import count_cards
from bot.export.table import Importer, csv_text
from bot.messages import Messages, Words
from bot.replies.wording import ENGLISH
from bot.store import AnsweredCard, Store
from engine import Status


class Exporter:
    """Handlers of the export buttons."""

    def __init__(self, store: Store, messages: Messages) -> None:
        self._store, self._messages = store, messages

    def by_action(self) -> Mapping[Action, Handler]:
        """Return the handler of each action."""
        return {Action.EXPORT: self.export_answer, Action.THREAD: self.export_thread}

    async def export_answer(self, interaction: discord.Interaction[Any], control: Control, _: Sequence[str]) -> None:
        """Export one answer."""
        answer = await asyncio.to_thread(self._store.answer, control.key)
        if answer is None:
            raise UserError("too-old")
        in_thread = isinstance(interaction.channel, discord.Thread)
        await self._send(interaction, answer.cards, control.key if in_thread else None)

    async def export_thread(self, interaction: discord.Interaction[Any], _: Control, __: Sequence[str]) -> None:
        """Export all answers of a thread."""
        answers = await asyncio.to_thread(self._store.answers_in, interaction.channel_id or 0)
        # A photo that was answered twice is exported once, with its latest answer.
        latest = {answer.source: answer for answer in answers}
        await self._send(interaction, [card for answer in latest.values() for card in answer.cards], None)

    async def _send(
        self, interaction: discord.Interaction[Any], cards: Sequence[AnsweredCard], thread_key: str | None
    ) -> None:
        words = self._messages.words(str(interaction.locale))
        named = [card for card in cards if card.shown_name]
        if not named:
            raise UserError("export-nothing")
        texts = {"decklist.txt": deck_list(named)}
        texts |= {f"{importer.value}.csv": csv_text(named, importer) for importer in Importer}
        files = [discord.File(io.BytesIO(content.encode()), name) for name, content in texts.items()]
        view = export_view(named, list(texts), thread_key, words)
        await interaction.response.send_message(view=view, files=files, ephemeral=True)


def export_view(
    cards: Sequence[AnsweredCard], files: Sequence[str], thread_key: str | None, words: Words
) -> ui.LayoutView:
    """Return the message with the files; with ``thread_key``, also the button that exports the whole thread."""
    counts = count_cards(cards)
    lines = [words.format("export-title", count=len(cards))]
    if unsure := {card.name for card in count_cards(card for card in cards if card.status is Status.UNSURE)}:
        lines.append(words.format("export-unsure", count=len(unsure)))
    if any(card.token for card in counts):
        lines.append(words.format("export-tokens"))
    if foreign := _foreign_counts(cards, words):
        lines.append(words.format("export-languages", languages=foreign))
    if without_printing := sum(count for card, count in counts.items() if not card.set):
        lines.append(words.format("export-without-printing", count=without_printing))
    rows = (
        [[button(Control(Action.THREAD, thread_key), words.format("button-thread"))]] if thread_key is not None else []
    )
    return render([Block(lines, files=files)], rows)


def _foreign_counts(cards: Sequence[AnsweredCard], words: Words) -> str:
    """Return how many cards are in which other language than English, ``German: 2, Japanese: 1``; "" without any."""
    counts = Counter(card.lang for card in cards if card.lang and card.lang != ENGLISH)
    return ", ".join(f"{words.language_name(code)}: {count}" for code, count in counts.most_common())
