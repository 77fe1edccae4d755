"""Pause garbage collection while loading long-lived data: it would find nothing and block all threads."""

from __future__ import annotations

import gc
from threading import Lock
from types import TracebackType


class GcPause:
    """Context manager without garbage collection; blocks may overlap, in any threads. Restores the earlier setting."""

    def __init__(self) -> None:
        self._lock, self._blocks, self._was_enabled = Lock(), 0, True

    def __enter__(self) -> None:
        with self._lock:
            if not self._blocks:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._blocks += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._blocks -= 1
            if not self._blocks and self._was_enabled:
                gc.enable()


pause_gc = GcPause()
"""The one to use: the collector belongs to the whole process, so its pauses must be counted in one place."""
