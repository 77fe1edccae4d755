"""Bots say in Redis what they learnt, for as long as they are there, and workers know what those that are there say."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from coredis.client import Client

from engine.fleet.messages import MalformedMessage
from engine.fleet.presence import PRESENT_S, announce, list_present
from engine.fleet.queue import PREFIX, REDIS_ERRORS, text_or_bytes
from engine.fleet.shared_confirmations import (
    MAX_BYTES,
    Network,
    SharedFaces,
    digest_of,
    merge_shared_faces,
    pack_shared_faces,
    read_shared_faces,
)
from engine.learning.confirmations import StoredConfirmation
from engine.learning.remote_confirmations import RemoteConfirmations

log = logging.getLogger(__name__)

TAUGHT = "taught"
"""The roll on which bots write the digest of what they learnt."""
MAX_PUBLISHERS = 32
"""Different lessons that a worker takes; bots that share a database all have the same."""
DIGEST = re.compile("[0-9a-f]{64}")


class ConfirmationsPublisher:
    """One bot's side.

    Args:
        bot: the name by which workers know it.
        learnt: gives what it learnt, the very same tuple until that changes.
    """

    def __init__(self, bot: str, learnt: Callable[[], tuple[StoredConfirmation, ...]]) -> None:
        self._bot, self._learnt = bot, learnt
        self._packed_of: tuple[StoredConfirmation, ...] = ()
        self._packed, self._digest = b"", ""

    async def publish(self, redis: Client[str]) -> None:
        """Say what was learnt up to now: to be said again within :data:`PRESENT_S` seconds."""
        learnt = await asyncio.to_thread(self._learnt)
        if learnt is not self._packed_of:
            self._packed, self._digest = await asyncio.to_thread(_packed, learnt)
            self._packed_of = learnt
        # What Redis has no room for is no reason to be without it; where it is gone others hear of that.
        with suppress(*REDIS_ERRORS):
            await self._say(redis)

    async def _say(self, redis: Client[str]) -> None:
        if not self._packed:
            await redis.delete([f"{PREFIX}:{TAUGHT}:{self._bot}"])
            return
        key = _key(self._digest)
        if not await redis.expire(key, PRESENT_S):
            await redis.set(key, self._packed, ex=PRESENT_S)
        await announce(redis, TAUGHT, self._bot, self._digest)


class ConfirmationsSubscriber:
    """A worker's side.

    Args:
        borrowed: gets what bots learnt.
        network: the engine's.
        search: makes the engine take up what was borrowed: now, and not when the next photo is looked at.
    """

    def __init__(self, borrowed: RemoteConfirmations, network: Network, search: Callable[[], object]) -> None:
        self._borrowed, self._network, self._search = borrowed, network, search
        self._said: dict[str, tuple[str, float]] = {}
        self._known: frozenset[str] = frozenset()

    async def catch_up(self, redis: Client[str], bots: Iterable[str]) -> None:
        """Learn what the bots that are there teach, and forget what none of them teaches any more.

        A bot that is not there any more goes on being believed for :data:`PRESENT_S` seconds: after Redis was
        started anew nobody is there for a moment.
        """
        digests, now = await list_present(redis, TAUGHT), time.monotonic()
        self._said |= {bot: (digests.get(bot, ""), now + PRESENT_S) for bot in bots}
        self._said = {bot: said for bot, said in self._said.items() if said[1] > now}
        taught = sorted({digest for digest, _ in self._said.values() if DIGEST.fullmatch(digest)})[:MAX_PUBLISHERS]
        if self._known == set(taught):
            return
        found = {digest: await _fetched(redis, digest) for digest in taught}
        there = {digest: data for digest, data in found.items() if data}
        if self._known != there.keys():
            await asyncio.to_thread(self._learn, there)
            # What is not there yet, or any more, is asked for again the next time.
            self._known = frozenset(there)

    def _learn(self, packed: dict[str, bytes]) -> None:
        faces = merge_shared_faces((lessons for pair in packed.items() if (lessons := _read(*pair))), self._network)
        self._borrowed.replace_all(faces)
        self._search()
        log.info("%d faces are known that bots learnt", len(faces))


def _packed(learnt: tuple[StoredConfirmation, ...]) -> tuple[bytes, str]:
    data = pack_shared_faces(learnt)
    return data, digest_of(data)


async def _fetched(redis: Client[str], digest: str) -> bytes:
    # One byte more than may be: what is longer shows that it is.
    return text_or_bytes(await redis.getrange(_key(digest), 0, MAX_BYTES))


def _read(digest: str, data: bytes) -> SharedFaces | None:
    try:
        return read_shared_faces(data, digest)
    except MalformedMessage as error:
        log.error("what a bot learnt is not believed: %s", error.message)  # noqa: TRY400 - says nothing of the code
        return None


def _key(digest: str) -> str:
    return f"{PREFIX}:lessons:{digest}"
