"""One bot's side of the queue: photos out, answers in; lives on an event loop of its own, and outlives Redis."""

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
    read_response,
    root_cause,
    to_bytes,
)

log = logging.getLogger(__name__)

PATIENCE_S = 10.0
"""Seconds without Redis, or without a worker, after which photos are refused at once: a restart takes less."""
RETRY_S = 0.5
"""Seconds between two tries to reach Redis."""
LOOK_EVERY_S = 1.0
"""Seconds between two looks at who is there."""
LISTEN_S = 2.0
"""Seconds that Redis is asked at a time for the next answer."""


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """The fleet as it was a moment ago.

    Attributes:
        reached: whether Redis can be reached.
        waiting: photos in the queue, those that a worker is looking at included.
        workers: of the version that this bot wants.
        refused: of other versions, which get nothing from this bot.
    """

    reached: bool = False
    waiting: int = 0
    workers: int = 0
    refused: int = 0


@dataclass(slots=True, eq=False)
class _Waiting:
    """A photo whose answer is not there yet.

    Attributes:
        until: when it is given up, by the loop's clock.
        sent: whether Redis has taken it.
    """

    asked: PhotoRequest
    until: float
    answer: asyncio.Future[PhotoResponse]
    sent: bool = False


class Fleet:
    """Asks workers. Belongs to one event loop, on which :meth:`run` has to run.

    Args:
        url: where Redis is.
        version: tells which version of the engine is wanted at this moment.
        learnt: gives what workers are to know beside their index, the very same tuple until that changes.
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
        self._told = False
        self._keeping: asyncio.Task[Any] | None = None
        self._stopping = False

    async def ask(self, task: Task, photo: bytes, top_k: int, within_s: float) -> PhotoResponse:
        """Return what the first worker to answer says.

        Args:
            photo: the file's bytes.
            within_s: seconds after which the photo is given up, here and by the workers.

        Raises:
            Away: there has been neither Redis nor a worker for :data:`PATIENCE_S`.
            TooLate: no answer within the time.
            PhotoError: file_too_large; too large a photo is not sent.
        """
        loop = asyncio.get_running_loop()
        if self._out_of_patience():
            raise Away("recognisers-away")
        asked = PhotoRequest(secrets.token_hex(16), self._version(), self.name, task, photo, top_k)
        waiting = _Waiting(asked, loop.time() + within_s, loop.create_future())
        self._waiting[asked.id] = waiting
        try:
            async with asyncio.timeout_at(waiting.until):
                await self._try_to_send(waiting)
                return await waiting.answer
        except TimeoutError:
            raise TooLate("too-late") from None
        finally:
            del self._waiting[asked.id]

    async def run(self) -> None:
        """Keep the connection, until it is stopped: what waits is sent again whenever Redis has come back."""
        self._fine_at = asyncio.get_running_loop().time()
        self._keeping = asyncio.current_task()
        while not self._stopping:
            version = self._version()
            try:
                async with self._connected(version) as queue, asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._listen(queue))
                    tasks.create_task(self._watch(queue, version))
            except* (*REDIS_ERRORS, _Reconnect) as gone:
                self._tell(gone)
            self.status = FleetStatus()
            self._refuse_if_out_of_patience()
            await asyncio.sleep(RETRY_S)

    def stop(self) -> None:
        """End :meth:`run`, which may raise CancelledError then."""
        # Cancelled while it connects, coredis says that there is no connection, and nothing of having been cancelled.
        self._stopping = True
        if self._keeping is not None:
            self._keeping.cancel()

    def _tell(self, gone: BaseExceptionGroup[BaseException]) -> None:
        """Tell once that Redis can't be reached, until it was reached again."""
        if gone.subgroup(_Reconnect) is None and not self._told:
            self._told = True
            error = root_cause(gone)
            # Its words alone: whoever keeps the record would keep all that the error holds on to.
            log.warning("Redis is away, photos wait for it: %s: %s", type(error).__name__, str(error))

    @asynccontextmanager
    async def _connected(self, version: str) -> AsyncIterator[Queue]:
        queue, look = make_queue(self._url, version)

        async def send(waiting: _Waiting) -> None:
            left = waiting.until - asyncio.get_running_loop().time()
            if left > 0:
                asked = replace(waiting.asked, version=version)
                await enqueue(queue, look, asked.id, await asyncio.to_thread(pack, asked), left)

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
            # Where Redis is gone, or full, it is sent when it is there again.
            with suppress(*REDIS_ERRORS):
                await send(waiting)
                waiting.sent = True
        except RuntimeError:
            # coredis' word for a connection that was left while something was to be sent over it.
            if self._send is send:
                raise

    async def _listen(self, queue: Queue) -> None:
        while True:
            got = await queue.redis.blpop([inbox_key(self.name)], timeout=LISTEN_S)
            if got:
                await self._take(to_bytes(got[1]))

    async def _take(self, data: bytes) -> None:
        """Give an answer to whoever waits for it; a second one to the same photo finds nobody."""
        try:
            answer = await asyncio.to_thread(read_response, data)
        except MalformedMessage as error:
            log.error("an answer is dropped: %s", error.message)  # noqa: TRY400 - what came says nothing of the code
            return
        waiting = self._waiting.get(answer.id)
        if waiting is not None and not waiting.answer.done():
            waiting.answer.set_result(answer)

    async def _watch(self, queue: Queue, version: str) -> None:
        """See who is there, as long as this version is wanted and Redis remembers us."""
        # Before workers see that this bot is there: they look for what it teaches then.
        await self._publisher.publish(queue.redis)
        await announce(queue.redis, BOTS, self.name, version)
        # coredis connects again by itself, so nobody hears of a Redis that was started anew and is empty.
        while version == self._version() and await announce(queue.redis, BOTS, self.name, version):
            workers = await list_present(queue.redis, WORKERS)
            self._warn_of(workers, version)
            self._told = False
            await self._send_what_is_left()
            fit = sum(theirs == version for theirs in workers.values())
            self.status = FleetStatus(True, await queue.queue_size(include_scheduled=False), fit, len(workers) - fit)
            if fit:
                self._fine_at = asyncio.get_running_loop().time()
            self._refuse_if_out_of_patience()
            await asyncio.sleep(LOOK_EVERY_S)
            await self._publisher.publish(queue.redis)
        raise _Reconnect

    async def _send_what_is_left(self) -> None:
        """Send what Redis did not take before; it takes nothing twice."""
        for waiting in list(self._waiting.values()):
            if not waiting.sent:
                await self._try_to_send(waiting)

    def _out_of_patience(self) -> bool:
        return self._fine_at is not None and asyncio.get_running_loop().time() - self._fine_at > PATIENCE_S

    def _refuse_if_out_of_patience(self) -> None:
        if self._out_of_patience():
            for waiting in self._waiting.values():
                if not waiting.answer.done():
                    waiting.answer.set_exception(Away("recognisers-away"))

    def _warn_of(self, workers: dict[str, str], version: str) -> None:
        """Tell once of each worker that is of another version."""
        for worker, theirs in workers.items():
            if theirs != version and f"{worker} {version}" not in self._warned:
                self._warned.add(f"{worker} {version}")
                log.error("worker %s has version %s, this bot asks for %s: it gets no photo", worker, theirs, version)


class _Reconnect(Exception):
    """Another version is wanted now, or Redis has forgotten what was sent: it has to be sent again."""
