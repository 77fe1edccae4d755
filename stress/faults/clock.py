"""Move the wall clock of running processes; their monotonic clock stays true.

Uses libfaketime (Debian's package ``faketime``), which is preloaded and reads the offset from a file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

LIBRARIES = ("/usr/lib", "/usr/local/lib", "/usr/lib64")
READ_EVERY_S = 1
"""Seconds after which a process reads the file again."""


@cache
def library() -> Path | None:
    """Return the path of libfaketime, None if it isn't installed."""
    found = (path for root in LIBRARIES for path in Path(root).glob("**/faketime/libfaketimeMT.so.1"))
    return next(found, None)


class WallClock:
    """The wall clock of processes started with :attr:`environment`.

    Args:
        file: holds the offset; an existing one is kept, so that another process can move the clock.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        if not file.exists():
            self.move(0)

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables for a process; none without libfaketime."""
        found = library()
        if found is None:
            return {}
        return {
            "LD_PRELOAD": str(found),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(READ_EVERY_S),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            # The times of files stay true.
            "NO_FAKE_STAT": "1",
        }

    def move(self, seconds: float) -> None:
        """Set the clock ahead of the true time by ``seconds``, or behind it if negative."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+.0f}\n", encoding="ascii")
        # Atomic: readers find the old file or the new one.
        fresh.replace(self._file)
