"""What servers chose, also while the store can't be read."""

from __future__ import annotations

import asyncio
import logging

from bot.store import GuildSettings, Store, StoreError

log = logging.getLogger(__name__)

MOST_KEPT = 10_000
"""Servers whose settings are kept in memory, some 400 bytes each; the longest unread give way."""


class GuildSettingsCache:
    """Reads the settings of servers; where that fails those read last go on holding, so that players get answers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[int, GuildSettings] = {}

    async def get(self, guild_id: int) -> GuildSettings:
        """Return what a server's admins chose; the defaults where that isn't known."""
        last = self._last.pop(guild_id, GuildSettings(guild_id))
        try:
            last = await asyncio.to_thread(self._store.guild, guild_id)
        except StoreError as error:
            log.warning("settings can't be read, those read last go on holding: %s", error)
        self._last[guild_id] = last
        if len(self._last) > MOST_KEPT:
            del self._last[next(iter(self._last))]
        return last

    def forget(self, guild_id: int) -> None:
        """Forget a server."""
        self._last.pop(guild_id, None)
