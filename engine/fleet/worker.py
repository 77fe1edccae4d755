"""``python -m engine worker``: looks at photos from the queue, one engine a process, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from engine.catalogue.entries import CardEntry
from engine.core.errors import PhotoError
from engine.core.values import Identification
from engine.fleet.broadcast import ConfirmationsSubscriber
from engine.fleet.messages import MalformedMessage, PhotoRequest, PhotoResponse, Refusal, Task, pack, read_request
from engine.fleet.presence import BOTS, EVERY_S, WORKERS, announce, list_present
from engine.fleet.queue import REDIS_ERRORS, Queue, inbox_key, make_queue, root_cause
from engine.fleet.shared_confirmations import Network
from engine.learning.remote_confirmations import RemoteConfirmations
from engine.pipeline.engine import Engine

log = logging.getLogger(__name__)

RETRY_S = 1.0
"""Seconds between two tries to reach Redis."""
INBOX_S = 120
"""Seconds that answers are kept for a bot that is not there."""
MISMATCH = "version_mismatch"


class PhotoEngine(Protocol):
    """The engine, as far as a worker needs it; see :class:`engine.Engine`."""

    @property
    def version(self) -> str:
        """Of code and artifacts."""

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        """Name the cards of a photo."""

    def similar(self, image: bytes, *, top_k: int) -> list[CardEntry]:
        """Return the cards that look most alike."""


@dataclass(slots=True)
class FleetWorker:
    """Answers photos of one queue, one after the other.

    Args:
        engine: looks at them.
        url: where Redis is.
        pupil: learns for the engine what bots teach.
        name: by which bots and logs know it; one of its own unless given.
    """

    engine: PhotoEngine
    url: str
    pupil: ConfirmationsSubscriber | None = None
    name: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}")
    _warned: set[str] = field(default_factory=set)
    _queue: Queue = field(init=False)
    # One for all photos: each thread keeps the memory that a photo took (37 MiB).
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "photos"))

    async def run(self) -> None:
        """Work until a signal says to stop; where Redis goes away, wait for it."""
        log.info("worker %s has version %s", self.name, self.engine.version)
        told_to_stop = await self._until_redis_is_gone()
        while not told_to_stop:
            await asyncio.sleep(RETRY_S)
            told_to_stop = await self._until_redis_is_gone()

    def answer(self, asked: PhotoRequest) -> PhotoResponse:
        """Return what the engine says of a photo; never raises. Blocks."""
        version = self.engine.version
        if asked.version != version:
            message = f"{asked.bot} asks for version {asked.version}, worker {self.name} has {version}."
            log.error("a photo is refused: %s Give both the same artifacts.", message)
            return PhotoResponse(asked.id, self.name, version, refused=Refusal("", MISMATCH, message))
        try:
            if asked.task is Task.SIMILAR:
                similar = self.engine.similar(asked.photo, top_k=asked.top_k)
                return PhotoResponse(asked.id, self.name, version, similar=tuple(similar))
            return PhotoResponse(
                asked.id, self.name, version, named=self.engine.identify(asked.photo, top_k=asked.top_k)
            )
        except PhotoError as error:
            return PhotoResponse(asked.id, self.name, version, refused=Refusal.of(error))
        except Exception as error:  # the outermost handler of a photo: whoever asked has to hear of it
            log.exception("a photo could not be looked at")
            # The type alone: an exception's text may hold what should not travel.
            return PhotoResponse(asked.id, self.name, version, incident=type(error).__name__)

    async def _until_redis_is_gone(self) -> bool:
        """Work, and return whether it was a signal that ended it."""
        # Under another name each time: what it held before it lost Redis is another's now.
        name = f"{self.name}-{secrets.token_hex(2)}"
        self._queue, _ = make_queue(self.url, self.engine.version, self._look, name=name, lifespan=self._on_roll)
        try:
            await self._queue.run_async()
        except Exception as error:  # noqa: BLE001 - the outermost handler: whatever ended it, the next try may do better
            log.warning(
                "Redis at %s is away, or speaks otherwise than expected: %s", hidden(self.url), root_cause(error)
            )
            return False
        return True

    async def _look(self, data: bytes) -> None:
        try:
            asked = read_request(data)
        except MalformedMessage as error:
            log.error("a message is dropped: %s", error.message)  # noqa: TRY400 - what came says nothing of the code
            return
        answer = await asyncio.get_running_loop().run_in_executor(self._thread, self.answer, asked)
        async with self._queue.redis.pipeline(transaction=True) as pipe:
            pipe.rpush(inbox_key(asked.bot), [pack(answer)])
            pipe.expire(inbox_key(asked.bot), INBOX_S)

    @asynccontextmanager
    async def _on_roll(self) -> AsyncIterator[None]:
        """Say again and again that this worker is there, as long as the block lasts."""
        # Once before the first photo comes, so that what bots taught is known by then.
        await self._say_and_see(self._queue)
        roll = asyncio.create_task(self._keep_on_roll(self._queue))
        try:
            yield
        finally:
            roll.cancel()
            await asyncio.gather(roll, return_exceptions=True)

    async def _keep_on_roll(self, queue: Queue) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self._say_and_see(queue)

    async def _say_and_see(self, queue: Queue) -> None:
        # Where Redis is gone the queue itself ends, and with it this.
        with suppress(*REDIS_ERRORS):
            await announce(queue.redis, WORKERS, self.name, self.engine.version)
            bots = await list_present(queue.redis, BOTS)
            self._warn_of(bots)
            if self.pupil is not None:
                await self.pupil.catch_up(queue.redis, bots)

    def _warn_of(self, bots: Mapping[str, str]) -> None:
        """Tell once of each version that bots want and this worker doesn't have."""
        for bot, version in bots.items():
            if version != self.engine.version and version not in self._warned:
                self._warned.add(version)
                log.warning(
                    "bot %s asks for version %s, worker %s has %s and gets none of its photos: give both the same "
                    "artifacts",
                    *(bot, version, self.name, self.engine.version),
                )


def make_fleet_worker(engine: Engine, url: str, borrowed: RemoteConfirmations) -> FleetWorker:
    """Return a worker whose engine knows what bots teach.

    Args:
        borrowed: what the engine was opened with; gets what bots teach.
    """
    index = engine.info()["artifacts"]["index"]
    return FleetWorker(
        engine,
        url,
        ConfirmationsSubscriber(
            borrowed, Network(index["embedder_sha256"], index["dimension"]), engine.active_confirmations
        ),
    )


def serve(worker: FleetWorker) -> None:
    """Answer photos until a signal says to stop."""
    asyncio.run(worker.run())


def hidden(url: str) -> str:
    """Return an address without user and password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
