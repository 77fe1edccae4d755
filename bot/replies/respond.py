"""Photos somebody asked about -> one reply, sent and remembered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import ui

from bot.messages import Messages
from bot.recognition.photo_result import Looked
from bot.recognition.recogniser import Recogniser
from bot.replies.compose import Occasion, compose
from bot.replies.facts import NOTHING_KNOWN, Fact, facts_of
from bot.replies.layout import answer_layout
from bot.replies.pictures import Picture
from bot.store import AnsweredCard, Store, StoreError

log = logging.getLogger(__name__)

Send = Callable[[ui.LayoutView, Sequence[Picture]], Awaitable[discord.Message | None]]
"""Sends a layout and its pictures; None where it can't be told which message became of it."""


class Answering:
    """Tells people what was seen, and remembers it for the buttons below."""

    def __init__(self, recogniser: Recogniser, store: Store, messages: Messages) -> None:
        self._recogniser, self._store, self._messages = recogniser, store, messages

    async def __call__(
        self, photos: Sequence[Looked], occasion: Occasion, send: Send, *, with_files: bool = True
    ) -> None:
        """Answer; raises what ``send`` raises."""
        words = self._messages.words(occasion.language)
        answer, pictures = compose(photos, occasion, words, with_files=with_files)
        facts = await asyncio.to_thread(self._facts, answer.cards)
        # Kept before it is sent: somebody may press a button at once.
        await self._keep(self._store.add_answer, answer)
        view = answer_layout(answer, words, facts)
        try:
            message = await send(view, pictures)
        except Exception:
            await self._keep(self._store.remove_answer, answer.key)
            raise
        if message is not None:
            await self._keep(self._store.set_reply, answer.key, message.id)

    def _facts(self, cards: Sequence[AnsweredCard]) -> list[Fact]:
        """Return what the catalogue adds; where it can't, the names stand without it."""
        try:
            return facts_of(cards, self._recogniser)
        except Exception:
            log.exception("an answer goes without pictures and prices")
            return [NOTHING_KNOWN] * len(cards)

    @staticmethod
    async def _keep(change: Callable[..., object], *values: Any) -> None:
        """Change the store; where that fails the player still gets the answer, and only its buttons don't work."""
        try:
            await asyncio.to_thread(change, *values)
        except StoreError as error:
            log.warning("an answer could not be kept: %s", error)
