"""Measure time, processor time, peak memory and disk use of a command. Imports nothing large.

The peak memory of a started process includes that of its parent, because it begins as a copy of it: so the measuring
process must be small.
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
    """A command ended with an error; the message names it and its log."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a command.

    Attributes:
        wall_s: seconds from start to end.
        cpu_s: processor seconds, including child processes.
        peak_mb: peak resident memory of it or of one of its children, MB of 10^6 bytes.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def measure_command(command: Sequence[str], log: Path) -> Cost:
    """Run a command with its output in ``log``, and return its cost.

    Raises:
        StepFailed: its exit code is not 0.
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
    """Return the disk use of the files below a folder in MB, in whole blocks, without following links."""
    total = 0
    for parent, _, names in os.walk(folder):
        total += sum(Path(parent, name).lstat().st_blocks for name in names)
    return total * BLOCK / 1e6
