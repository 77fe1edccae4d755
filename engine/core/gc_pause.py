"""Python's search for garbage, put off while much is made that stays: it finds none, and holds up all threads."""

from __future__ import annotations

import gc
from threading import Lock
from types import TracebackType


class GcPause:
    """Looks for no garbage in its blocks, which may overlap, in any threads; afterwards it is as it was before."""

    def __init__(self) -> None:
        self._lock, self._blocks, self._was_on = Lock(), 0, True

    def __enter__(self) -> None:
        with self._lock:
            if not self._blocks:
                self._was_on = gc.isenabled()
                gc.disable()
            self._blocks += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._blocks -= 1
            if not self._blocks and self._was_on:
                gc.enable()


pause_gc = GcPause()
"""The search is the whole process's, and so is this."""
