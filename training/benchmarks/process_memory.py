"""What Linux tells of a process's memory, in KiB: ``/proc/PID/smaps_rollup``, ``smaps`` and ``maps``.

A page that n processes share counts as an n-th in each one's proportional set size (PSS), so that the sum over the
processes is what the machine really gives; what a process has for itself alone is its unique set size (USS).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROLLUP = "smaps_rollup"

Span = tuple[int, int]
"""First address, and the one behind the last."""


def is_told() -> bool:
    """Return whether this system tells of it."""
    return Path(f"/proc/self/{ROLLUP}").exists()


def memory_of(pid: int) -> dict[str, int]:
    """Return a process's memory by the kernel's names: ``Pss``, ``Rss``, ``Private_Dirty`` and others."""
    return _numbers(_lines(pid, ROLLUP)[1:])


def private(memory: dict[str, int]) -> int:
    """Return what a process has for itself alone."""
    return memory["Private_Clean"] + memory["Private_Dirty"]


def copied(pid: int, parent: int) -> int:
    """Return what a forked process has for itself alone where its parent has memory, too: pages one of them wrote to.

    The rest of what is private to it, it took after the fork.
    """
    of_parent = [_span(line) for line in _lines(parent, "maps")]
    return sum(
        private(memory)
        for (begin, end), memory in _mappings(pid)
        if any(begin < other_end and other_begin < end for other_begin, other_end in of_parent)
    )


def _mappings(pid: int) -> Iterator[tuple[Span, dict[str, int]]]:
    lines = _lines(pid, "smaps")
    # Each mapping begins with a line of its addresses; all others begin with a name and a colon.
    heads = [number for number, line in enumerate(lines) if not line.split()[0].endswith(":")]
    for head, after in zip(heads, [*heads[1:], len(lines)], strict=True):
        yield _span(lines[head]), _numbers(line for line in lines[head + 1 : after] if line.endswith(" kB"))


def _lines(pid: int, name: str) -> list[str]:
    return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8").splitlines()


def _span(line: str) -> Span:
    begin, end = line.split()[0].split("-")
    return int(begin, 16), int(end, 16)


def _numbers(lines: Iterator[str] | list[str]) -> dict[str, int]:
    return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
