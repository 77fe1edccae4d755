"""Recognises photos: downloads them, runs the engine, draws the annotated copy, and reports errors per photo."""

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
    """Recognises photos off the event loop, each when its asker's turn comes.

    Args:
        recogniser: names cards; called in threads.
        fetch: downloads a photo.
        pool: queues the photos and runs the threads.
        metrics: counts photos and times their stages.
    """

    def __init__(
        self, recogniser: Recogniser, fetch: Fetch, pool: WorkerPool[Any], metrics: Metrics | None = None
    ) -> None:
        self._recogniser, self._fetch, self._pool = recogniser, fetch, pool
        self._metrics = metrics or Metrics()

    async def recognise(self, photos: Sequence[Attachment], top_k: int, asker: Asker) -> list[PhotoResult]:
        """Return the result of each photo, in order; an error in one doesn't affect the others.

        Args:
            photos: in the order of the answer.
            top_k: maximum number of candidates per card, 1 and up.
            asker: whose turns the photos use.
        """

        async def recognise_one(number: int, photo: Attachment) -> PhotoResult:
            asked_at = perf_counter()

            async def prepare() -> Work[PhotoResult]:
                self._metrics.observe_stage("wait", perf_counter() - asked_at)
                return await self._prepare(photo, top_k, asked_at + self._pool.deadline_s)

            try:
                result: PhotoResult = await self._pool.run((photo.id, top_k), prepare, asker)
            except Exception as error:  # noqa: BLE001 - a photo's outermost handler: every error becomes a message
                self._metrics.count_refusal(error)
                return PhotoResult(error=to_user_error(error), spoiler=photo.is_spoiler(), number=number)
            self._metrics.count_photo(result.result, perf_counter() - asked_at)
            # The result may be shared with others who posted the same bytes, but not as a spoiler.
            return replace(result, spoiler=photo.is_spoiler(), number=number)

        return list(await asyncio.gather(*(recognise_one(*numbered) for numbered in enumerate(photos))))

    async def run(self, work: Callable[[], Result], asker: Asker) -> Result:
        """Run other heavy work in the asker's turn and return its result; raises what the pool or the work raises."""

        async def prepare() -> Work[Any]:
            return Work(object(), work)

        # The pool is typed for photos; only here is it known that it returns the work's own result.
        return cast("Result", await self._pool.run(object(), prepare, asker))

    async def _prepare(self, photo: Attachment, top_k: int, deadline: float) -> Work[PhotoResult]:
        """Download a photo and return the work that is left for a thread."""
        started_at = perf_counter()
        data = await self._fetch(photo.url, photo.size)
        self._metrics.observe_stage("download", perf_counter() - started_at)
        # Hashing a large photo would block the event loop for too long.
        digest = await asyncio.to_thread(lambda: hashlib.sha256(data).digest())

        def identify() -> PhotoResult:
            try:
                with answer_deadline(deadline):
                    return self._identify(data, top_k)
            finally:
                trim_memory()

        return Work((digest, top_k), identify)

    def _identify(self, data: bytes, top_k: int) -> PhotoResult:
        result = self._recogniser.identify(data, top_k=top_k)
        log.info("photo: %d cards in %.0f ms", len(result.cards), result.timings_ms["total"])
        self._metrics.observe_timings(result.timings_ms)
        if len(result.cards) <= 1:
            return PhotoResult(result)
        started_at = perf_counter()
        annotated = annotate(data, result, labels=False)
        self._metrics.observe_stage("annotate", perf_counter() - started_at)
        return PhotoResult(result, annotated=annotated)
