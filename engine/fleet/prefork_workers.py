"""``python -m engine worker --processes N``: worker processes that share the memory of one engine."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Protocol

from engine.core.errors import EngineError
from engine.core.prefork import GIVE_UP, Prefork, accept_stop
from engine.fleet.worker import FleetWorker, PhotoEngine

log = logging.getLogger(__name__)


class ForkableEngine(PhotoEngine, Protocol):
    """An engine that survives a fork; see :class:`engine.Engine`."""

    def close(self) -> None:
        """Close its files."""

    def reopen(self) -> None:
        """Open them again."""


def serve_many(make_worker: Callable[[], FleetWorker], engine: ForkableEngine, processes: int) -> int:
    """Process photos in several processes until a signal says to stop, and return the exit code.

    Args:
        make_worker: makes a process's worker, called in that process.
        engine: the workers'; opened with one thread, in a process that has no other. It is closed from now on.
        processes: how many.
    """
    # SQLite forbids carrying an open file over a fork, even to close it there.
    engine.close()

    def work(lifeline: int) -> None:
        try:
            engine.reopen()
        except EngineError as error:
            log.error("%s: %s", error.code, error.message)  # noqa: TRY400 - the message says what to do
            sys.exit(GIVE_UP)
        asyncio.run(run_worker(make_worker(), lifeline))

    async def run_worker(worker: FleetWorker, lifeline: int) -> None:
        """Run a worker until a signal, or until the parent's end of the lifeline closes."""
        loop = asyncio.get_running_loop()

        def stop() -> None:
            loop.remove_reader(lifeline)
            accept_stop()

        loop.add_reader(lifeline, stop)
        await worker.run()

    return Prefork(work, processes).run()
