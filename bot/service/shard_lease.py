"""Keeps processes that share a database from serving the same shards."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from bot.core.errors import ShardsTaken
from bot.core.shards import Shards
from bot.store import ShardClaim, StoreError

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0
"""Seconds between two heartbeats."""
SILENT_S = 20.0
"""Seconds without a heartbeat after which a process counts as gone; the successor of a killed one waits as long."""
ALL = Shards(0, 0, 1)
"""What a process claims if it was given no shards."""


@contextlib.asynccontextmanager
async def hold_shards(claim: ShardClaim, stop: asyncio.Event) -> AsyncIterator[None]:
    """Hold the shards for the duration of the block.

    Args:
        stop: ends the wait for the shards; set if another process takes them because this one was silent for too long.

    Raises:
        ShardsTaken: another process serves some of them.
        StoreError: the database can't be used.
    """
    rivals = await asyncio.to_thread(claim.take, {})
    if rivals:
        log.warning("other processes have this one's shards: waiting %.0f seconds to see if they are gone", SILENT_S)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SILENT_S)
        alive = {} if stop.is_set() else await asyncio.to_thread(claim.take, rivals)
        if alive:
            raise ShardsTaken(
                "Another process that uses this database serves some of these shards, or has a different total number "
                "of shards. Give each process its own with --shards or CARDGLASS_SHARDS, or stop the other one."
            )

    async def send_heartbeats() -> None:
        """Send heartbeats until another process has the shards."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            # If the database is away, others can't take the shards either.
            with contextlib.suppress(StoreError):
                if not await asyncio.to_thread(claim.send_heartbeat):
                    break
        log.error("another process has taken this one's shards: stopping")
        stop.set()

    heartbeats = asyncio.create_task(send_heartbeats())
    try:
        yield
    finally:
        lost = heartbeats.done()
        heartbeats.cancel()
        await asyncio.gather(heartbeats, return_exceptions=True)
        with contextlib.suppress(StoreError):
            await asyncio.to_thread(claim.release)
    if lost:
        raise ShardsTaken("Another process has taken this one's shards, which gave no sign of life for too long.")
