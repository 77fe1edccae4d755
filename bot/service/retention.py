"""Answers are forgotten when their time is up."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from bot.store import Store, StoreError

log = logging.getLogger(__name__)

EVERY_S = 6 * 60 * 60
"""Seconds between two looks: an answer is kept a quarter of a day too long at most."""


async def forget_old(store: Store, keep_days: int, every_s: float = EVERY_S) -> None:
    """Delete answers and corrections older than ``keep_days``, again and again, for ever."""
    while True:
        try:
            forgotten = await asyncio.to_thread(store.forget_before, datetime.now(UTC) - timedelta(days=keep_days))
        except StoreError as error:
            log.warning("old answers could not be forgotten: %s", error)
        else:
            log.info("forgot %d answers older than %d days", forgotten.answers, keep_days)
        await asyncio.sleep(every_s)
