"""Photos -> what was seen in them: download, engine, annotated copy; errors become words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from bot.download import Fetch
from bot.errors import words_for
from bot.pool import WorkerPool
from bot.reply import Looked
from bot.triggers import Attachment
from engine import CardEntry, Identification, annotate

log = logging.getLogger(__name__)


class Recogniser(Protocol):
    """What the bot asks of the engine."""

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        """Name the cards of a photo."""

    def card(self, name: str) -> CardEntry | None:
        """Return the card of a name."""

    def lookup(self, text: str, *, top_k: int) -> list[CardEntry]:
        """Return the cards whose names are like a text."""

    def complete(self, prefix: str, *, limit: int) -> list[str]:
        """Return names for what someone has typed so far."""


class Looker:
    """Looks at photos, one after another of a message, off the event loop."""

    def __init__(self, recogniser: Recogniser, fetch: Fetch, pool: WorkerPool) -> None:
        self._recogniser, self._fetch, self._pool = recogniser, fetch, pool

    async def __call__(self, photos: Sequence[Attachment], top_k: int) -> list[Looked]:
        """Return what is in each photo; what goes wrong with one does not stop the others."""
        return list(await asyncio.gather(*(self._look(photo, top_k) for photo in photos)))

    async def _look(self, photo: Attachment, top_k: int) -> Looked:
        try:
            data = await self._fetch(photo.url)
            return await self._pool.run(lambda: self._recognise(data, top_k, spoiler=photo.is_spoiler()))
        except Exception as error:  # noqa: BLE001 - the outermost handler of a photo: everything becomes words
            return Looked(error=words_for(error))

    def _recognise(self, data: bytes, top_k: int, *, spoiler: bool) -> Looked:
        result = self._recogniser.identify(data, top_k=top_k)
        log.info("photo: %d cards in %.0f ms", len(result.cards), result.timings_ms["total"])
        if len(result.cards) > 1:
            return Looked(result, annotated=annotate(data, result, labels=False), spoiler=spoiler)
        name = result.cards[0].name if result.cards else None
        entry = self._recogniser.card(name) if name else None
        return Looked(result, picture_uri=entry.image_uri if entry else None, spoiler=spoiler)
