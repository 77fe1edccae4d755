"""Write files atomically: after a crash or on a full disk the old file is still there, never half of a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PART_SUFFIX = ".part"
"""Appended to the name of a file while it is being written."""


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Yield the path to write to; on leaving the block that file replaces the one at ``path``.

    If the block raises, the partial file is removed. A killed process leaves it behind: writers that would append to
    it, as a database does, must remove it first.
    """
    part = path.with_name(path.name + PART_SUFFIX)
    try:
        yield part
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
