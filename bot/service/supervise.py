"""What runs beside the bot for as long as it does: an error nobody foresaw is told, and does not end it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

AGAIN_S = 10.0
"""Seconds until what failed begins again: what fails at once each time must not fill the log."""


async def supervise(what: str, work: Callable[[], Awaitable[None]], again_s: float = AGAIN_S) -> None:
    """Do for ever what is meant to be done for ever, from the beginning where something ended it.

    Args:
        what: the work's name in the log.
        work: does it; called anew each time.
    """
    while True:
        try:
            await work()
        except Exception:  # the outermost handler of a task that nobody waits for
            log.exception("%s failed and begins again", what)
        await asyncio.sleep(again_s)
