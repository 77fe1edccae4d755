"""The engine where photos are looked at elsewhere: names are looked up here, heavy work travels."""

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
from bot.recognition.deadline import seconds_left
from bot.recognition.reloadable_engine import ReloadableEngine
from engine import CardEntry, Engine, Identification, Rgb
from engine.fleet import PhotoResponse, Task

log = logging.getLogger(__name__)


class FleetEngine(ReloadableEngine):
    """Forwards to workers what needs a photo's reading, and the rest to an engine of its own. Thread-safe.

    Confirmations are learnt here, and told to the workers from here.

    Args:
        engine: as for :class:`ReloadableEngine`; its version is the one that workers must have.
        url: where Redis is.
        deadline_s: seconds that a photo has that comes without a deadline of its own.
    """

    def __init__(self, engine: Engine, url: str, deadline_s: float) -> None:
        super().__init__(engine)
        self._deadline_s = deadline_s
        self._loop = asyncio.new_event_loop()
        self.fleet = Fleet(url, lambda: self.version, self.active_confirmations)

    def identify(self, image: bytes | str | Path | Rgb, *, top_k: int = 5, **_: Any) -> Identification:
        """Name the cards of a photo; see :meth:`engine.Engine.identify`.

        Raises:
            PhotoError: the photo can't be processed.
            Away, TooLate: as :meth:`Fleet.ask`.
            RecogniserFailed: the worker met something nobody foresaw, or the wrong version.
        """
        if not isinstance(image, bytes):
            return super().identify(image, top_k=top_k)
        answer = self._ask(Task.IDENTIFY, image, top_k)
        if answer.named is None:
            raise RecogniserFailed(f"worker {answer.worker} gave no cards")
        return answer.named

    def similar(self, image_or_name: bytes | Path | Rgb | str, *, top_k: int = 5) -> list[CardEntry]:
        """Return the cards that look most alike; raises as :meth:`identify`, and of a name as the engine does."""
        if not isinstance(image_or_name, bytes):
            return super().similar(image_or_name, top_k=top_k)
        answer = self._ask(Task.SIMILAR, image_or_name, top_k)
        if answer.similar is None:
            raise RecogniserFailed(f"worker {answer.worker} gave no cards")
        return list(answer.similar)

    @contextmanager
    def connected(self, metrics: Metrics) -> Iterator[None]:
        """Keep the connection in a thread of its own as long as the block lasts, and show it in the metrics."""
        self._show(metrics)
        thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self.fleet.stop)
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
            raise RecogniserFailed(f"worker {answer.worker} of version {answer.version}: {why}; its log has more")
        return answer

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self.fleet.run())
        except asyncio.CancelledError:
            log.info("the fleet is left")
        finally:
            self._loop.run_until_complete(_cancel_all())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    def _show(self, metrics: Metrics) -> None:
        fleet = self.fleet
        metrics.add_gauge("fleet_reached", "Whether Redis can be reached", lambda: fleet.status.reached)
        metrics.add_gauge("fleet_queue_length", "Photos in the queue of this version", lambda: fleet.status.waiting)
        metrics.add_gauge("fleet_workers", "Workers of this bot's version", lambda: fleet.status.workers)
        metrics.add_gauge("fleet_workers_refused", "Workers of other versions", lambda: fleet.status.refused)


async def _cancel_all() -> None:
    """Let go of whoever still waits for an answer."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
