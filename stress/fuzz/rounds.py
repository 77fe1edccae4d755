"""Run rounds of fuzzing until a target has used its processor seconds, and add up their figures."""

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
"""The growing corpus and the finds, a folder for each target."""
MOST_CUT_OFF = 5
"""Rounds that may end early, by a find or by the clock, before a call gives up."""
LONGEST_S = 3600
"""Wall-clock limit of a round, for an overloaded machine."""
MOST_MEMORY_MIB, SLOWEST_S = 2048, 25
"""Limits of one input; libFuzzer counts an input beyond them as a find."""
RAM = Path("/dev/shm")  # noqa: S108 - used only if it exists, through tempfile
COVERAGE = re.compile(r"cov: (\d+) ft: (\d+)")
EXECUTED = re.compile(r"^executed (\d+) in ([\d.]+) s$", re.MULTILINE)
"""Printed by the child now and then, and at its end."""
CUT_OFF = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
"""Printed by libFuzzer when an input ends the process."""


LEDGER = "rounds.csv"
"""File with a line for each round, so that a target's figures add up over many calls."""


@dataclass(frozen=True, slots=True)
class Round:
    """The figures of a round.

    Attributes:
        cpu_s, wall_s: processor seconds without the start, and wall-clock seconds.
        edges, features: branches taken, and the same with their counts, as libFuzzer counts them.
    """

    executions: int
    cpu_s: float
    wall_s: float
    edges: int
    features: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of all rounds of a target.

    Attributes:
        corpus: number of inputs that reached new branches.
        finds: inputs that raised an undeclared error, used too much time or memory, or ended the process.
    """

    rounds: tuple[Round, ...]
    corpus: int
    finds: tuple[Path, ...]

    @property
    def executions(self) -> int:
        """Number of inputs."""
        return sum(one.executions for one in self.rounds)

    @property
    def cpu_s(self) -> float:
        """Processor seconds."""
        return sum(one.cpu_s for one in self.rounds)

    @property
    def edges(self) -> int:
        """Edges of the last round, which started with the whole corpus."""
        return self.rounds[-1].edges if self.rounds else 0

    @property
    def features(self) -> int:
        """Features of the last round."""
        return self.rounds[-1].features if self.rounds else 0


def fuzz(name: str, seconds: float, out: Path = OUT) -> Figures:
    """Fuzz a target for another ``seconds`` of processor time; the corpus in ``out`` keeps growing.

    Raises:
        RuntimeError: the target did not start; the message has the end of libFuzzer's output.
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
    """Return the figures of all rounds of a target."""
    folder, ledger = out / name, out / name / LEDGER
    lines = ledger.read_text(encoding="utf-8").splitlines() if ledger.is_file() else []
    kinds = (int, float, float, int, int)
    rounds = tuple(Round(*(kind(value) for kind, value in zip(kinds, line.split(","), strict=True))) for line in lines)
    return Figures(rounds, len(list(folder.glob("corpus/*"))), tuple(sorted(folder.glob("finds/*"))))


def _round(name: str, grown: Path, finds: Path, seconds: float) -> Round:
    """Run libFuzzer for ``seconds`` of processor time, not counting its start."""
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
    """Return the number of inputs and the processor seconds of a round, as last printed by the child.

    For a round that ended before the child printed anything, libFuzzer's number of inputs and no time.
    """
    if told := EXECUTED.findall(report):
        executions, used = told[-1]
        return int(executions), float(used)
    return sum(map(int, CUT_OFF.findall(report))), 0.0
