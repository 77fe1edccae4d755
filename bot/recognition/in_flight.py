"""Counts the answers under way, so that a bot told to stop finishes them first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType


class AnswersInFlight:
    """A context manager around each answer; may be entered many times at once, from the event loop alone.

    Attributes:
        on_answered: called after each answer that ended without an error.
    """

    def __init__(self) -> None:
        self.on_answered: Callable[[], None] = lambda: None
        self._under_way = 0
        self._none = asyncio.Event()
        self._none.set()
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """Whether no new answer should be begun."""
        return self._stopping

    def __enter__(self) -> None:
        self._under_way += 1
        self._none.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._under_way -= 1
        if error is None:
            self.on_answered()
        if not self._under_way:
            self._none.set()

    async def finish(self, within_s: float) -> int:
        """Begin no more answers, wait for those under way, and return how many were not done ``within_s`` seconds."""
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._none.wait()
        return self._under_way
