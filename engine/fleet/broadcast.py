"""Bots publish confirmations in Redis with a time to live; workers load the union.

A bot stores its faces once under their digest, which bots with the same confirmations share, and announces that digest.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from coredis.client import Client

from engine.fleet.messages import MalformedMessage
from engine.fleet.presence import PRESENCE_TTL_S, announce, list_present
from engine.fleet.queue import PREFIX, REDIS_ERRORS, to_bytes
from engine.fleet.shared_confirmations import (
    MAX_BYTES,
    Network,
    digest_of,
    merge_shared_faces,
    pack_shared_faces,
    read_shared_faces,
)
from engine.learning.confirmations import StoredConfirmation
from engine.learning.remote_confirmations import RemoteConfirmations

log = logging.getLogger(__name__)

CONFIRMATIONS = "taught"
"""Kind of announcement, see :mod:`engine.fleet.presence`: the digest of a bot's faces."""
MAX_DIGESTS = 32
"""Most different digests that a worker loads; bots with a common database have the same one."""
DIGEST = re.compile("[0-9a-f]{64}")


class ConfirmationsPublisher:
    """The bot's side.

    Args:
        bot: the name by which workers know it.
        confirmations: returns its confirmations, the identical tuple until they change.
    """

    def __init__(self, bot: str, confirmations: Callable[[], tuple[StoredConfirmation, ...]]) -> None:
        self._bot, self._confirmations = bot, confirmations
        self._packed_from: tuple[StoredConfirmation, ...] = ()
        self._packed, self._digest = b"", ""

    async def publish(self, redis: Client[str]) -> None:
        """Publish the current confirmations; has to be repeated within :data:`PRESENCE_TTL_S` seconds."""
        confirmations = await asyncio.to_thread(self._confirmations)
        if confirmations is not self._packed_from:
            self._packed = await asyncio.to_thread(pack_shared_faces, confirmations)
            self._digest = await asyncio.to_thread(digest_of, self._packed)
            self._packed_from = confirmations
        # The bot works on if Redis has no room for it. If Redis is gone, other calls notice.
        with suppress(*REDIS_ERRORS):
            if not self._packed:
                await redis.delete([f"{PREFIX}:{CONFIRMATIONS}:{self._bot}"])
                return
            key = _key(self._digest)
            if not await redis.expire(key, PRESENCE_TTL_S):
                await redis.set(key, self._packed, ex=PRESENCE_TTL_S)
            await announce(redis, CONFIRMATIONS, self._bot, self._digest)


class ConfirmationsSubscriber:
    """The worker's side.

    Args:
        confirmations: receives the bots' confirmations.
        network: the engine's.
        reload: makes the engine load them at once, and not only for the next photo.
    """

    def __init__(self, confirmations: RemoteConfirmations, network: Network, reload: Callable[[], object]) -> None:
        self._confirmations, self._network, self._reload = confirmations, network, reload
        self._announced: dict[str, tuple[str, float]] = {}
        self._loaded: frozenset[str] = frozenset()

    async def update(self, redis: Client[str], bots: Iterable[str]) -> None:
        """Load what the given bots publish, and drop what none of them publishes any more.

        The confirmations of a bot that is gone are kept for :data:`PRESENCE_TTL_S` seconds: after a restart of Redis
        no bot is there for a moment.
        """
        digests, now = await list_present(redis, CONFIRMATIONS), time.monotonic()
        self._announced |= {bot: (digests.get(bot, ""), now + PRESENCE_TTL_S) for bot in bots}
        self._announced = {bot: (digest, end) for bot, (digest, end) in self._announced.items() if end > now}
        wanted = sorted({digest for digest, _ in self._announced.values() if DIGEST.fullmatch(digest)})[:MAX_DIGESTS]
        if self._loaded == set(wanted):
            return
        # One byte more than allowed, so that a longer value is noticed.
        fetched = {digest: to_bytes(await redis.getrange(_key(digest), 0, MAX_BYTES)) for digest in wanted}
        found = {digest: data for digest, data in fetched.items() if data}
        if self._loaded != found.keys():
            await asyncio.to_thread(self._load, found)
            # What is missing is requested again next time.
            self._loaded = frozenset(found)

    def _load(self, packed: dict[str, bytes]) -> None:
        shared = []
        for digest, data in packed.items():
            try:
                shared.append(read_shared_faces(data, digest))
            except MalformedMessage as error:
                log.error("a bot's confirmations are ignored: %s", error.message)  # noqa: TRY400 - not a fault of the code
        faces = merge_shared_faces(shared, self._network)
        self._confirmations.replace_all(faces)
        self._reload()
        log.info("%d confirmed faces are known from bots", len(faces))


def _key(digest: str) -> str:
    return f"{PREFIX}:lessons:{digest}"
