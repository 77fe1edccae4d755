"""Worker processes under a service manager, which restarts those that end, with the same artifacts."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from coredis import Redis

from engine.fleet import REDIS_ERRORS, WORKERS, list_present

ROOT = Path(__file__).parents[2]
LOOK_EVERY_S = 0.3
ASK_WITHIN_S = 2.0
"""Redis may be stopped; then no worker is known to be ready."""
STOP_WITHIN_S = 15.0
"""Workers finish their current photo first."""


@dataclass(eq=False)
class Worker:
    """A worker that is restarted whenever its process ends."""

    folder: Path
    process: subprocess.Popen[bytes]


@dataclass
class Workers:
    """All workers.

    Attributes:
        started: number of processes started so far.
        ended: exit codes of those that ended by themselves, which only a full disk may cause.
    """

    url: str
    log: Path
    environment: Mapping[str, str]
    places: list[Worker] = field(default_factory=list)
    started: int = 0
    ended: list[int] = field(default_factory=list)
    _killed: set[int] = field(default_factory=set)

    def add(self, folder: Path, count: int) -> list[Worker]:
        """Start more workers."""
        fresh = [Worker(folder, self._start(folder)) for _ in range(count)]
        self.places += fresh
        return fresh

    async def kill(self, those: Iterable[Worker]) -> None:
        """Kill workers, and wait until :meth:`keep` has restarted them."""
        pids = {one: one.process.pid for one in those}
        self._killed |= set(pids.values())
        for one in pids:
            one.process.kill()
        # One that was retired meanwhile is not restarted.
        while any(one.process.pid == pid and one in self.places for one, pid in pids.items()):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY_S)

    async def retire(self, those: Iterable[Worker]) -> None:
        """Stop workers, and wait until they have ended."""
        for one in those:
            self.places.remove(one)
            one.process.terminate()
        for one in those:
            for _ in range(int(STOP_WITHIN_S / LOOK_EVERY_S)):
                if one.process.poll() is not None:
                    break
                await asyncio.sleep(LOOK_EVERY_S)
            else:
                self.ended.append(one.process.pid)
                one.process.kill()

    async def keep(self) -> None:
        """Restart workers that ended, for ever."""
        while True:
            for one in list(self.places):
                if one.process.poll() is not None:
                    if one.process.pid not in self._killed:
                        self.ended.append(one.process.returncode)
                    one.process = self._start(one.folder)
            await asyncio.sleep(LOOK_EVERY_S)

    async def ready(self, those: Iterable[Worker]) -> int:
        """Return how many of the workers are registered in Redis."""
        try:
            async with asyncio.timeout(ASK_WITHIN_S), Redis.from_url(self.url, decode_responses=True) as redis:
                there = {int(name.split("-")[-2]) for name in await list_present(redis, WORKERS)}
        except (*REDIS_ERRORS, ExceptionGroup):
            return 0
        return sum(one.process.pid in there for one in those)

    async def wait_for(self, those: list[Worker], within_s: float) -> bool:
        """Wait until workers are ready; return whether they are in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while await self.ready(those) < len(those):  # noqa: ASYNC110 - there is no event to wait for
                    await asyncio.sleep(LOOK_EVERY_S)
                return True
        return False

    def close(self) -> None:
        """End all of them."""
        for one in self.places:
            one.process.kill()
            one.process.wait()

    def _start(self, folder: Path) -> subprocess.Popen[bytes]:
        self.started += 1
        words = ["worker", "--redis", self.url, "--artifacts", str(folder)]
        environment = {**os.environ, **self.environment}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "engine", *words], cwd=ROOT, stdout=log, stderr=log, env=environment
            )
