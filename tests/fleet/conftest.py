"""A real Redis, workers around an engine that only sleeps, and one bot's side of the queue."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("streaq", reason="the extra fleet is not installed")
pytest.importorskip("discord", reason="discord.py is not installed")

from bot.fleet import client
from bot.fleet.client import Fleet
from engine.fleet.worker import FleetWorker
from tests.support.fleet.stand_in import StandIn
from tests.support.redis_server import PROGRAM, RedisServer

VERSION = "1-aaaa"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for workers as long as a busy machine takes to start them; tests of impatience set their own."""
    monkeypatch.setattr(client, "PATIENCE_S", 300.0)


@pytest.fixture(name="redis")
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    if PROGRAM is None:
        pytest.skip("neither redis-server nor valkey-server is installed")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


class Workers:
    """Workers in this process, and in others, which are killed in the end."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self.journal = url, folder / "journal"
        self.log = folder / "worker.log"
        self.journal.touch()
        self.processes: list[subprocess.Popen[bytes]] = []
        self._here: list[tuple[FleetWorker, asyncio.Task[None]]] = []

    def join(self, version: str = VERSION, seconds: float = 0.0) -> None:
        """Start a worker in this process, which takes a hundredth of the time that a process of its own takes."""
        worker = FleetWorker(StandIn(version, seconds, self.journal), self._url)
        self._here.append((worker, asyncio.create_task(worker.run())))

    def start(self, version: str = VERSION, seconds: float = 0.0, *more: str) -> subprocess.Popen[bytes]:
        words = ["--redis", self._url, "--version", version, "--seconds", str(seconds), "--journal", str(self.journal)]
        words += more
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.fleet.stand_in", *words], cwd=ROOT, stderr=log
            )
        self.processes.append(process)
        return process

    def begun(self) -> list[str]:
        """What was begun to be looked at, in order."""
        return self.journal.read_text(encoding="ascii").split()

    async def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        for worker, task in self._here:
            task.cancel()
            await asyncio.wait([task])
            worker._thread.shutdown(wait=False)
        self._here.clear()
        # While the test's own filter holds for what coredis leaves behind.
        gc.collect()


@pytest.fixture(name="workers")
async def some_workers(redis: RedisServer, tmp_path: Path) -> AsyncIterator[Workers]:
    workers = Workers(redis.url, tmp_path)
    yield workers
    await workers.close()


@pytest.fixture(name="fleet")
async def one_bot(redis: RedisServer) -> AsyncIterator[Fleet]:
    fleet = Fleet(redis.url, lambda: VERSION)
    keeping = asyncio.create_task(fleet.run())
    yield fleet
    fleet.stop()
    with suppress(asyncio.CancelledError):
        await keeping
    # While the test's own filter holds for what coredis leaves behind.
    gc.collect()


async def until(happened: Callable[[], object]) -> None:
    """Wait for something."""
    while not happened():  # noqa: ASYNC110 - processes and servers know no events
        await asyncio.sleep(0.02)
