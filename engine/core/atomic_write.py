"""Files that are there whole or not at all, whenever a program is stopped or a disk is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PART_SUFFIX = ".part"
"""Stands behind the name of a file that is being written."""


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Give the path under which a file is to be written, and at the end put it in place of what was at ``path``.

    Where anything goes wrong in between, nothing is left of it. Of a process that was killed a part may lie there:
    whoever would go on writing it, as a database would, has to remove it.
    """
    part = path.with_name(path.name + PART_SUFFIX)
    try:
        yield part
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
