"""Teaches the engine a card by its picture when somebody trusted corrects or confirms an answer."""

from __future__ import annotations

import asyncio
import logging

import discord

from bot.core.errors import UNDELIVERED, DownloadError
from bot.messages import Words
from bot.recognition.download import Fetch
from bot.recognition.reloadable_engine import Recogniser
from bot.recognition.triggers import select_photos, visible_attachments
from bot.store import Answer
from engine import ConfirmationRefused, EngineError

log = logging.getLogger(__name__)

REFUSALS = {
    "face_too_small": "refusal-small",
    "looks_like_another": "refusal-another",
    "overlay_full": "refusal-full",
}
"""Message keys of the refusals that users are told about; all others go to the log only."""


class Learner:
    """Teaches the engine from an answer's photo, which is downloaded again because photos aren't stored."""

    def __init__(self, recogniser: Recogniser, fetch: Fetch) -> None:
        self._recogniser, self._fetch = recogniser, fetch

    async def learn(
        self, client: discord.Client, answer: Answer, at: int, user_id: int, words: Words
    ) -> tuple[int | None, str | None]:
        """Return the id of the confirmation, None if nothing was learnt, and what to tell the user, if anything."""
        photo = await self._find_photo(client, answer, at)
        if photo is None:
            return None, None
        card = answer.cards[at]
        printing = (card.printing.set, card.printing.collector_number) if card.printing else None
        message = f"message {answer.source.message_id}" if answer.source else "upload"
        try:
            data = await self._fetch(photo.url, photo.size)
            ident = await asyncio.to_thread(
                self._recogniser.confirm,
                data,
                card.corners,
                card.name or "",
                printing=printing,
                # Confirmations can be revoked by each part of their origin.
                origin=f"guild {answer.guild_id} / {message} / user {user_id}",
            )
        except ConfirmationRefused as error:
            key = REFUSALS.get(error.code)
            return None, words.format("not-learnt", reason=words.format(key)) if key else None
        except (DownloadError, EngineError) as error:
            log.warning("a confirmation was not learnt: %s", getattr(error, "code", type(error).__name__))
            return None, None
        return ident, words.format("learnt")

    async def _find_photo(self, client: discord.Client, answer: Answer, at: int) -> discord.Attachment | None:
        """Return the photo with a fresh address: addresses expire within a day."""
        if answer.source is None:
            return None
        channel = client.get_partial_messageable(answer.source.channel_id)
        try:
            message = await channel.fetch_message(answer.source.message_id)
        except UNDELIVERED:
            return None
        photos = select_photos(visible_attachments(message))
        number = answer.photos[answer.cards[at].photo].number
        return photos[number] if number < len(photos) else None
