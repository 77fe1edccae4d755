"""``python -m engine worker``: process photos from the queue until told to stop, with one engine per process.

With ``--processes`` several processes share the memory of one engine.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from engine.core.errors import EngineError, PhotoError
from engine.core.prefork import GIVE_UP, Prefork, accept_stop
from engine.fleet.broadcast import ConfirmationsSubscriber
from engine.fleet.messages import MalformedMessage, PhotoRequest, PhotoResponse, Refusal, Task, pack, read_message
from engine.fleet.presence import ANNOUNCE_EVERY_S, BOTS, WORKERS, announce, list_present
from engine.fleet.queue import REDIS_ERRORS, Queue, inbox_key, make_queue, root_cause
from engine.fleet.shared_confirmations import Network
from engine.learning.remote_confirmations import RemoteConfirmations
from engine.pipeline.engine import Engine

log = logging.getLogger(__name__)

RETRY_S = 1.0
"""Seconds between two attempts to reach Redis."""
INBOX_TTL_S = 120
"""Seconds for which responses are kept for a bot that is away."""
MISMATCH = "version_mismatch"


@dataclass(slots=True)
class FleetWorker:
    """Processes the photos of one queue, one after the other.

    Args:
        engine: recognises the cards.
        url: address of Redis.
        subscriber: loads the bots' confirmations into the engine.
        name: for bots and logs; unique unless given.
    """

    engine: Engine
    url: str
    subscriber: ConfirmationsSubscriber | None = None
    name: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}")
    _warned: set[str] = field(default_factory=set)
    _queue: Queue = field(init=False)
    # One thread for all photos: each thread keeps the memory that a photo took (37 MiB).
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "photos"))

    async def run(self) -> None:
        """Work until a signal says to stop; while Redis is away, wait for it."""
        log.info("worker %s has version %s", self.name, self.engine.version)
        stopped = await self._run_until_disconnected()
        while not stopped:
            await asyncio.sleep(RETRY_S)
            stopped = await self._run_until_disconnected()

    def respond(self, request: PhotoRequest) -> PhotoResponse:
        """Return the engine's result for a photo; never raises. Blocks."""
        respond = partial(PhotoResponse, request.id, self.name, self.engine.version)
        if request.version != self.engine.version:
            message = f"{request.bot} asks for version {request.version}, worker {self.name} has {self.engine.version}."
            log.error("a photo is refused: %s Give both the same artifacts.", message)
            return respond(refused=Refusal("", MISMATCH, message))
        try:
            if request.task is Task.SIMILAR:
                return respond(similar=tuple(self.engine.similar(request.photo, top_k=request.top_k)))
            return respond(named=self.engine.identify(request.photo, top_k=request.top_k))
        except PhotoError as error:
            return respond(refused=Refusal.of(error))
        except Exception as error:  # the outermost handler of a photo: the bot has to learn of it
            log.exception("a photo could not be processed")
            # Only the type: an exception's text may hold what should not leave this machine.
            return respond(incident=type(error).__name__)

    async def _run_until_disconnected(self) -> bool:
        """Work, and return whether a signal ended it."""
        # A new name each time: the tasks it held before it lost Redis belong to others now.
        name = f"{self.name}-{secrets.token_hex(2)}"
        self._queue, _ = make_queue(self.url, self.engine.version, self._process, name=name, lifespan=self._announcing)
        try:
            await self._queue.run_async()
        except Exception as error:  # noqa: BLE001 - the outermost handler: whatever ended it, the next attempt may succeed
            log.warning("Redis at %s is away, or does not work as expected: %s", redact(self.url), root_cause(error))
            return False
        return True

    async def _process(self, data: bytes) -> None:
        try:
            request = read_message(data, PhotoRequest)
        except MalformedMessage as error:
            log.error("a message is dropped: %s", error.message)  # noqa: TRY400 - not a fault of the code
            return
        response = await asyncio.get_running_loop().run_in_executor(self._thread, self.respond, request)
        async with self._queue.redis.pipeline(transaction=True) as pipe:
            pipe.rpush(inbox_key(request.bot), [pack(response)])
            pipe.expire(inbox_key(request.bot), INBOX_TTL_S)

    @asynccontextmanager
    async def _announcing(self) -> AsyncIterator[None]:
        """Announce this worker repeatedly during the block."""
        queue = self._queue

        async def keep_announcing() -> None:
            while True:
                await asyncio.sleep(ANNOUNCE_EVERY_S)
                await self._announce(queue)

        # Once before the first photo comes, so that the bots' confirmations are loaded by then.
        await self._announce(queue)
        announcing = asyncio.create_task(keep_announcing())
        try:
            yield
        finally:
            announcing.cancel()
            await asyncio.gather(announcing, return_exceptions=True)

    async def _announce(self, queue: Queue) -> None:
        """Announce this worker, warn of bots with another version, and load the bots' confirmations."""
        # If Redis is gone the queue itself ends, and with it this.
        with suppress(*REDIS_ERRORS):
            await announce(queue.redis, WORKERS, self.name, self.engine.version)
            bots = await list_present(queue.redis, BOTS)
            for bot, version in bots.items():
                if version != self.engine.version and version not in self._warned:
                    self._warned.add(version)
                    log.warning(
                        "bot %s asks for version %s, worker %s has %s and gets none of its photos: give both the same "
                        "artifacts",
                        *(bot, version, self.name, self.engine.version),
                    )
            if self.subscriber is not None:
                await self.subscriber.update(queue.redis, bots)


def make_fleet_worker(engine: Engine, url: str, confirmations: RemoteConfirmations) -> FleetWorker:
    """Return a worker whose engine, opened with ``confirmations``, uses those that bots send."""
    index = engine.info()["artifacts"]["index"]
    network = Network(index["embedder_sha256"], index["dimension"])
    return FleetWorker(engine, url, ConfirmationsSubscriber(confirmations, network, engine.active_confirmations))


def serve_many(make_worker: Callable[[], FleetWorker], engine: Engine, processes: int) -> int:
    """Process photos in several processes until a signal says to stop, and return the exit code.

    Args:
        make_worker: makes a process's worker, called in that process.
        engine: the workers'; opened with one thread, in a process that has no other. It is closed from now on.
        processes: how many.
    """
    # SQLite forbids carrying an open file over a fork, even to close it there.
    engine.close()

    def work(lifeline: int) -> None:
        try:
            engine.reopen()
        except EngineError as error:
            log.error("%s: %s", error.code, error.message)  # noqa: TRY400 - the message says what to do
            sys.exit(GIVE_UP)
        asyncio.run(run_until_orphaned(make_worker(), lifeline))

    return Prefork(work, processes).run()


async def run_until_orphaned(worker: FleetWorker, lifeline: int) -> None:
    """Run a worker until a signal, or until the parent's end of the lifeline closes."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_reader(lifeline)
        accept_stop()

    loop.add_reader(lifeline, stop)
    await worker.run()


def redact(url: str) -> str:
    """Return an address without user and password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
