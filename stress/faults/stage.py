"""The system under test: the whole bot in a simulated Discord, workers, Redis, a small disk, two clocks."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, TypeVar

import simcord

from bot.core.settings import Settings
from bot.recognition.download import cdn_session, make_downloader
from bot.recognition.photo_worker import PhotoWorker
from bot.rehearsal.cdn import LOOPBACK, Cdn, serve
from bot.rehearsal.world import files_at
from bot.service.registration import register_commands
from bot.service.service import Parts, background_work, parts_of
from stress.faults.artifacts import NAMES, CurrentArtifacts
from stress.faults.clock import WallClock
from stress.faults.disk import Disk
from stress.faults.ledger import Ledger
from stress.faults.real_time import let_time_run
from stress.faults.workers import Worker, Workers
from tests.support.bot.refusing import Refusing, let_it_refuse
from tests.support.bot.world import World
from tests.support.redis_server import RedisServer
from training.release.artifact_place import ArtifactPlace

READY_S = 60.0
POLL_S = 0.1


Choice = TypeVar("Choice")


class BrokenCdn:
    """Discord's CDN, which can break off downloads.

    Attributes:
        next: how often the next photo that is requested breaks off.
    """

    def __init__(self) -> None:
        self.breaks: dict[str, int] = {}
        self.next = 0

    def __call__(self, request: BaseHTTPRequestHandler, data: bytes | None) -> None:
        """Serve a request; the first photo requested since ``next`` was set breaks off that many times."""
        if self.next and request.path not in self.breaks:
            self.breaks[request.path], self.next = self.next, 0
        if self.breaks.get(request.path):
            self.breaks[request.path] -= 1
            request.send_response(200)
            request.send_header("Content-Length", str(len(data or b"") + 1))
            request.end_headers()
            request.wfile.write((data or b"")[: len(data or b"") // 2])
            return
        serve(request, data)


@dataclass
class Stage:
    """All parts of the system that faults may break.

    Attributes:
        http, cdn: Discord's API and its file server.
        clocks: of the bot, which is this process, and of the workers.
        rng: draws faults.
        each: number of workers with the current artifacts.
        brief: whether faults are as short as possible.
    """

    world: World
    parts: Parts
    http: Refusing
    cdn: BrokenCdn
    redis: RedisServer
    workers: Workers
    disk: Disk
    artifacts: CurrentArtifacts
    clocks: dict[str, WallClock]
    ledger: Ledger
    rng: random.Random
    each: int
    brief: bool = False

    def draw_one(self, choices: Sequence[Choice]) -> Choice:
        """Draw one; the first, which takes least time, in a brief run."""
        return choices[0] if self.brief else self.rng.choice(choices)

    @property
    def serving(self) -> list[Worker]:
        """The workers with the current artifacts."""
        return [one for one in self.workers.places if one.folder == self.artifacts.sound / NAMES[self.artifacts.which]]

    async def recovered(self, within_s: float = READY_S) -> bool:
        """Wait until the bot reaches Redis and a worker of its version; return whether it does."""
        fleet: Any = self.parts.engine
        # What it saw before the fault does not count.
        await asyncio.sleep(1.2)
        return await wait_until(lambda: fleet.fleet.status.reached and fleet.fleet.status.workers > 0, within_s)


async def wait_until(condition: Any, within_s: float) -> bool:
    """Wait until a condition is true; return whether it became true in time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(POLL_S)
            return True
    return False


def settings_of(folder: Path, artifacts: CurrentArtifacts, redis: RedisServer) -> Settings:
    """Return the bot's settings."""
    return Settings(
        artifacts=artifacts.link,
        data=folder / "disk",
        recogniser_url=redis.url,
        cdn_hosts=frozenset({LOOPBACK}),
    )


@contextlib.asynccontextmanager
async def the_bot(settings: Settings, cdn: Cdn) -> AsyncIterator[tuple[World, Parts]]:
    """Run the whole bot as :func:`bot.service.service.serve` does, in a simulated Discord in real time."""
    async with parts_of(settings) as parts, cdn_session() as session:
        # Download from loopback, without TLS; everything else stays as it is built.
        parts.fetch = make_downloader(session, settings, schemes={"http"}).fetch
        parts.photo_worker = PhotoWorker(parts.engine, parts.fetch, parts.pool, parts.metrics)
        async with background_work(parts):
            client = parts.make_client(settings, partial(register_commands, folder=settings.data))
            env = simcord.Env(client, shard_count=1, check_errors=False)
            cdn.file_at = env.backend.cdn.get
            await env.start()
            world = World.create(env, client, lambda: client, cdn, parts.pool)
            let_time_run(env)
            try:
                yield world, parts
            finally:
                await client.answers.finish(7)
                await env.shutdown()
                await parts.pool.close(5)


@contextlib.contextmanager
def redis_running(server: RedisServer) -> Iterator[RedisServer]:
    """Run Redis while the context is open."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def all_workers(workers: Workers) -> Iterator[Workers]:
    """End all workers when the context ends."""
    try:
        yield workers
    finally:
        workers.close()


@contextlib.asynccontextmanager
async def open_stage(folder: Path, ledger: Ledger, rng: random.Random, each: int) -> AsyncIterator[Stage]:
    """Start everything.

    Args:
        folder: has ``sound``, the artifact folders, and ``disk``, a small disk; other files are written to it.
        ledger: records findings.
        rng: draws faults.
        each: number of workers with the current artifacts.
    """
    artifacts = CurrentArtifacts(folder / "sound", ArtifactPlace(folder / "current"))
    artifacts.put(0)
    clocks = {name: WallClock(folder / f"{name}.clock") for name in ("bot", "workers")}
    # libfaketime would make an endless loop of its memory management.
    redis, cdn, broken = RedisServer(folder, {"LD_PRELOAD": ""}), Cdn(), BrokenCdn()
    settings = settings_of(folder, artifacts, redis)
    workers = Workers(redis.url, folder / "workers.log", clocks["workers"].environment)
    cdn.serve = broken
    with redis_running(redis), cdn.running(), files_at(cdn.base), all_workers(workers):
        async with the_bot(settings, cdn) as (world, parts):
            workers.add(artifacts.sound / NAMES[0], each)
            http = let_it_refuse(parts.client)
            yield Stage(
                world, parts, http, broken, redis, workers, Disk(settings.data), artifacts, clocks, ledger, rng, each
            )
