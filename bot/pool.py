"""The one place where blocking work leaves the event loop: a bounded pool of threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from bot.errors import Busy

Result = TypeVar("Result")


class WorkerPool:
    """Runs at most ``workers`` calls at a time and lets at most ``max_waiting`` more wait."""

    def __init__(self, workers: int, max_waiting: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="recogniser")
        self._limit = workers + max_waiting
        self._inside = 0
        self._counting = Lock()

    @property
    def inside(self) -> int:
        """Calls running or waiting."""
        return self._inside

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what ``work`` returns, run in a thread.

        Raises:
            Busy: too many are waiting already.
        """
        if self._inside >= self._limit:
            raise Busy(f"{self._inside} photos are waiting already. Please try again in a minute.")
        with self._counting:
            self._inside += 1
        future = self._threads.submit(work)
        # Counted by the thread's end, not by the asker's: one that gave up has not freed its thread yet.
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def _leave(self, _: Future[Any]) -> None:
        with self._counting:
            self._inside -= 1

    async def close(self) -> None:
        """Wait for the running calls, forget the waiting ones."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
