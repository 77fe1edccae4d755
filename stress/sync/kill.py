"""Kill the real sync again and again and compare its result with an undisturbed run: ``python -m stress.sync.kill``.

The command is killed (SIGKILL) a random moment after the server has seen a random number of requests. Whenever a run
finishes, its folder is compared with that of an undisturbed run, byte by byte; then either the cards change or a new
folder is started, in turn.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.scryfall.faults import Endpoint, Fault, FaultKind
from tests.support.scryfall.made_up import EPOCH, MadeUpSource, card, migration, uris
from tests.support.scryfall.server import ScryfallServer

LONGEST_WAIT_S = 0.25
"""After the chosen request: reading the cards and building the catalogue take that long."""
MEAN_REQUESTS = 6
"""Mean number of requests before the kill; a whole sync has some forty."""
PAUSE_S = 0.002
NOT_COMPARED = "state.sqlite"
"""Prefix of the notes' file and its journal, which a sync may lose without harm."""


@dataclass
class Result:
    """Result of the test.

    Attributes:
        kills: number of killed runs.
        finished: number of finished and compared runs.
        differing: files that differ from an undisturbed run.
        offences: complaints of the server.
        phases: requests seen by the server in each killed run.
    """

    kills: int = 0
    finished: int = 0
    differing: list[str] = field(default_factory=list)
    offences: list[str] = field(default_factory=list)
    phases: list[int] = field(default_factory=list)


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a sync by path."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(NOT_COMPARED))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def command(server: ScryfallServer, data: Path) -> list[str]:
    """Return the command line of a sync."""
    options = ["--api", server.url, "--data", str(data), "--tokens", "--art-cards"]
    return [sys.executable, "-m", "training", "sync", *options]


def kill_often(folder: Path, times: int, seed: int) -> Result:
    """Kill and resume in a folder until the command was killed ``times`` times, then let it finish."""
    source, result, rng = MadeUpSource(), Result(), random.Random(seed)  # noqa: S311 -- no secret depends on it
    (folder / "server").mkdir()
    data = folder / "killed"
    with ScryfallServer(source, folder / "server") as server:
        while result.kills < times:
            # Slow, so that it is also killed in the middle of a bulk file.
            server.inject(Endpoint.BULK_FILE, Fault(FaultKind.DRIP))
            if _run_and_kill(server, data, rng, result):
                continue
            _compare(server, data, result)
            if result.finished % 2:
                _change(source, result.finished)
            else:
                data = folder / f"killed {result.finished}"
        subprocess.run(command(server, data), check=True, capture_output=True)
        _compare(server, data, result)
        result.offences = server.offences
    return result


def _run_and_kill(server: ScryfallServer, data: Path, rng: random.Random, result: Result) -> bool:
    """Start a sync and kill it at a random moment; return False if it finished before."""
    server.forget()
    wanted, wait = 1 + int(rng.expovariate(1 / MEAN_REQUESTS)), rng.uniform(0, LONGEST_WAIT_S)
    with subprocess.Popen(command(server, data), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and len(server.requests) < wanted:
            time.sleep(PAUSE_S)
        try:
            status = process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            result.kills += 1
            result.phases.append(len(server.requests))
            return True
        if status:
            raise RuntimeError(process.stderr.read().decode() if process.stderr else "the sync failed")
    return False


def _compare(server: ScryfallServer, data: Path, result: Result) -> None:
    # A new folder, so that nothing of an earlier run can help.
    calm = data.with_name(f"calm {result.finished}")
    subprocess.run(command(server, calm), check=True, capture_output=True)
    expected, found = contents(calm), contents(data)
    result.differing += sorted(name for name in expected.keys() | found if expected.get(name) != found.get(name))
    result.finished += 1


def _change(source: MadeUpSource, day: int) -> None:
    """Add a card, change a picture and remove a card, so that a folder is updated under kills."""
    source.next_day()
    source.cards.append(card(f"Newcomer {day}", set_code="new", number=str(day)))
    changed = source.cards[day % 10]
    changed["image_uris"] = uris(changed["id"], epoch=EPOCH + day)
    gone = source.cards.pop(10)
    source.moved.insert(0, migration(day, gone["id"], None, 23 + day % 7))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the test, print its result, and return 0 if nothing differed."""
    parser = argparse.ArgumentParser(prog="python -m stress.sync.kill", description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="number of kills (default: 50)")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        result = kill_often(Path(folder), args.times, args.seed)
    print(f"{result.kills} kills, after these numbers of requests: {sorted(result.phases)}")
    print(f"{result.finished} runs finished; files that differ: {result.differing or 'none'}")
    print(f"offences against the limits: {result.offences or 'none'}; {time.monotonic() - started:.0f} s")
    return int(bool(result.differing or result.offences))


if __name__ == "__main__":
    sys.exit(main())
