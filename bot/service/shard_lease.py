"""No two processes answer for the same shards, where they share a database that can tell."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from bot.core.errors import ShardsTaken
from bot.core.shards import Shards
from bot.store import ShardClaim, StoreError

log = logging.getLogger(__name__)

COUNT_EVERY_S = 5.0
"""Seconds between two signs of life."""
SILENT_S = 20.0
"""Seconds without one after which a process counts as gone; where one was killed, its successor waits for so long."""
ALL = Shards(0, 0, 1)
"""What a process claims that was not told its part."""


@contextlib.asynccontextmanager
async def holding(claim: ShardClaim, stop: asyncio.Event) -> AsyncIterator[None]:
    """Hold the shards as long as the block lasts.

    Args:
        stop: ends waiting for them; is set where another process has taken them, this one having been silent for
            too long.

    Raises:
        ShardsTaken: another process answers for some of them.
        StoreError: the database can't be used.
    """
    await _take(claim, stop)
    counting = asyncio.create_task(_count_on(claim, stop))
    try:
        yield
    finally:
        lost = counting.done()
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
        with contextlib.suppress(StoreError):
            await asyncio.to_thread(claim.release)
    if lost:
        raise ShardsTaken("Another process has taken this one's shards, for it gave no sign of life for too long.")


async def _take(claim: ShardClaim, stop: asyncio.Event) -> None:
    rivals = await asyncio.to_thread(claim.take, {})
    if not rivals:
        return
    log.warning("shards of this process are another's: %.0f seconds are waited to see whether it is gone", SILENT_S)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), SILENT_S)
    alive = {} if stop.is_set() else await asyncio.to_thread(claim.take, rivals)
    if alive:
        raise ShardsTaken(
            "Another process that uses this database answers for some of these shards, or for shards of another "
            "number in all. Give each process its own with --shards or CARDGLASS_SHARDS, or stop the other one."
        )


async def _count_on(claim: ShardClaim, stop: asyncio.Event) -> None:
    """Give signs of life; ends where the shards are another's."""
    while True:
        await asyncio.sleep(COUNT_EVERY_S)
        # A database that is away keeps others from taking them, too.
        with contextlib.suppress(StoreError):
            if not await asyncio.to_thread(claim.send_heartbeat):
                break
    log.error("another process has taken this one's shards: it ends")
    stop.set()
