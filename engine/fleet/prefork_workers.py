"""``python -m engine worker --processes N``: workers that share the memory of one engine."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from functools import partial
from typing import Protocol

from engine.core.errors import EngineError
from engine.core.prefork import GIVE_UP, Prefork, accept_stop
from engine.fleet.worker import FleetWorker, PhotoEngine

log = logging.getLogger(__name__)


class ForkableEngine(PhotoEngine, Protocol):
    """An engine that can be carried over a fork; see :class:`engine.Engine`."""

    def close(self) -> None:
        """Let go of its files."""

    def reopen(self) -> None:
        """Open them again."""


def serve_many(make: Callable[[], FleetWorker], engine: ForkableEngine, processes: int) -> int:
    """PhotoResponse photos in so many processes until a signal says to stop, and return the exit code.

    Args:
        make: makes a process's worker, there.
        engine: the workers'; opened with one thread, in a process that has no other. It is closed from now on.
    """
    # SQLite forbids to carry an open file over a fork, even to close it there.
    engine.close()
    return Prefork(partial(_work, make, engine), processes).run()


def _work(make: Callable[[], FleetWorker], engine: ForkableEngine, lifeline: int) -> None:
    try:
        engine.reopen()
    except EngineError as error:
        log.error("%s: %s", error.code, error.message)  # noqa: TRY400 - the message says what to do
        sys.exit(GIVE_UP)
    asyncio.run(_serve(make(), lifeline))


async def _serve(worker: FleetWorker, lifeline: int) -> None:
    loop = asyncio.get_running_loop()

    def told() -> None:
        loop.remove_reader(lifeline)
        accept_stop()

    loop.add_reader(lifeline, told)
    await worker.run()
