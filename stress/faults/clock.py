"""The wall clock of some processes, moved while they run; what counts seconds from their start stays true.

libfaketime does it, Debian's package ``faketime``: it is loaded before the program and reads a file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

LIBRARIES = ("/usr/lib", "/usr/local/lib", "/usr/lib64")
READ_EVERY_S = 1
"""Seconds after which a process looks into the file again."""


@cache
def library() -> Path | None:
    """Return where libfaketime is, None where it isn't installed."""
    found = (path for root in LIBRARIES for path in Path(root).glob("**/faketime/libfaketimeMT.so.1"))
    return next(found, None)


class WallClock:
    """The wall clock of the processes that are started with :attr:`environment`.

    Args:
        file: is made, or left as it is: the process that moves the clock need not be the one that begins it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        if not file.exists():
            self.move(0)

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be started with; nothing where there is no libfaketime."""
        found = library()
        if found is None:
            return {}
        return {
            "LD_PRELOAD": str(found),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(READ_EVERY_S),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            # Files' times are the disk's, whoever looks at them.
            "NO_FAKE_STAT": "1",
        }

    def move(self, seconds: float) -> None:
        """Let the clock be so much ahead of the true time; behind it where negative."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+.0f}\n", encoding="ascii")
        # In one step: who reads finds the old one or the new one.
        fresh.replace(self._file)
