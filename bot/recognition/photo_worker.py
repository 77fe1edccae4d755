"""Photos -> what was seen in them: download, engine, annotated copy; errors become words."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any, TypeVar, cast

from bot.core.errors import to_user_error
from bot.monitoring.metrics import Metrics
from bot.recognition.deadline import answer_deadline
from bot.recognition.download import Fetch
from bot.recognition.memory import trim_memory
from bot.recognition.photo_result import PhotoResult
from bot.recognition.pool import Work, WorkerPool
from bot.recognition.recogniser import Recogniser
from bot.recognition.schedule import Asker
from bot.recognition.triggers import Attachment
from engine import annotate

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class PhotoWorker:
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

    async def recognise(self, photos: Sequence[Attachment], top_k: int, asker: Asker) -> list[PhotoResult]:
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

    async def _look(self, number: int, photo: Attachment, top_k: int, asker: Asker) -> PhotoResult:
        asked_at = perf_counter()

        async def prepare() -> Work[PhotoResult]:
            self._metrics.observe_stage("wait", perf_counter() - asked_at)
            return await self._prepare(photo, top_k, asked_at + self._pool.deadline_s)

        try:
            looked: PhotoResult = await self._pool.run((photo.id, top_k), prepare, asker)
        except Exception as error:  # noqa: BLE001 - the outermost handler of a photo: everything becomes words
            self._metrics.count_refusal(error)
            return PhotoResult(error=to_user_error(error), spoiler=photo.is_spoiler(), number=number)
        self._metrics.count_photo(looked.result, perf_counter() - asked_at)
        # What is shared with others who posted the same bytes is not whether they hid them.
        return replace(looked, spoiler=photo.is_spoiler(), number=number)

    async def _prepare(self, photo: Attachment, top_k: int, until: float) -> Work[PhotoResult]:
        begun_at = perf_counter()
        data = await self._fetch(photo.url, photo.size)
        self._metrics.observe_stage("download", perf_counter() - begun_at)
        # A large photo's hash takes longer than the event loop should be kept.
        digest = await asyncio.to_thread(_digest, data)
        return Work((digest, top_k), lambda: self._identify_within(data, top_k, until))

    def _identify_within(self, data: bytes, top_k: int, until: float) -> PhotoResult:
        try:
            with answer_deadline(until):
                return self._identify(data, top_k)
        finally:
            trim_memory()

    def _identify(self, data: bytes, top_k: int) -> PhotoResult:
        result = self._recogniser.identify(data, top_k=top_k)
        log.info("photo: %d cards in %.0f ms", len(result.cards), result.timings_ms["total"])
        self._metrics.observe_timings(result.timings_ms)
        if len(result.cards) <= 1:
            return PhotoResult(result)
        begun_at = perf_counter()
        annotated = annotate(data, result, labels=False)
        self._metrics.observe_stage("annotate", perf_counter() - begun_at)
        return PhotoResult(result, annotated=annotated)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
