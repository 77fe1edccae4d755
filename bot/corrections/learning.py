"""A correction by somebody trusted -> the engine knows that card by its picture from then on."""

from __future__ import annotations

import asyncio
import logging

import discord

from bot.core.errors import UNDELIVERED, DownloadError
from bot.messages import Words
from bot.recognition.download import Fetch
from bot.recognition.recogniser import Recogniser
from bot.recognition.triggers import photos_of, shown_attachments
from bot.store import Answer
from engine import ConfirmationRefused, EngineError

log = logging.getLogger(__name__)

REFUSALS = {
    "face_too_small": "refusal-small",
    "looks_like_another": "refusal-another",
    "overlay_full": "refusal-full",
}
"""What people are told of why the engine did not learn; of all else only the operator is."""


class Learning:
    """Teaches the engine from the photo that an answer was about; it is fetched again, for none is kept."""

    def __init__(self, recogniser: Recogniser, fetch: Fetch) -> None:
        self._recogniser, self._fetch = recogniser, fetch

    async def __call__(
        self, client: discord.Client, answer: Answer, at: int, by: int, words: Words
    ) -> tuple[int | None, str | None]:
        """Return the engine's confirmation, None where it learnt nothing, and what the person is told of it."""
        photo = await self._photo(client, answer, at)
        if photo is None:
            return None, None
        card = answer.cards[at]
        printing = (card.printing.set, card.printing.collector_number) if card.printing else None
        try:
            data = await self._fetch(photo.url, photo.size)
            ident = await asyncio.to_thread(
                self._recogniser.confirm,
                data,
                card.corners,
                card.name or "",
                printing=printing,
                origin=origin(answer, by),
            )
        except ConfirmationRefused as error:
            key = REFUSALS.get(error.code)
            return None, words("not-learnt", reason=words(key)) if key else None
        except (DownloadError, EngineError) as error:
            log.warning("a confirmation was not learnt: %s", getattr(error, "code", type(error).__name__))
            return None, None
        return ident, words("learnt")

    async def _photo(self, client: discord.Client, answer: Answer, at: int) -> discord.Attachment | None:
        """Return the photo as Discord has it now: addresses of photos expire within a day."""
        if answer.source is None:
            return None
        channel = client.get_partial_messageable(answer.source.channel_id)
        try:
            message = await channel.fetch_message(answer.source.message_id)
        except UNDELIVERED:
            return None
        photos = photos_of(shown_attachments(message))
        number = answer.photos[answer.cards[at].photo].number
        return photos[number] if number < len(photos) else None


def origin(answer: Answer, by: int) -> str:
    """Return where a confirmation comes from, as the engine keeps it: each part can be revoked by itself."""
    message = f"message {answer.source.message_id}" if answer.source else "upload"
    return f"guild {answer.guild_id} / {message} / user {by}"
