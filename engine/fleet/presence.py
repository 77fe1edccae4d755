"""Presence: workers and bots announce their version in Redis with a time to live, and list who else did."""

from __future__ import annotations

from coredis.client import Client

from engine.fleet.queue import PREFIX

WORKERS, BOTS = "worker", "bot"
"""Kinds of participants."""
PRESENCE_TTL_S = 10
"""Seconds for which an announcement counts."""
ANNOUNCE_EVERY_S = 2.0
"""Seconds between two announcements."""


async def announce(redis: Client[str], kind: str, name: str, version: str) -> bool:
    """Announce a participant; return whether Redis knew it already, else it is new or was forgotten."""
    return await redis.set(f"{PREFIX}:{kind}:{name}", version, ex=PRESENCE_TTL_S, get=True) is not None


async def list_present(redis: Client[str], kind: str) -> dict[str, str]:
    """Return the versions of all present participants of a kind, by name."""
    prefix = f"{PREFIX}:{kind}:"
    keys = [str(key) async for key in redis.scan_iter(match=f"{prefix}*")]
    values = await redis.mget(keys) if keys else ()
    return {key.removeprefix(prefix): str(value) for key, value in zip(keys, values, strict=True) if value}
