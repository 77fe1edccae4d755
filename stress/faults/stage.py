"""What is put under siege: the whole bot in a simulated Discord, workers, Redis, a small disk, two clocks."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, TypeVar

import simcord

from bot.core.settings import Settings
from bot.recognition.build import chosen_downloader
from bot.recognition.download import cdn_session
from bot.recognition.photo_worker import Looker
from bot.rehearsal.cdn import LOOPBACK, Cdn, running, serve
from bot.rehearsal.world import _files_at, _settled
from bot.service.registration import Registration
from bot.service.service import Parts, _watching, parts_of
from stress.faults.artifacts import NAMES, Place
from stress.faults.clock import WallClock
from stress.faults.disk import Disk
from stress.faults.ledger import Ledger
from stress.faults.real_time import let_time_run
from stress.faults.workers import Worker, Workers
from tests.support.bot.refusing import Refusing, let_it_refuse
from tests.support.bot.world import World
from tests.support.redis_server import RedisServer
from training.release.versions import ArtifactPlace

READY_S = 60.0
POLL_S = 0.1


Choice = TypeVar("Choice")


class BrokenCdn:
    """Discord's CDN, which breaks off the next downloads, or hands nothing out for a while."""

    def __init__(self) -> None:
        self.breaks: dict[str, int] = {}
        self.next = 0

    def __call__(self, request: BaseHTTPRequestHandler, data: bytes | None) -> None:
        """Serve a request; the first photo asked for since ``next`` was set breaks off so many times."""
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
    """What faults get at.

    Attributes:
        cdn, http: Discord's two sides.
        clocks: the bot's, which is this process's, and the workers'.
        rng: draws faults.
        each: workers of the artifacts in use.
        brief: whether faults are to be as short as they may be.
    """

    world: World
    parts: Parts
    http: Refusing
    cdn: BrokenCdn
    redis: RedisServer
    workers: Workers
    disk: Disk
    place: Place
    clocks: dict[str, WallClock]
    ledger: Ledger
    rng: random.Random
    each: int
    brief: bool = False

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """Draw one; the first, which takes least time, where each fault comes once."""
        return choices[0] if self.brief else self.rng.choice(choices)

    @property
    def serving(self) -> list[Worker]:
        """The workers of the artifacts in use."""
        return [one for one in self.workers.places if one.folder == self.place.sound / NAMES[self.place.which]]

    async def recovered(self, within_s: float = READY_S) -> bool:
        """Wait until the bot reaches Redis and a worker of its version; returns whether it does."""
        fleet: Any = self.parts.holder
        # What it saw before the fault is no news.
        await asyncio.sleep(1.2)
        return await waited_for(lambda: fleet.fleet.seen.reached and fleet.fleet.seen.workers > 0, within_s)


async def waited_for(condition: Any, within_s: float) -> bool:
    """Wait until something is so; returns whether it became so."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110 - nobody tells of what changes there
                await asyncio.sleep(POLL_S)
            return True
    return False


def settings_of(folder: Path, place: Place, redis: RedisServer) -> Settings:
    """Return what an operator would set."""
    return Settings(
        artifacts=place.link,
        data=folder / "disk",
        recogniser_url=redis.url,
        cdn_hosts=frozenset({LOOPBACK}),
    )


@contextlib.asynccontextmanager
async def the_bot(settings: Settings, cdn: Cdn) -> AsyncIterator[tuple[World, Parts]]:
    """Run the whole bot, as :func:`bot.service.service.serve` does, in a simulated Discord in real time."""
    async with parts_of(settings) as parts, cdn_session() as session:
        # From loopback, without TLS; all else is as it was put together.
        parts.fetch = chosen_downloader(session, settings, schemes={"http"})
        parts.look = Looker(parts.holder, parts.fetch, parts.pool, parts.metrics)
        async with _watching(parts):
            client = parts.make_client(settings, Registration(settings.data).if_changed)
            env = simcord.Env(client, shard_count=1, check_errors=False)
            cdn.file_at = env.backend.cdn.get
            await env.start()
            world = _settled(env, client, lambda: client, World, cdn, parts.pool)
            let_time_run(env)
            try:
                yield world, parts
            finally:
                await client.answers.finish(7)
                await env.shutdown()
                await parts.pool.close(5)


@contextlib.contextmanager
def redis_running(server: RedisServer) -> Iterator[RedisServer]:
    """Run Redis until the block ends."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def all_workers(workers: Workers) -> Iterator[Workers]:
    """End all workers with the block."""
    try:
        yield workers
    finally:
        workers.close()


@contextlib.asynccontextmanager
async def open_stage(folder: Path, ledger: Ledger, rng: random.Random, each: int) -> AsyncIterator[Stage]:
    """Start everything.

    Args:
        folder: has ``sound``, the artifact folders, and ``disk``, a small disk; files are written beside them.
        each: workers of the artifacts in use.
    """
    place = Place(folder / "sound", ArtifactPlace(folder / "current"))
    place.put(0)
    clocks = {name: WallClock(folder / f"{name}.clock") for name in ("bot", "workers")}
    # Of its own memory management libfaketime makes an endless loop.
    redis, cdn, broken = RedisServer(folder, {"LD_PRELOAD": ""}), Cdn(), BrokenCdn()
    settings = settings_of(folder, place, redis)
    workers = Workers(redis.url, folder / "workers.log", clocks["workers"].environment)
    cdn.serve = broken
    with redis_running(redis), running(cdn), _files_at(cdn.base), all_workers(workers):
        async with the_bot(settings, cdn) as (world, parts):
            workers.add(place.sound / NAMES[0], each)
            http = let_it_refuse(parts.client)
            yield Stage(
                world, parts, http, broken, redis, workers, Disk(settings.data), place, clocks, ledger, rng, each
            )
