"""Threads for blocking work: equal work in progress is done once, and work nobody waits for is not started."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _Run:
    """A call queued for or running in a thread, and how many callers wait for it."""

    future: Future[Any]
    waiters: int = 0


class Threads:
    """``count`` threads. Belongs to one event loop."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="recogniser")
        self._runs: dict[Hashable, _Run] = {}
        self._abandoned: set[_Run] = set()

    def __len__(self) -> int:
        """Return the number of calls in or waiting for a thread, including abandoned ones."""
        return len(self._runs) + len(self._still_abandoned())

    @property
    def stuck(self) -> bool:
        """Whether every thread is busy with work nobody waits for."""
        return len(self._still_abandoned()) >= self._count

    async def run(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """Return the result of ``work``, or of work with the same key that is already in progress."""
        run = self._runs.get(key)
        if run is None:
            run = self._runs[key] = _Run(self._executor.submit(work))
        run.waiters += 1
        try:
            # Shielded: a caller who gives up must not stop work that another waits for.
            result: Result = await asyncio.shield(_to_asyncio(run))
            return result
        finally:
            run.waiters -= 1
            if not run.waiters:
                del self._runs[key]
                # A thread can't be stopped: it stays busy until the call returns.
                if not run.future.done() and not run.future.cancel():
                    self._abandoned.add(run)

    async def close(self, within_s: float | None = None) -> bool:
        """Start nothing more, and return whether all threads ended.

        Args:
            within_s: seconds to wait for them, without limit by default.
        """
        running = [_to_asyncio(run) for run in (*self._runs.values(), *self._still_abandoned())]
        late = (await asyncio.wait(running, timeout=within_s))[1] if running else ()
        self._executor.shutdown(wait=not late, cancel_futures=True)
        return not late

    def _still_abandoned(self) -> set[_Run]:
        self._abandoned = {run for run in self._abandoned if not run.future.done()}
        return self._abandoned


def _to_asyncio(run: _Run) -> asyncio.Future[Any]:
    """Return the call's asyncio future; asyncio won't log its error if nobody waits for it any more."""
    future = asyncio.wrap_future(run.future)
    future.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return future
