"""Measure how long each stage of a photo takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from engine.core.values import STAGES


class Stopwatch:
    """Sums wall-clock time by stage; one per photo, not to be shared between threads."""

    def __init__(self) -> None:
        self._spent_s = dict.fromkeys(STAGES, 0.0)
        self._start = perf_counter()

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add the time spent in the block to ``stage`` (one of :data:`engine.core.values.STAGES`)."""
        begin = perf_counter()
        try:
            yield
        finally:
            self._spent_s[stage] += perf_counter() - begin

    def timings_ms(self) -> dict[str, float]:
        """Return milliseconds by stage, and ``total`` since the stopwatch was created."""
        spent = {stage: seconds * 1000 for stage, seconds in self._spent_s.items()}
        return {**spent, "total": (perf_counter() - self._start) * 1000}
