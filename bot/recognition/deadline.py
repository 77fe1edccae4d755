"""Until when an answer is of use: told to whatever works on it in the same thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def answer_deadline(moment: float) -> Iterator[None]:
    """Say until when, by ``time.perf_counter``, the answer to the work in the block is waited for."""
    token = _until.set(moment)
    try:
        yield
    finally:
        _until.reset(token)


def seconds_left(otherwise: float) -> float:
    """Return the seconds that are left, 0 and up; ``otherwise`` where nobody said."""
    until = _until.get()
    return otherwise if until is None else max(0.0, until - perf_counter())
