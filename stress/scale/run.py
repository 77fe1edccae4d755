"""The run: a server in a process of its own, then sync, index and search as their users start them. Imports little.

What each step cost is written down after it, so that a run that was interrupted tells what it had.
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

from stress.scale.measure import StepFailed, measured, on_disk
from stress.scale.table import figures_table

HERE = (sys.executable, "-m", "stress.scale")
TRAINING = (sys.executable, "-m", "training")
RESULTS = "results.json"
DAYS = ("2026-11-23T21:09:00.000+00:00", "2026-11-24T21:09:00.000+00:00")
"""When the bulk files of the first and of the second sync were made."""
UNIQUE_CARDS, ALL_PRINTINGS = "cards", "printings"


@dataclass(frozen=True, slots=True)
class Size:
    """One size to run: so many cards with one printing each, or so many printings."""

    number: int
    unique: str

    @property
    def name(self) -> str:
        """Name of its folder and of its column."""
        return f"{self.number}-{self.unique}"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a run stands: its store, its folder, its size, and all that was measured so far."""

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
        """Keep what was measured of a step, in the file, too."""
        self.results[step] = values
        (self.folder / RESULTS).write_text(json.dumps(self.results, indent=1), encoding="utf-8")
        print(f"{self.size.name}: {step}: {values}", flush=True)


def run(store: Path, out: Path, sizes: Sequence[Size], queries: int) -> str:
    """Run each size in a folder of its own below ``out``, and of all printings a second sync with a few new cards.

    Returns:
        The figures as a Markdown table.

    Raises:
        StepFailed: a command ended with an error.
    """
    for size in sizes:
        stage = Stage(store, out / size.name, size, {})
        stage.folder.mkdir(parents=True, exist_ok=True)
        with serving(stage, DAYS[0], later=False) as address:
            _build(stage, address, "")
        _ask(stage, queries, "search")
        if size.unique == ALL_PRINTINGS:
            with serving(stage, DAYS[1], later=True) as address:
                _build(stage, address, " of new cards")
    return told(out)


def told(out: Path) -> str:
    """Return the figures of all runs below a folder as a Markdown table, the smallest first."""
    sizes = {path.parent.name.partition("-")[::2]: path for path in out.glob(f"*-*/{RESULTS}")}
    ordered = sorted(sizes, key=lambda size: int(size[0]))
    return figures_table(
        [
            (f"{int(number):,} {unique}", json.loads(sizes[number, unique].read_text(encoding="utf-8")))
            for number, unique in ordered
        ]
    )


@contextlib.contextmanager
def serving(stage: Stage, updated_at: str, *, later: bool) -> Iterator[str]:
    """Serve the store's cards from a process of its own, and yield its address."""
    command = [*HERE, "serve", "--store", str(stage.store), "--updated-at", updated_at]
    command += ["--cards", str(stage.size.number)] if stage.size.unique == UNIQUE_CARDS else []
    command += ["--later"] if later else []
    log = (stage.folder / "server.log").open("w", encoding="utf-8")
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


def _build(stage: Stage, address: str, which: str) -> None:
    """Sync and index, and note what each cost."""
    sync = [*TRAINING, "sync", "--api", address, "--unique", stage.size.unique, "--data", str(stage.data)]
    before = _pictures(stage.data)
    cost = measured(sync, stage.folder / f"sync{which.replace(' ', '-')}.log")
    pictures = _pictures(stage.data)
    disk = {"disk_mb": on_disk(stage.data), "pictures": pictures, "new": pictures - before}
    stage.note(f"sync{which}", asdict(cost) | disk)
    index = [*TRAINING, "index", "--from", str(stage.data), "--out", str(stage.artifacts)]
    cost = measured(index, stage.folder / f"index{which.replace(' ', '-')}.log")
    disk = {"disk_mb": on_disk(stage.artifacts.resolve()), "pictures": pictures, "new": pictures - before}
    stage.note(f"index{which}", asdict(cost) | disk)


def _ask(stage: Stage, queries: int, step: str) -> None:
    answers = stage.folder / "answers.json"
    command = [*HERE, "ask", "--artifacts", str(stage.artifacts), "--store", str(stage.store)]
    command += ["--queries", str(queries), "--out", str(answers)]
    cost = measured(command, stage.folder / "ask.log")
    stage.note(step, asdict(cost) | json.loads(answers.read_text(encoding="utf-8")))


def _pictures(data: Path) -> int:
    """Return how many faces the folder's list has."""
    faces = data / "faces.csv"
    if not faces.is_file():
        return 0
    with faces.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines) - 1
