"""Recognises photos: downloads them, runs the engine, draws the annotated copy, and reports errors per photo."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TypeVar

import discord

from bot.core.errors import UserError, to_user_error
from bot.monitoring.metrics import Metrics
from bot.recognition.answer_deadline import answer_deadline
from bot.recognition.download import Fetch
from bot.recognition.memory import trim_memory
from bot.recognition.pool import Work, WorkerPool
from bot.recognition.reloadable_engine import Recogniser
from bot.recognition.schedule import Asker
from engine import Identification, Status, annotate

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class PhotoResult:
    """A photo's result, or its error.

    Attributes:
        annotated: JPEG bytes of the photo with numbered outlines; None for a single card.
        spoiler: whether the poster marked the photo as a spoiler.
        number: its index among the photos of its message, from 0.
    """

    result: Identification | None = None
    error: UserError | None = None
    annotated: bytes | None = None
    spoiler: bool = False
    number: int = 0

    @property
    def has_card(self) -> bool:
        """Whether a card was named, with certainty or not."""
        return self.result is not None and any(card.status is not Status.UNKNOWN for card in self.result.cards)


class PhotoWorker:
    """Recognises photos off the event loop, each when its asker's turn comes.

    Args:
        recogniser: names cards; called in threads.
        fetch: downloads a photo.
        pool: queues the photos and runs the threads.
        metrics: counts photos and times their stages.
    """

    def __init__(self, recogniser: Recogniser, fetch: Fetch, pool: WorkerPool, metrics: Metrics | None = None) -> None:
        self._recogniser, self._fetch, self._pool = recogniser, fetch, pool
        self._metrics = metrics or Metrics()

    async def recognise(self, photos: Sequence[discord.Attachment], top_k: int, asker: Asker) -> list[PhotoResult]:
        """Return the result of each photo, in order; an error in one doesn't affect the others.

        Args:
            photos: in the order of the answer.
            top_k: maximum number of candidates per card, 1 and up.
            asker: whose turns the photos use.
        """

        async def recognise_one(number: int, photo: discord.Attachment) -> PhotoResult:
            asked_at = perf_counter()
            prepare = partial(self._prepare, photo, top_k, asked_at)
            try:
                result = await self._pool.run((photo.id, top_k), prepare, asker)
            except Exception as error:  # noqa: BLE001 - a photo's outermost handler: every error becomes a message
                self._metrics.count_refusal(error)
                return PhotoResult(error=to_user_error(error), spoiler=photo.is_spoiler(), number=number)
            self._metrics.count_photo(result.result, perf_counter() - asked_at)
            # The result may be shared with others who posted the same bytes, but not as a spoiler.
            return replace(result, spoiler=photo.is_spoiler(), number=number)

        return list(await asyncio.gather(*(recognise_one(*numbered) for numbered in enumerate(photos))))

    async def run(self, work: Callable[[], Result], asker: Asker) -> Result:
        """Run other heavy work in the asker's turn and return its result; raises what the pool or the work raises."""

        async def prepare() -> Work[Result]:
            return Work(object(), work)

        return await self._pool.run(object(), prepare, asker)

    async def _prepare(self, photo: discord.Attachment, top_k: int, asked_at: float) -> Work[PhotoResult]:
        """Download a photo and return the work that is left for a thread."""
        started_at = perf_counter()
        self._metrics.observe_stage("wait", started_at - asked_at)
        data = await self._fetch(photo.url, photo.size)
        self._metrics.observe_stage("download", perf_counter() - started_at)
        # Hashing a large photo would block the event loop for too long.
        digest = await asyncio.to_thread(lambda: hashlib.sha256(data).digest())

        def identify() -> PhotoResult:
            try:
                with answer_deadline(asked_at + self._pool.deadline_s):
                    result = self._recogniser.identify(data, top_k=top_k)
                log.info("photo: %d cards in %.0f ms", len(result.cards), result.timings_ms["total"])
                self._metrics.observe_timings(result.timings_ms)
                if len(result.cards) <= 1:
                    return PhotoResult(result)
                started_at = perf_counter()
                annotated = annotate(data, result, labels=False)
                self._metrics.observe_stage("annotate", perf_counter() - started_at)
                return PhotoResult(result, annotated=annotated)
            finally:
                trim_memory()

        return Work((digest, top_k), identify)
