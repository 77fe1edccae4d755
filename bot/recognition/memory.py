"""Memory: glibc keeps what a photo's networks needed, a few hundred megabytes, unless it is told not to."""

from __future__ import annotations

import ctypes
from contextlib import suppress

ARENAS = 2
"""Heaps that threads share; glibc gives each thread one of its own, and none uses what another has freed."""
LARGE = 8 << 20
"""Bytes from which a piece goes back to the system as soon as it is freed; glibc raises that up to 32 MB by itself."""
_CHOSEN = {-8: ARENAS, -3: LARGE, -1: LARGE}
"""By the numbers of glibc's ``M_ARENA_MAX``, ``M_MMAP_THRESHOLD`` and ``M_TRIM_THRESHOLD``."""


def limit_arenas() -> None:
    """Have less memory held for later; to be called before threads start. Does nothing where the C library can't."""
    with suppress(AttributeError, OSError, TypeError):
        choose = ctypes.CDLL(None).mallopt
        for name, value in _CHOSEN.items():
            choose(name, value)


def trim_memory() -> None:
    """Return what is freed but still held to the operating system; does nothing where the C library can't."""
    if _trim is not None:
        _trim(0)


def _find_trim() -> ctypes._NamedFuncPointer | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return None


_trim = _find_trim()
