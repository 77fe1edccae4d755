"""The bot's side of the queue: sends photos, receives answers, and survives outages of Redis."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from bot.core.errors import Away, TooLate
from engine import StoredConfirmation
from engine.fleet import (
    BOTS,
    REDIS_ERRORS,
    WORKERS,
    ConfirmationsPublisher,
    MalformedMessage,
    PhotoRequest,
    PhotoResponse,
    Queue,
    Task,
    announce,
    enqueue,
    inbox_key,
    list_present,
    make_queue,
    pack,
    read_message,
    root_cause,
    to_bytes,
)

log = logging.getLogger(__name__)

PATIENCE_S = 10.0
"""Seconds without Redis or without a worker before photos are refused at once; a restart takes less."""
RETRY_S = 0.5
"""Seconds between attempts to reach Redis."""
LOOK_EVERY_S = 1.0
"""Seconds between checks of which workers are present."""
LISTEN_S = 2.0
"""Timeout of each blocking read of the next answer."""


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """The fleet at the last check.

    Attributes:
        reached: whether Redis can be reached.
        waiting: photos in the queue, including those a worker is processing.
        workers: number of workers of this bot's version.
        refused: number of workers of other versions, which get no photos from this bot.
    """

    reached: bool = False
    waiting: int = 0
    workers: int = 0
    refused: int = 0


@dataclass(slots=True, eq=False)
class _Waiting:
    """A photo waiting for its answer.

    Attributes:
        until: when to give up, by the loop's clock.
        sent: whether Redis has accepted it.
    """

    request: PhotoRequest
    until: float
    answer: asyncio.Future[PhotoResponse]
    sent: bool = False


class Fleet:
    """Sends photos to workers. Belongs to one event loop, on which :meth:`run` must be running.

    Args:
        url: the URL of Redis.
        version: returns the engine version workers must have now.
        learnt: returns what workers must know beyond their index; the identical tuple until it changes.
    """

    def __init__(
        self, url: str, version: Callable[[], str], learnt: Callable[[], tuple[StoredConfirmation, ...]] = tuple
    ) -> None:
        self.name = f"bot-{secrets.token_hex(4)}"
        self.status = FleetStatus()
        self._url, self._version = url, version
        self._publisher = ConfirmationsPublisher(self.name, learnt)
        self._waiting: dict[str, _Waiting] = {}
        self._send: Callable[[_Waiting], Any] | None = None
        self._fine_at: float | None = None
        self._warned: set[str] = set()
        self._outage_logged = False
        self._run_task: asyncio.Task[Any] | None = None
        self._stopping = False

    async def ask(self, task: Task, photo: bytes, top_k: int, within_s: float) -> PhotoResponse:
        """Return the answer of the first worker to respond.

        Args:
            photo: the file's bytes.
            within_s: seconds after which the bot and the workers give up.

        Raises:
            Away: Redis or all workers have been away for :data:`PATIENCE_S`.
            TooLate: no answer in time.
            PhotoError: file_too_large; the photo isn't sent.
        """
        loop = asyncio.get_running_loop()
        if self._out_of_patience():
            raise Away("recognisers-away")
        request = PhotoRequest(secrets.token_hex(16), self._version(), self.name, task, photo, top_k)
        waiting = _Waiting(request, loop.time() + within_s, loop.create_future())
        self._waiting[request.id] = waiting
        try:
            async with asyncio.timeout_at(waiting.until):
                await self._try_to_send(waiting)
                return await waiting.answer
        except TimeoutError:
            raise TooLate("too-late") from None
        finally:
            del self._waiting[request.id]

    async def run(self) -> None:
        """Stay connected until stopped; after an outage, waiting photos are sent again."""
        self._fine_at = asyncio.get_running_loop().time()
        self._run_task = asyncio.current_task()
        while not self._stopping:
            version = self._version()
            try:
                async with self._connected(version) as queue, asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._receive(queue))
                    tasks.create_task(self._watch(queue, version))
            except* (*REDIS_ERRORS, _Reconnect) as errors:
                if errors.subgroup(_Reconnect) is None and not self._outage_logged:
                    self._outage_logged = True
                    error = root_cause(errors)
                    # Only its text: a log record that holds the error would keep everything it refers to alive.
                    log.warning("Redis is away, photos wait for it: %s: %s", type(error).__name__, str(error))
            self.status = FleetStatus()
            self._refuse_if_out_of_patience()
            await asyncio.sleep(RETRY_S)

    def stop(self) -> None:
        """End :meth:`run`, which may then raise CancelledError."""
        # When cancelled while connecting, coredis raises a connection error instead of CancelledError.
        self._stopping = True
        if self._run_task is not None:
            self._run_task.cancel()

    @asynccontextmanager
    async def _connected(self, version: str) -> AsyncIterator[Queue]:
        queue, look = make_queue(self._url, version)

        async def send(waiting: _Waiting) -> None:
            left = waiting.until - asyncio.get_running_loop().time()
            if left > 0:
                request = replace(waiting.request, version=version)
                await enqueue(queue, look, request.id, await asyncio.to_thread(pack, request), left)
            waiting.sent = True

        async with queue:
            for waiting in list(self._waiting.values()):
                await send(waiting)
            self._send = send
            try:
                yield queue
            finally:
                self._send = None

    async def _try_to_send(self, waiting: _Waiting) -> None:
        send = self._send
        if send is None:
            return
        try:
            # If Redis is away, or full, the photo is sent when it is back.
            with suppress(*REDIS_ERRORS):
                await send(waiting)
        except RuntimeError:
            # coredis raises this if the connection is closed while something is waiting to be sent.
            if self._send is send:
                raise

    async def _receive(self, queue: Queue) -> None:
        """Hand each answer to its caller; a second answer to the same photo is ignored."""
        while True:
            popped = await queue.redis.blpop([inbox_key(self.name)], timeout=LISTEN_S)
            if not popped:
                continue
            try:
                answer = await asyncio.to_thread(read_message, to_bytes(popped[1]), PhotoResponse)
            except MalformedMessage as error:
                log.error("dropped a malformed answer: %s", error.message)  # noqa: TRY400 - the message isn't our code's
                continue
            waiting = self._waiting.get(answer.id)
            if waiting is not None and not waiting.answer.done():
                waiting.answer.set_result(answer)

    async def _watch(self, queue: Queue, version: str) -> None:
        """Track the workers present, as long as this version is wanted and Redis remembers us."""
        # Published before workers see this bot, because that is when they load its confirmations.
        await self._publisher.publish(queue.redis)
        await announce(queue.redis, BOTS, self.name, version)
        # coredis reconnects silently, so this is how we notice that Redis was restarted and is empty.
        while version == self._version() and await announce(queue.redis, BOTS, self.name, version):
            workers = await list_present(queue.redis, WORKERS)
            for worker, theirs in workers.items():
                if theirs != version and f"{worker} {version}" not in self._warned:
                    self._warned.add(f"{worker} {version}")
                    log.error("worker %s has version %s, this bot needs %s: it gets no photos", worker, theirs, version)
            self._outage_logged = False
            # What Redis didn't accept earlier; it queues nothing twice.
            for waiting in list(self._waiting.values()):
                if not waiting.sent:
                    await self._try_to_send(waiting)
            fit = sum(theirs == version for theirs in workers.values())
            self.status = FleetStatus(True, await queue.queue_size(include_scheduled=False), fit, len(workers) - fit)
            if fit:
                self._fine_at = asyncio.get_running_loop().time()
            self._refuse_if_out_of_patience()
            await asyncio.sleep(LOOK_EVERY_S)
            await self._publisher.publish(queue.redis)
        raise _Reconnect

    def _out_of_patience(self) -> bool:
        return self._fine_at is not None and asyncio.get_running_loop().time() - self._fine_at > PATIENCE_S

    def _refuse_if_out_of_patience(self) -> None:
        if self._out_of_patience():
            for waiting in self._waiting.values():
                if not waiting.answer.done():
                    waiting.answer.set_exception(Away("recognisers-away"))


class _Reconnect(Exception):
    """The wanted version has changed, or Redis has lost what was sent: connect and send again."""
