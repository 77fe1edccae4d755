"""What a command costs: time, processor time, peak memory; and what it leaves on the disk. Imports nothing large.

A process that is started is counted with the peak memory of whoever started it, because both are one until it takes
over: so whoever measures has to be small.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCK = 512
"""Bytes of the blocks that ``st_blocks`` counts, POSIX."""


class StepFailed(Exception):
    """A command ended with an error; the message says which, and where its log is."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost.

    Attributes:
        wall_s: seconds from start to end.
        cpu_s: seconds of all cores, its own child processes included.
        peak_mb: largest resident memory of it or of one of its children, MB of 10^6 bytes.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(command: Sequence[str], log: Path) -> Cost:
    """Run a command to its end, its output into ``log``.

    Raises:
        StepFailed: it ended with a code other than 0.
    """
    begin = time.perf_counter()
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise StepFailed(f"{' '.join(command)} ended with code {process.returncode}; see {log}")
    return Cost(time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6)


def on_disk(folder: Path) -> float:
    """Return what the files below a folder take of the disk, whole blocks, in MB; links don't count."""
    total = 0
    for parent, _, names in os.walk(folder):
        total += sum(Path(parent, name).lstat().st_blocks for name in names)
    return total * BLOCK / 1e6
