"""The photo queue: with streaQ, a Redis stream for each version of the engine, so that no other version sees a photo.

streaQ acknowledges a task after the work, reassigns a lost worker's task, and drops tasks past their time to live.
Responses don't use it, because coredis takes 100 ms to end each subscription: a worker pushes them onto a list that
its bot reads.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from coredis.exceptions import RedisError
from streaq import StreaqError, Worker
from streaq.task import AsyncRegisteredTask
from streaq.task import Task as SentTask

Queue = Worker[Any]
"""streaQ calls it a worker; a bot uses the same class to send, and never runs it."""
Lifespan = Callable[[], AbstractAsyncContextManager[None]]
PhotoHandler = Callable[[bytes], Coroutine[Any, Any, None]]

PREFIX = "cardglass"
"""Prefix of all keys except streaQ's own."""
TASK_NAME = "look"
LOST_AFTER_S = 10.0
"""Seconds without a heartbeat (a worker sends them slightly more often) until its photo goes to another worker."""
MAX_TRIES = 5
"""A photo whose worker was lost this often is dropped: it may be what kills them."""
GRACE_S = 10
"""Time to finish photos when a worker is told to stop."""
CONCURRENCY = 1
"""Photos that a worker processes at the same time; another core needs another process."""
REDIS_ERRORS = (RedisError, StreaqError, OSError, TimeoutError)
"""Raised if Redis can't be reached, or was restarted and has lost its data."""


def make_queue(
    url: str,
    version: str,
    handler: PhotoHandler | None = None,
    *,
    name: str | None = None,
    lifespan: Lifespan = nullcontext,
) -> tuple[Queue, AsyncRegisteredTask[[bytes], None]]:
    """Return the unopened queue of a version, and its only task.

    Args:
        url: ``redis://…``, ``rediss://…`` or ``unix://…``.
        version: see :attr:`engine.Engine.version`.
        handler: processes a photo; not needed for sending.
        name: the worker's.
        lifespan: entered while the worker runs, with Redis available.
    """

    async def cannot_run(_: bytes) -> None:
        raise NotImplementedError("a bot sends photos and processes none")

    queue: Queue = Worker(
        url,
        concurrency=CONCURRENCY,
        queue_name=f"{PREFIX}-{version}",
        # A task's result may be an error: its message is enough, the log has the rest.
        serializer=lambda value: msgspec.msgpack.encode(value, enc_hook=str),
        deserializer=lambda data: msgspec.msgpack.decode(to_bytes(data)),
        idle_timeout=LOST_AFTER_S,
        grace_period=GRACE_S,
        handle_signals=handler is not None,
        lifespan=lifespan,
        id=name,
    )
    # A photo that a busy worker has prefetched can't be taken by a free one.
    queue.prefetch = CONCURRENCY
    decorate = queue.task(name=TASK_NAME, max_tries=MAX_TRIES, ttl=0, silent=True)
    return queue, decorate(handler or cannot_run)


async def enqueue(
    queue: Queue, task: AsyncRegisteredTask[[bytes], None], ident: str, data: bytes, ttl_s: float
) -> None:
    """Put a photo into the queue unless it is already there; Redis itself drops it after ``ttl_s`` seconds."""
    parent = replace(task, expire=timedelta(seconds=ttl_s))
    await SentTask((data,), {}, parent, queue, id=ident)


def inbox_key(bot: str) -> str:
    """Return the key of the list that a bot's responses are pushed onto."""
    return f"{PREFIX}:inbox:{bot}"


def root_cause(error: BaseException) -> BaseException:
    """Return the first error in nested exception groups, or the error itself if it is not a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def to_bytes(value: str | bytes) -> bytes:
    """Return a value from Redis as bytes: coredis decodes whatever happens to be text."""
    return value.encode() if isinstance(value, str) else value
