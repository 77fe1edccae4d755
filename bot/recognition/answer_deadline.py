"""The deadline of an answer, visible to all code that runs in the same context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def answer_deadline(moment: float) -> Iterator[None]:
    """Set the deadline, a time of ``time.perf_counter``, for the work in the block."""
    token = _deadline.set(moment)
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left(default: float) -> float:
    """Return the seconds left, never negative; ``default`` if no deadline was set."""
    moment = _deadline.get()
    return default if moment is None else max(0.0, moment - perf_counter())
