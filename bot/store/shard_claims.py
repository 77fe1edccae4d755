"""Claims of shards in the shared database, renewed by a heartbeat."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import delete, insert, or_, select, update

from bot.core.shards import Shards
from bot.store.database import Database
from bot.store.retry import Outage, retry_short_outages
from bot.store.schema import CLAIMS, VERSION


class ShardClaim:
    """One process's claim. Thread-safe. Uses no clock: a process whose heartbeat counter grows is alive.

    Args:
        shards: the shards to claim.
    """

    def __init__(self, database: Database, outage: Outage, shards: Shards) -> None:
        self._database, self.outage, self._shards = database, outage, shards
        self._holder = secrets.token_hex(8)

    @retry_short_outages
    def take(self, silent: Mapping[str, int]) -> dict[str, int]:
        """Claim the shards, unless a living process holds them.

        Args:
            silent: the result of an earlier call: processes whose counter hasn't grown since are gone.

        Returns:
            the counter of each living process that claims overlapping shards, or a different total number of shards;
            if empty, the shards are ours.
        """
        row, shards = CLAIMS.c, self._shards
        overlaps = (row["first"] <= shards.last) & (row["last"] >= shards.first)
        rivals = or_(row["count"] != shards.count, overlaps) & (row["holder"] != self._holder)
        with self._database.writing() as connection:
            # One process at a time, on databases with row locks.
            connection.execute(select(VERSION).with_for_update())
            counted = {one.holder: one.beats for one in connection.execute(select(CLAIMS).where(rivals))}
            alive = {holder: beats for holder, beats in counted.items() if silent.get(holder) != beats}
            if not alive:
                connection.execute(delete(CLAIMS).where(row["holder"].in_([*counted, self._holder])))
                ours = {"holder": self._holder, "beats": 0}
                connection.execute(
                    insert(CLAIMS).values(first=shards.first, last=shards.last, count=shards.count, **ours)
                )
            return alive

    @retry_short_outages
    def send_heartbeat(self) -> bool:
        """Show that this process is alive; returns whether it still holds the shards."""
        ours = update(CLAIMS).where(CLAIMS.c.holder == self._holder)
        with self._database.writing() as connection:
            return connection.execute(ours.values(beats=CLAIMS.c.beats + 1)).rowcount > 0

    @retry_short_outages
    def release(self) -> None:
        """Release the shards."""
        with self._database.writing() as connection:
            connection.execute(delete(CLAIMS).where(CLAIMS.c.holder == self._holder))
