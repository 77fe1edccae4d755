"""The memory of processes in KiB, from Linux's ``/proc/PID/smaps_rollup``, ``smaps`` and ``maps``.

A page that n processes share counts as an n-th in the proportional set size (PSS) of each, so that the sum over the
processes is the memory really used; the memory of one process alone is its unique set size (USS).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

ROLLUP = "smaps_rollup"

Span = tuple[int, int]
"""First address, and the one after the last."""


def is_available() -> bool:
    """Return whether this system has these files."""
    return Path(f"/proc/self/{ROLLUP}").exists()


def memory_of(pid: int) -> dict[str, int]:
    """Return a process's memory by the kernel's names: ``Pss``, ``Rss``, ``Private_Dirty`` and others."""
    return _numbers(_lines(pid, ROLLUP)[1:])


def private(memory: dict[str, int]) -> int:
    """Return the unique set size."""
    return memory["Private_Clean"] + memory["Private_Dirty"]


def copied(pid: int, parent: int) -> int:
    """Return the private memory of a forked process where its parent has memory, too: pages one of them wrote to.

    The process allocated the rest of its private memory after the fork.
    """
    of_parent = [_span(line) for line in _lines(parent, "maps")]
    lines = _lines(pid, "smaps")
    # Each mapping begins with a line of its addresses; all other lines begin with a name and a colon.
    heads = [number for number, line in enumerate(lines) if not line.split()[0].endswith(":")]
    total = 0
    for head, after in zip(heads, [*heads[1:], len(lines)], strict=True):
        begin, end = _span(lines[head])
        if any(begin < other_end and other_begin < end for other_begin, other_end in of_parent):
            total += private(_numbers(line for line in lines[head + 1 : after] if line.endswith(" kB")))
    return total


def _lines(pid: int, name: str) -> list[str]:
    return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8").splitlines()


def _span(line: str) -> Span:
    begin, end = line.split()[0].split("-")
    return int(begin, 16), int(end, 16)


def _numbers(lines: Iterable[str]) -> dict[str, int]:
    return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
