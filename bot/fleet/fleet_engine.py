"""An engine that looks up names locally and sends photos to the workers of a fleet."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.core.errors import RecogniserFailed, Stopping
from bot.fleet.client import Fleet
from bot.monitoring.metrics import Metrics
from bot.recognition.answer_deadline import seconds_left
from bot.recognition.reloadable_engine import ReloadableEngine
from engine import CardEntry, Engine, Identification, Rgb
from engine.fleet import PhotoResponse, Task

log = logging.getLogger(__name__)


class FleetEngine(ReloadableEngine):
    """Sends photos to workers, and everything else to a local engine. Thread-safe.

    Confirmations are stored locally, and published to the workers.

    Args:
        engine: as for :class:`ReloadableEngine`; workers must have its version.
        url: the URL of Redis.
        deadline_s: seconds for a photo that has no deadline of its own.
    """

    def __init__(self, engine: Engine, url: str, deadline_s: float) -> None:
        super().__init__(engine)
        self._deadline_s = deadline_s
        # With a factory, so that the loop doesn't become the one of this thread.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self.fleet = Fleet(url, lambda: self.version, self.active_confirmations)

    def identify(self, image: bytes | str | Path | Rgb, *, top_k: int = 5, **_: Any) -> Identification:
        """Name the cards in a photo; see :meth:`engine.Engine.identify`.

        Raises:
            PhotoError: the photo can't be processed.
            Away, TooLate: see :meth:`Fleet.ask`.
            RecogniserFailed: an unexpected error in the worker, or the wrong version.
        """
        if not isinstance(image, bytes):
            return super().identify(image, top_k=top_k)
        answer = self._ask(Task.IDENTIFY, image, top_k)
        if answer.named is None:
            raise RecogniserFailed(f"worker {answer.worker} gave no cards")
        return answer.named

    def similar(self, image_or_name: bytes | Path | Rgb | str, *, top_k: int = 5) -> list[CardEntry]:
        """Return the most similar cards; raises what :meth:`identify` raises, and for a name what the engine does."""
        if not isinstance(image_or_name, bytes):
            return super().similar(image_or_name, top_k=top_k)
        answer = self._ask(Task.SIMILAR, image_or_name, top_k)
        if answer.similar is None:
            raise RecogniserFailed(f"worker {answer.worker} gave no cards")
        return list(answer.similar)

    @contextmanager
    def connected(self, metrics: Metrics) -> Iterator[None]:
        """Stay connected, in a thread of its own, for the duration of the block, and add the fleet's gauges."""
        fleet = self.fleet
        metrics.add_gauge("fleet_reached", "Whether Redis can be reached", lambda: fleet.status.reached)
        metrics.add_gauge("fleet_queue_length", "Photos in the queue of this version", lambda: fleet.status.waiting)
        metrics.add_gauge("fleet_workers", "Workers of this bot's version", lambda: fleet.status.workers)
        metrics.add_gauge("fleet_workers_refused", "Workers of other versions", lambda: fleet.status.refused)

        def run() -> None:
            with self._runner:
                try:
                    self._runner.run(fleet.run())
                except asyncio.CancelledError:
                    log.info("disconnected from the fleet")

        thread = threading.Thread(target=run, name="fleet", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(fleet.stop)
            thread.join()

    def _ask(self, task: Task, photo: bytes, top_k: int) -> PhotoResponse:
        within_s = seconds_left(self._deadline_s)
        asked = asyncio.run_coroutine_threadsafe(self.fleet.ask(task, photo, top_k, within_s), self._loop)
        try:
            answer = asked.result()
        except CancelledError:
            raise Stopping("stopping") from None
        if answer.refused is not None and answer.refused.kind:
            raise answer.refused.error()
        if answer.refused is not None or answer.incident is not None:
            why = answer.refused.message if answer.refused else answer.incident
            raise RecogniserFailed(f"worker {answer.worker} of version {answer.version}: {why}; see its log")
        return answer
