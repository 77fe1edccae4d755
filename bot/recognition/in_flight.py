"""Counts answers in progress, so that a stopping bot can finish them first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable


class AnswersInFlight:
    """A context manager around each answer; it may be entered many times at once, from the event loop only.

    Attributes:
        on_answered: called after each answer that succeeded.
        stopping: whether no new answers should be started.
    """

    def __init__(self) -> None:
        self.on_answered: Callable[[], None] = lambda: None
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.stopping = False

    def __enter__(self) -> None:
        self._count += 1
        self._idle.clear()

    def __exit__(self, _: object, error: object, __: object) -> None:
        self._count -= 1
        if error is None:
            self.on_answered()
        if not self._count:
            self._idle.set()

    async def finish(self, within_s: float) -> int:
        """Start no more answers, wait up to ``within_s`` seconds for those in progress, and return how many remain."""
        self.stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._idle.wait()
        return self._count
