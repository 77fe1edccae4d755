"""Work that runs beside the bot for as long as it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.store import Store, StoreError

log = logging.getLogger(__name__)

FORGET_EVERY_S = 6 * 60 * 60
"""Seconds between deletions of old answers: they are kept a quarter of a day too long at most."""
RESTART_S = 10.0
"""Seconds until failed work is restarted, so that work failing at once each time doesn't fill the log."""


async def supervise(what: str, work: Callable[[], Awaitable[None]], restart_s: float = RESTART_S) -> None:
    """Run endless work, and restart it after each error.

    Args:
        what: the work's name in the log.
        work: called again at each start.
    """
    while True:
        try:
            await work()
        except Exception:  # the outermost handler of a task that nobody waits for
            log.exception("%s failed and will be restarted", what)
        await asyncio.sleep(restart_s)


async def forget_old(store: Store, keep_days: int) -> None:
    """Keep deleting answers and corrections older than ``keep_days``, forever."""
    while True:
        try:
            forgotten = await asyncio.to_thread(store.forget_before, datetime.now(UTC) - timedelta(days=keep_days))
        except StoreError as error:
            log.warning("old answers could not be deleted: %s", error)
        else:
            log.info("deleted %d answers older than %d days", forgotten.answers, keep_days)
        await asyncio.sleep(FORGET_EVERY_S)
