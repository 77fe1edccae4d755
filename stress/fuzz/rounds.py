"""Rounds of fuzzing until a target has had its seconds of the processor, and what they came to."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path

from stress.fuzz.targets import TARGETS
from stress.fuzz.targets.registry import CORPUS, CRASHES

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out" / "fuzz"
"""Where the corpus grows and finds are put: a folder for each target."""
MOST_CUT_OFF = 5
"""Rounds that may end before their time, by an input, which is a find, or by the clock, before a call gives up."""
LONGEST_S = 3600
"""By the clock, for a round: of a machine that gives a target no time at all there is an end, too."""
MOST_MEMORY_MIB, SLOWEST_S = 2048, 25
"""What one input may take before libFuzzer counts it as a find."""
RAM = Path("/dev/shm")  # noqa: S108 - only where there is one; names in it are made by tempfile
COVERAGE = re.compile(r"cov: (\d+) ft: (\d+)")
EXECUTED = re.compile(r"^executed (\d+) in ([\d.]+) s$", re.MULTILINE)
"""What the child says now and then, and when its time is up."""
CUT_OFF = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
"""What libFuzzer says when an input ends the process."""


LEDGER = "rounds.csv"
"""Beside each corpus: one line a round, so that a target's time adds up over many calls."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to.

    Attributes:
        cpu_s, wall_s: seconds of the processor, without the start, and by the clock.
        edges, features: as libFuzzer counts them: branches taken, and the same with how often.
    """

    executions: int
    cpu_s: float
    wall_s: float
    edges: int
    features: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What all rounds of a target came to.

    Attributes:
        corpus: inputs that reached something new.
        finds: inputs that raised something undeclared, took too long or too much, or ended the process.
    """

    rounds: tuple[Round, ...]
    corpus: int
    finds: tuple[Path, ...]

    @property
    def executions(self) -> int:
        """Inputs tried."""
        return sum(one.executions for one in self.rounds)

    @property
    def cpu_s(self) -> float:
        """Seconds of the processor."""
        return sum(one.cpu_s for one in self.rounds)

    @property
    def edges(self) -> int:
        """Branches taken by the last round, which began with the whole corpus."""
        return self.rounds[-1].edges if self.rounds else 0

    @property
    def features(self) -> int:
        """The same with how often."""
        return self.rounds[-1].features if self.rounds else 0


def fuzz(name: str, seconds: float, out: Path = OUT) -> Figures:
    """Fuzz a target until it has used ``seconds`` more of the processor; the corpus in ``out`` goes on growing.

    Raises:
        RuntimeError: the target did not start; the text has libFuzzer's last words.
    """
    grown, finds = out / name / "corpus", out / name / "finds"
    for folder in (grown, finds):
        folder.mkdir(parents=True, exist_ok=True)
    used, cut_off = 0.0, 0
    while used < seconds and cut_off < MOST_CUT_OFF:
        done = _round(name, grown, finds, seconds - used)
        cut_off += used + done.cpu_s < seconds
        used += done.cpu_s
        with (out / name / LEDGER).open("a", encoding="utf-8", newline="") as ledger:
            csv.writer(ledger).writerow(astuple(done))
    return figures(name, out)


def figures(name: str, out: Path = OUT) -> Figures:
    """Return what all rounds of a target came to."""
    folder, ledger = out / name, out / name / LEDGER
    lines = ledger.read_text(encoding="utf-8").splitlines() if ledger.is_file() else []
    kinds = (int, float, float, int, int)
    rounds = tuple(Round(*(kind(value) for kind, value in zip(kinds, line.split(","), strict=True))) for line in lines)
    return Figures(rounds, len(list(folder.glob("corpus/*"))), tuple(sorted(folder.glob("finds/*"))))


def _round(name: str, grown: Path, finds: Path, seconds: float) -> Round:
    """Run libFuzzer for so many seconds of the processor, besides those it takes to start."""
    known = [str(folder / name) for folder in (CORPUS, CRASHES) if (folder / name).is_dir()]
    options = {
        "max_total_time": LONGEST_S,
        "max_len": TARGETS[name].longest,
        "rss_limit_mb": MOST_MEMORY_MIB,
        "timeout": SLOWEST_S,
        "print_final_stats": 1,
        "artifact_prefix": f"{finds}/",
    }
    with tempfile.TemporaryDirectory(dir=RAM if RAM.is_dir() else None) as scratch:
        command = [sys.executable, "-m", "stress.fuzz.child", name, str(finds), str(seconds), str(grown), *known]
        began = time.monotonic()
        done = subprocess.run(
            [*command, *(f"-{option}={value}" for option, value in options.items())],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": scratch, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    report = done.stderr.decode("utf-8", "replace")
    (finds.parent / "last.log").write_text(report, encoding="utf-8")
    reached = COVERAGE.findall(report)
    if not reached:
        raise RuntimeError(f"{name} did not start:\n{report[-2000:]}")
    executions, used = executed(report)
    return Round(executions, used, time.monotonic() - began, *map(int, reached[-1]))


def executed(report: str) -> tuple[int, float]:
    """Return how many inputs a round tried and in how many seconds of the processor, as far as the child told.

    Of a round that ended before it could tell anything libFuzzer knows the inputs alone, which count as no time.
    """
    if told := EXECUTED.findall(report):
        executions, used = told[-1]
        return int(executions), float(used)
    return sum(map(int, CUT_OFF.findall(report))), 0.0
