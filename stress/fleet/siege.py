"""``python -m stress.fleet.siege``: bots and workers while workers are killed and Redis restarts.

Every photo must get exactly one answer, equal to the engine's own. The photos are drawn. A bot process has everything
from the downloaded photo on (``tests.support.fleet.asker``), without Discord; the workers are
``python -m engine worker --processes 4``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from engine import Engine
from tests.support.fleet.photos import build_artifacts, draw_into, expected
from tests.support.redis_server import RedisServer, workers_of

ROOT = Path(__file__).parents[2]


class Fleet:
    """Workers of one command, which replaces those that are killed."""

    def __init__(self, url: str, artifacts: Path, count: int, log: Path) -> None:
        words = ["worker", "--redis", url, "--artifacts", str(artifacts), "--processes", str(count)]
        self._count, self._log = count, log.open("wb")
        self._parent = subprocess.Popen([sys.executable, "-m", "engine", *words], cwd=ROOT, stderr=self._log)
        self._ready: list[int] = []
        self._killed: set[int] = set()

    @property
    def kills(self) -> int:
        """Number of killed workers."""
        return len(self._killed)

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers; a single worker has no parent process."""
        if self._count == 1:
            return [self._parent.pid]
        return children_of(self._parent.pid)

    @property
    def parent(self) -> int | None:
        """Id of the parent process of the workers, if there is one."""
        return None if self._count == 1 else self._parent.pid

    def kill_one(self, names: Sequence[str]) -> None:
        """Kill the worker that has been ready for longest, as the kernel does when memory runs out.

        The last ready worker is spared: bots rightly refuse photos if there is no worker for ten seconds.
        """
        there = {pid for pid in map(pid_in, names) if pid not in self._killed}
        self._ready = [pid for pid in self._ready if pid in there] + sorted(there - set(self._ready))
        if len(self._ready) > 1:
            os.kill(self._ready[0], signal.SIGKILL)
            self._killed.add(self._ready[0])

    def close(self) -> None:
        """Stop all workers and wait for them."""
        self._parent.terminate()
        self._parent.wait()
        self._log.close()


def children_of(pid: int) -> list[int]:
    """Return the child processes of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def pid_in(name: str) -> int:
    """Return the process id in a worker's name."""
    return int(name.split("-")[-2])


def wait_for_workers(server: RedisServer, count: int) -> None:
    """Wait until ``count`` workers are registered."""
    while len(asyncio.run(workers_of(server.url))) < count:
        time.sleep(0.2)


def start_bots(url: str, artifacts: Path, photos: int, bots: int, folder: Path) -> list[subprocess.Popen[bytes]]:
    """Start bots, each with its share of the photos."""

    def start(first: int) -> subprocess.Popen[bytes]:
        words = ["--redis", url, "--artifacts", str(artifacts), "--photos", str(folder / "photos")]
        words += ["--numbers", str(first), str(photos), str(bots)]
        with (folder / "out" / f"bot{first}").open("wb") as out:
            return subprocess.Popen([sys.executable, "-m", "tests.support.fleet.asker", *words], cwd=ROOT, stdout=out)

    return [start(first) for first in range(bots)]


def read_answers(folder: Path) -> list[dict[str, Any]]:
    """Return all answers so far."""
    lines = itertools.chain.from_iterable(path.read_bytes().splitlines(keepends=True) for path in folder.glob("bot*"))
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def besiege(server: RedisServer, fleet: Fleet, bots: list[subprocess.Popen[bytes]], args: Any, folder: Path) -> int:
    """Kill workers and restart Redis until all bots are done; return the number of restarts of Redis."""
    restarts, ends = 0, time.monotonic()
    while True:
        ends += args.kill_every
        for bot in bots:
            with contextlib.suppress(subprocess.TimeoutExpired):
                bot.wait(max(0.01, ends - time.monotonic()))
        if all(bot.poll() is not None for bot in bots):
            return restarts
        fleet.kill_one(asyncio.run(workers_of(server.url)))
        done = len(read_answers(folder))
        print(f"{done} answers, {fleet.kills} workers killed", flush=True)
        if not restarts and done > args.photos / 2:
            server.stop()
            time.sleep(1)
            server.start()
            restarts += 1
            print("Redis started anew, empty", flush=True)


def check_answers(given: list[dict[str, Any]], right: list[dict[str, Any]], photos: int) -> bool:
    """Print the counts, and return whether every photo has its one right answer."""
    counts = Counter(line["number"] for line in given)
    lost = sum(counts[number] == 0 for number in range(photos))
    twice = sum(count > 1 for count in counts.values())
    refused = Counter(line["error"] for line in given if line["error"])
    wrong = sum(line["said"] != right[line["number"] % len(right)] for line in given if not line["error"])
    print(f"photos {photos}, answers {len(given)}, lost {lost}, twice {twice}, wrong {wrong}, refused {dict(refused)}")
    return not (lost or twice or wrong or refused)


@contextlib.contextmanager
def folders() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "out").mkdir()
        yield Path(name)


def main() -> int:
    """Read the command line, run, and return 0 if every photo got its one right answer."""
    parser = argparse.ArgumentParser(prog="python -m stress.fleet.siege", description=__doc__)
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--bots", type=int, default=3)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kill-every", type=float, default=5.0, metavar="SECONDS")
    args = parser.parse_args()
    with folders() as folder:
        artifacts = build_artifacts(folder)
        engine = Engine.open(artifacts)
        right = expected(engine, draw_into(folder / "photos"))
        engine.close()
        named = sum(bool(one["cards"]) and one["cards"][0]["status"] == "identified" for one in right)
        print(f"distinct photos {len(right)}, of which the engine alone names {named}", flush=True)
        server = RedisServer(folder)
        server.start()
        fleet = Fleet(server.url, artifacts, args.workers, folder / "workers.log")
        wait_for_workers(server, args.workers)
        bots = start_bots(server.url, artifacts, args.photos, args.bots, folder)
        begun = time.monotonic()
        try:
            restarts = besiege(server, fleet, bots, args, folder / "out")
        finally:
            for bot in bots:
                bot.kill()
            fleet.close()
            server.stop()
        print(f"{fleet.kills} workers killed, Redis restarted {restarts} time, {time.monotonic() - begun:.0f} s")
        return 0 if check_answers(read_answers(folder / "out"), right, args.photos) else 1


if __name__ == "__main__":
    sys.exit(main())
