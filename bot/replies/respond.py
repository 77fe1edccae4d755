"""Answers photos: one reply, sent and stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import ui

from bot.messages import Messages
from bot.recognition.photo_worker import PhotoResult
from bot.recognition.reloadable_engine import Recogniser
from bot.replies.compose import Picture, compose
from bot.replies.facts import look_up_facts
from bot.replies.layout import answer_layout
from bot.store import Answer, Store, StoreError
from bot.store.guild_settings_cache import GuildSettingsCache

log = logging.getLogger(__name__)

Send = Callable[[ui.LayoutView, Sequence[Picture]], Awaitable[discord.Message | None]]
"""Sends a layout with its image files; returns None if the resulting message isn't known."""


class Responder:
    """Sends answers to photos and stores them for the buttons below."""

    def __init__(self, recogniser: Recogniser, store: Store, messages: Messages, chosen: GuildSettingsCache) -> None:
        self._recogniser, self._store, self._messages, self._chosen = recogniser, store, messages, chosen

    async def respond(
        self, photos: Sequence[PhotoResult], answer: Answer, send: Send, *, with_files: bool = True
    ) -> None:
        """Answer; raises what ``send`` raises. See :func:`bot.replies.compose.compose` for ``answer``."""
        words = self._messages.words(answer.language)
        answer, pictures = compose(photos, answer, words, with_files=with_files)
        try:
            facts = await asyncio.to_thread(look_up_facts, answer.cards, self._recogniser)
        except Exception:
            log.exception("an answer is sent without the cards' pictures")
            facts = [None] * len(answer.cards)
        # Stored before it is sent: somebody may press a button at once.
        await self._try_to_store(self._store.add_answer, answer)
        currency = await self._chosen.currency(answer.asker_id, answer.guild_id)
        view = answer_layout(answer, words, facts, currency)
        try:
            message = await send(view, pictures)
        except Exception:
            await self._try_to_store(self._store.remove_answer, answer.key)
            raise
        if message is not None:
            await self._try_to_store(self._store.set_reply, answer.key, message.id)

    @staticmethod
    async def _try_to_store(change: Callable[..., object], *values: Any) -> None:
        """Change the store; if that fails the user still gets the answer, and only its buttons don't work."""
        try:
            await asyncio.to_thread(change, *values)
        except StoreError as error:
            log.warning("an answer could not be stored: %s", error)
