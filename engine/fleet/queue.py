"""The queue itself, by streaQ: a Redis stream for each version of the engine, so that no other version sees a photo.

streaQ acknowledges a task after the work, gives a lost worker's to another, and drops what is past its time to live.
Answers don't come its way, for coredis takes 100 ms to end each subscription: a worker pushes them onto a list that
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
from streaq.task import Task as Sent

Queue = Worker[Any]
"""streaQ's name is that of its worker; a bot uses the same object to send, and never runs it."""
Lifespan = Callable[[], AbstractAsyncContextManager[None]]
Look = Callable[[bytes], Coroutine[Any, Any, None]]

PREFIX = "cardglass"
"""Of all keys that are not streaQ's."""
LOOK = "look"
LOST_AFTER_S = 10.0
"""A worker says this often, and a little oftener, that it is still at a photo; then the photo goes to another."""
MAX_TRIES = 5
"""A photo whose worker was lost so often is given up: it may be what kills them."""
GRACE_S = 10
"""Time for the photos at hand when a worker is told to stop."""
AT_ONCE = 1
"""Photos that a worker looks at at the same time: a core more is a process more."""
REDIS_ERRORS = (RedisError, StreaqError, OSError, TimeoutError)
"""What is raised where Redis can't be reached, or was started anew and knows nothing any more."""


def make_queue(
    url: str, version: str, look: Look | None = None, *, name: str | None = None, lifespan: Lifespan = nullcontext
) -> tuple[Queue, AsyncRegisteredTask[[bytes], None]]:
    """Return the queue of a version, not open yet, and the one task there is.

    Args:
        url: ``redis://…``, ``rediss://…`` or ``unix://…``.
        version: see :attr:`engine.Engine.version`.
        look: does the work; whoever only sends needs none.
        name: the worker's.
        lifespan: entered while the worker works, with Redis at hand.
    """
    queue: Queue = Worker(
        url,
        concurrency=AT_ONCE,
        queue_name=f"{PREFIX}-{version}",
        serializer=_packed,
        deserializer=_unpacked,
        idle_timeout=LOST_AFTER_S,
        grace_period=GRACE_S,
        handle_signals=look is not None,
        lifespan=lifespan,
        id=name,
    )
    # One that waits behind a photo can't be taken by a worker that is free.
    queue.prefetch = AT_ONCE
    decorate = queue.task(name=LOOK, max_tries=MAX_TRIES, ttl=0, silent=True)
    return queue, decorate(look or _nowhere)


async def enqueue(
    queue: Queue, task: AsyncRegisteredTask[[bytes], None], ident: str, data: bytes, ttl_s: float
) -> None:
    """Put a photo into the queue, unless it is there already; Redis itself forgets it after ``ttl_s`` seconds."""
    parent = replace(task, expire=timedelta(seconds=ttl_s))
    await Sent((data,), {}, parent, queue, id=ident)


def inbox_key(bot: str) -> str:
    """Return the list that a bot's answers are pushed onto."""
    return f"{PREFIX}:inbox:{bot}"


def root_cause(error: BaseException) -> BaseException:
    """Return the first error of a group of groups; one that is no group is its own."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def text_or_bytes(value: str | bytes) -> bytes:
    """Return what Redis gave: coredis makes text of whatever happens to be text."""
    return value.encode() if isinstance(value, str) else value


def _packed(value: Any) -> bytes:
    # A task's result may be an error: its words are enough, and the log has the rest.
    return msgspec.msgpack.encode(value, enc_hook=str)


def _unpacked(data: str | bytes) -> Any:
    return msgspec.msgpack.decode(text_or_bytes(data))


async def _nowhere(_: bytes) -> None:
    raise NotImplementedError("a bot sends photos and looks at none")
