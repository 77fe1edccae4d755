"""Threads for blocking work: equal work under way is done once, and what nobody waits for is not begun."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _Run(Generic[Result]):
    """A call on its way through a thread, and how many wait for it."""

    future: Future[Result]
    waiters: int = 0


class Threads(Generic[Result]):
    """``count`` threads. Belongs to one event loop."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="recogniser")
        self._runs: dict[Hashable, _Run[Result]] = {}
        self._abandoned: set[_Run[Result]] = set()

    def __len__(self) -> int:
        """Calls in a thread or next to one, waited for or not."""
        return len(self._runs) + len(self._unended())

    @property
    def stuck(self) -> bool:
        """Whether nobody waits for what any of the threads is doing."""
        return len(self._unended()) >= self._count

    async def run(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """Return what ``work`` returns, or what another's work of the same key under way does."""
        run = self._runs.get(key)
        if run is None:
            run = self._runs[key] = _Run(self._executor.submit(work))
        run.waiters += 1
        try:
            # Shielded: one that gives up must not stop what another waits for.
            return await asyncio.shield(_ending(run))
        finally:
            run.waiters -= 1
            if not run.waiters:
                self._let_go(key, run)

    async def close(self, within_s: float | None = None) -> bool:
        """Begin nothing more, and return whether all threads came to an end.

        Args:
            within_s: seconds to wait for them, as long as it takes unless given.
        """
        at_work = [_ending(run) for run in (*self._runs.values(), *self._unended())]
        late = (await asyncio.wait(at_work, timeout=within_s))[1] if at_work else ()
        self._executor.shutdown(wait=not late, cancel_futures=True)
        return not late

    def _let_go(self, key: Hashable, run: _Run[Result]) -> None:
        del self._runs[key]
        # A thread can't be stopped: what it began goes on, and it is busy until then.
        if not run.future.done() and not run.future.cancel():
            self._abandoned.add(run)

    def _unended(self) -> set[_Run[Result]]:
        self._abandoned = {run for run in self._abandoned if not run.future.done()}
        return self._abandoned


def _ending(run: _Run[Result]) -> asyncio.Future[Result]:
    """Return what becomes of a call; asyncio doesn't complain in the log where nobody waits for its error any more."""
    ending = asyncio.wrap_future(run.future)
    ending.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return ending
