"""Returns memory to the system: by default glibc keeps the few hundred megabytes a photo's networks needed."""

from __future__ import annotations

import ctypes
from contextlib import suppress

ARENAS = 2
"""Heaps shared by threads; by default each thread gets its own, and none reuses what another has freed."""
LARGE = 8 << 20
"""Blocks of at least this many bytes go back to the system when freed; glibc would raise the limit up to 32 MB."""
_OPTIONS = {-8: ARENAS, -3: LARGE, -1: LARGE}
"""By the numbers of glibc's ``M_ARENA_MAX``, ``M_MMAP_THRESHOLD`` and ``M_TRIM_THRESHOLD``."""


def limit_arenas() -> None:
    """Make glibc keep less freed memory; call this before starting threads. Does nothing with other C libraries."""
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in _OPTIONS.items():
            mallopt(option, value)


def trim_memory() -> None:
    """Return freed memory to the operating system. Does nothing with other C libraries than glibc."""
    if _trim is not None:
        _trim(0)


_trim: ctypes._NamedFuncPointer | None = None
with suppress(AttributeError, OSError, TypeError):  # musl, macOS, Windows
    _trim = ctypes.CDLL(None).malloc_trim
