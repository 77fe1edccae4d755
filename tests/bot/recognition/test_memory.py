"""Memory that a photo needed goes back to the system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.recognition import memory
from bot.recognition.memory import ARENAS, trim_memory

PIECE, PIECES = 4096, 20_000
"""Of a size that the C library keeps for later, 80 MB in all."""


def resident() -> int:
    """Return the bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(memory._trim is None or sys.platform != "linux", reason="the C library can't")
def test_freed_memory_goes_back_to_the_system():
    pieces = [bytes(PIECE) for _ in range(PIECES)]
    last = bytes(PIECE)  # holds the end of the heap, so that nothing is given back by itself
    del pieces
    before = resident()
    trim_memory()
    assert before - resident() > PIECE * PIECES / 2
    assert len(last) == PIECE


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory, "_trim", None)
    trim_memory()


HEAPS = """
import ctypes, sys, threading
from bot.recognition.memory import limit_arenas
if sys.argv[1] == "share":
    limit_arenas()
libc = ctypes.CDLL(None)
done = threading.Barrier(9)
def hold():
    libc.malloc(100)
    done.wait()
for _ in range(8):
    threading.Thread(target=hold).start()
done.wait()
libc.malloc_stats()
"""


@pytest.mark.skipif(memory._trim is None or sys.platform != "linux", reason="the C library can't")
def test_threads_share_few_heaps():
    def heaps(how: str) -> int:
        told = subprocess.run([sys.executable, "-c", HEAPS, how], capture_output=True, text=True, check=True).stderr
        return sum(line.startswith("Arena") for line in told.splitlines())

    assert heaps("share") <= ARENAS < heaps("leave")
