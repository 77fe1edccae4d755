"""Photos -> what was seen in them: download, engine, annotated copy; errors become words."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any, TypeVar, cast

from bot.core.errors import as_told
from bot.monitoring.metrics import Metrics
from bot.recognition.deadline import wanted_until
from bot.recognition.download import Fetch
from bot.recognition.memory import give_memory_back
from bot.recognition.photo_result import Looked
from bot.recognition.pool import Work, WorkerPool
from bot.recognition.recogniser import Recogniser
from bot.recognition.schedule import Asker
from bot.recognition.triggers import Attachment
from engine import annotate

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Looker:
    """Looks at photos, each in its asker's turn, off the event loop.

    Args:
        recogniser: names cards; called in threads.
        fetch: brings a photo's bytes.
        pool: where the photos wait and the threads are.
        metrics: counts them.
    """

    def __init__(
        self, recogniser: Recogniser, fetch: Fetch, pool: WorkerPool[Any], metrics: Metrics | None = None
    ) -> None:
        self._recogniser, self._fetch, self._pool = recogniser, fetch, pool
        self._metrics = metrics or Metrics()

    async def __call__(self, photos: Sequence[Attachment], top_k: int, asker: Asker) -> list[Looked]:
        """Return what is in each photo; what goes wrong with one does not stop the others.

        Args:
            photos: in the order of the answer.
            top_k: most candidates a card, 1 and up.
            asker: whose turn the photos use up.
        """
        return list(await asyncio.gather(*(self._look(at, photo, top_k, asker) for at, photo in enumerate(photos))))

    async def run(self, work: Callable[[], Result], asker: Asker) -> Result:
        """Return what other heavy work returns, done in the asker's turn; raises as the pool does, and what it does."""

        async def prepare() -> Work[Any]:
            return Work(object(), work)

        # The pool keeps whatever it is given; that this is what the work returns is known here alone.
        return cast("Result", await self._pool.run(object(), prepare, asker))

    async def _look(self, number: int, photo: Attachment, top_k: int, asker: Asker) -> Looked:
        asked_at = perf_counter()

        async def prepare() -> Work[Looked]:
            self._metrics.stage("wait", perf_counter() - asked_at)
            return await self._prepare(photo, top_k, asked_at + self._pool.deadline_s)

        try:
            looked: Looked = await self._pool.run((photo.id, top_k), prepare, asker)
        except Exception as error:  # noqa: BLE001 - the outermost handler of a photo: everything becomes words
            self._metrics.refused(error)
            return Looked(error=as_told(error), spoiler=photo.is_spoiler(), number=number)
        self._metrics.looked(looked.result, perf_counter() - asked_at)
        # What is shared with others who posted the same bytes is not whether they hid them.
        return replace(looked, spoiler=photo.is_spoiler(), number=number)

    async def _prepare(self, photo: Attachment, top_k: int, until: float) -> Work[Looked]:
        begun_at = perf_counter()
        data = await self._fetch(photo.url, photo.size)
        self._metrics.stage("download", perf_counter() - begun_at)
        # A large photo's hash takes longer than the event loop should be kept.
        digest = await asyncio.to_thread(_digest, data)
        return Work((digest, top_k), lambda: self._recognise_tidily(data, top_k, until))

    def _recognise_tidily(self, data: bytes, top_k: int, until: float) -> Looked:
        try:
            with wanted_until(until):
                return self._recognise(data, top_k)
        finally:
            give_memory_back()

    def _recognise(self, data: bytes, top_k: int) -> Looked:
        result = self._recogniser.identify(data, top_k=top_k)
        log.info("photo: %d cards in %.0f ms", len(result.cards), result.timings_ms["total"])
        self._metrics.timed(result.timings_ms)
        if len(result.cards) <= 1:
            return Looked(result)
        begun_at = perf_counter()
        annotated = annotate(data, result, labels=False)
        self._metrics.stage("annotate", perf_counter() - begun_at)
        return Looked(result, annotated=annotated)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
