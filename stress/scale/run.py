"""The run: a server in a process of its own, then sync, index and search as users start them. Imports little.

Figures are written after each step, so that an interrupted run keeps those that it has.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stress.scale.measure import StepFailed, measure_command, on_disk
from stress.scale.table import figures_table

HERE = (sys.executable, "-m", "stress.scale")
TRAINING = (sys.executable, "-m", "training")
RESULTS = "results.json"
DAYS = ("2026-11-23T21:09:00.000+00:00", "2026-11-24T21:09:00.000+00:00")
"""Times of the bulk files of the first and of the second sync."""
UNIQUE_CARDS, ALL_PRINTINGS = "cards", "printings"


@dataclass(frozen=True, slots=True)
class Size:
    """One size to run: a number of cards with one printing each, or of printings."""

    number: int
    unique: str

    @property
    def name(self) -> str:
        """Name of its folder and of its column."""
        return f"{self.number}-{self.unique}"


@dataclass(frozen=True, slots=True)
class SizeRun:
    """The run of one size: its store, its folder, its size, and the figures so far."""

    store: Path
    folder: Path
    size: Size
    results: dict[str, Any]

    @property
    def data(self) -> Path:
        """Folder that sync fills."""
        return self.folder / "data"

    @property
    def artifacts(self) -> Path:
        """Folder that index builds."""
        return self.folder / "current"

    def note(self, step: str, values: dict[str, Any]) -> None:
        """Record the figures of a step, and write all figures."""
        self.results[step] = values
        (self.folder / RESULTS).write_text(json.dumps(self.results, indent=1), encoding="utf-8")
        print(f"{self.size.name}: {step}: {values}", flush=True)


def run(store: Path, out: Path, sizes: Sequence[Size], queries: int) -> str:
    """Run each size in a folder of its own below ``out``; for all printings, sync again with a few new cards.

    Returns:
        The figures as a Markdown table.

    Raises:
        StepFailed: a command ended with an error.
    """
    for size in sizes:
        current = SizeRun(store, out / size.name, size, {})
        current.folder.mkdir(parents=True, exist_ok=True)
        with serving(current, DAYS[0], later=False) as address:
            _build(current, address, "")
        answers = current.folder / "answers.json"
        command = [*HERE, "ask", "--artifacts", str(current.artifacts), "--store", str(store)]
        command += ["--queries", str(queries), "--out", str(answers)]
        cost = measure_command(command, current.folder / "ask.log")
        current.note("search", asdict(cost) | json.loads(answers.read_text(encoding="utf-8")))
        if size.unique == ALL_PRINTINGS:
            with serving(current, DAYS[1], later=True) as address:
                _build(current, address, " of new cards")
    return collect_table(out)


def collect_table(out: Path) -> str:
    """Return the figures of all runs below a folder as a Markdown table, smallest size first."""
    sizes = {path.parent.name.partition("-")[::2]: path for path in out.glob(f"*-*/{RESULTS}")}
    ordered = sorted(sizes, key=lambda size: int(size[0]))
    return figures_table(
        [
            (f"{int(number):,} {unique}", json.loads(sizes[number, unique].read_text(encoding="utf-8")))
            for number, unique in ordered
        ]
    )


@contextlib.contextmanager
def serving(current: SizeRun, updated_at: str, *, later: bool) -> Iterator[str]:
    """Serve the store's cards from another process, and yield its address."""
    command = [*HERE, "serve", "--store", str(current.store), "--updated-at", updated_at]
    command += ["--cards", str(current.size.number)] if current.size.unique == UNIQUE_CARDS else []
    command += ["--later"] if later else []
    log = (current.folder / "server.log").open("w", encoding="utf-8")
    with log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            address = server.stdout.readline().strip()
            if not address:
                raise StepFailed(f"The server did not start; see {log.name}")
            yield address
        finally:
            server.stdin.close()


def _build(current: SizeRun, address: str, which: str) -> None:
    """Sync and index, and record the cost of each."""
    sync = [*TRAINING, "sync", "--api", address, "--unique", current.size.unique, "--data", str(current.data)]
    before = _pictures(current.data)
    cost = measure_command(sync, current.folder / f"sync{which.replace(' ', '-')}.log")
    pictures = _pictures(current.data)
    disk = {"disk_mb": on_disk(current.data), "pictures": pictures, "new": pictures - before}
    current.note(f"sync{which}", asdict(cost) | disk)
    index = [*TRAINING, "index", "--from", str(current.data), "--out", str(current.artifacts)]
    cost = measure_command(index, current.folder / f"index{which.replace(' ', '-')}.log")
    disk = {"disk_mb": on_disk(current.artifacts.resolve()), "pictures": pictures, "new": pictures - before}
    current.note(f"index{which}", asdict(cost) | disk)


def _pictures(data: Path) -> int:
    """Return the number of faces in the folder's list."""
    faces = data / "faces.csv"
    if not faces.is_file():
        return 0
    with faces.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines) - 1
