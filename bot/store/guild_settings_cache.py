"""Guild settings that remain available while the store can't be read."""

from __future__ import annotations

import asyncio
import logging

from bot.store import Currency, GuildSettings, Store, StoreError

log = logging.getLogger(__name__)

MAX_GUILDS = 10_000
"""Guilds kept in memory, some 400 bytes each; the least recently read are dropped."""


class GuildSettingsCache:
    """Reads guild settings; if that fails, the last known ones stay in use, so that players get answers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[int, GuildSettings] = {}

    async def get(self, guild_id: int) -> GuildSettings:
        """Return a guild's settings, or the defaults if unknown."""
        last = self._last.pop(guild_id, GuildSettings(guild_id))
        try:
            last = await asyncio.to_thread(self._store.guild, guild_id)
        except StoreError as error:
            log.warning("settings can't be read, using the last known ones: %s", error)
        self._last[guild_id] = last
        if len(self._last) > MAX_GUILDS:
            del self._last[next(iter(self._last))]
        return last

    async def currency(self, user_id: int, guild_id: int | None) -> Currency:
        """Return the currency of prices for a person: their own choice, or else the guild's."""
        try:
            own = await asyncio.to_thread(self._store.currency, user_id)
        except StoreError as error:
            log.warning("a person's currency can't be read: %s", error)
            own = None
        if own is None and guild_id is not None:
            return (await self.get(guild_id)).currency
        return own or Currency.BOTH

    def forget(self, guild_id: int) -> None:
        """Forget a guild."""
        self._last.pop(guild_id, None)
