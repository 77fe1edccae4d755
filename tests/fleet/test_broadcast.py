"""Workers load the confirmations of present bots over a real Redis, and drop revoked ones."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from coredis import Redis

from bot.fleet import client
from engine import ConfirmationRefused, Status, StoredConfirmation
from engine.fleet import BOTS, ConfirmationsPublisher, announce, broadcast, list_present, presence
from engine.fleet.broadcast import ConfirmationsSubscriber
from engine.fleet.shared_confirmations import Network
from engine.learning.remote_confirmations import RemoteConfirmations
from tests.support.confirmations import DIMENSION, NETWORK, stored
from tests.support.confirmed_photos import NAME, ORIGIN, jpeg_of, photo_of
from tests.support.fleet.bot_and_worker import bot_and_worker
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning")

ONE, TWO, THREE = (stored(seed, name=f"Card {seed}") for seed in (1, 2, 3))


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    # While the test's own filter holds for what coredis leaves behind.
    gc.collect()


class Bot:
    """Publishes confirmations and announces itself."""

    def __init__(self, name: str, *knows: StoredConfirmation) -> None:
        self.name, self.knows = name, knows
        self._publisher = ConfirmationsPublisher(name, lambda: self.knows)

    async def publish(self, redis: Any) -> None:
        await self._publisher.publish(redis)
        await announce(redis, BOTS, self.name, "1-aaaa")


class Worker:
    """Loads confirmations; its engine only counts the reloads."""

    def __init__(self) -> None:
        self._confirmations, self.reloads = RemoteConfirmations(), 0
        self._subscriber = ConfirmationsSubscriber(self._confirmations, Network(NETWORK, DIMENSION), self._reload)

    def _reload(self) -> None:
        self.reloads += 1

    async def names(self, redis: Any) -> list[str]:
        await self._subscriber.update(redis, await list_present(redis, BOTS))
        return sorted(one.name for one in self._confirmations.entries().values())


def connected(redis: RedisServer) -> Any:
    return Redis.from_url(redis.url, decode_responses=True)


async def values(client: Any) -> dict[str, bytes]:
    """All values in Redis."""
    keys = [str(key) async for key in client.scan_iter()]
    return {key: broadcast.to_bytes(await client.get(key)) for key in keys}


async def test_a_worker_loads_the_confirmations_of_all_present_bots(redis: RedisServer):
    async with connected(redis) as client:
        worker = Worker()
        assert await worker.names(client) == []
        for bot in (Bot("a", ONE, TWO), Bot("b", TWO, THREE), Bot("c")):
            await bot.publish(client)
        assert await worker.names(client) == ["Card 1", "Card 2", "Card 3"]


async def test_new_and_revoked_confirmations_take_effect_at_the_next_update(redis: RedisServer):
    async with connected(redis) as client:
        bot, worker = Bot("a"), Worker()
        for knows in ((ONE,), (ONE, TWO), (TWO,), ()):
            bot.knows = knows
            await bot.publish(client)
            assert await worker.names(client) == [one.name for one in knows]


async def test_unchanged_confirmations_are_not_reloaded(redis: RedisServer):
    async with connected(redis) as client:
        bots, worker = (Bot("a", ONE), Bot("b", ONE)), Worker()
        for _ in range(3):
            for bot in bots:
                await bot.publish(client)
            await worker.names(client)
        assert worker.reloads == 1


async def test_redis_holds_equal_confirmations_once_without_origins_and_nothing_if_there_are_none(
    redis: RedisServer,
):
    async with connected(redis) as client:
        bots = [Bot(name, stored(1, origin="guild 123 / user 456"), TWO) for name in ("a", "b")]
        for bot in bots:
            await bot.publish(client)
        held = await values(client)
        assert len([key for key in held if ":lessons:" in key]) == 1
        assert not any(part in value for value in held.values() for part in (b"guild", b"123", b"456"))
        for bot in bots:
            bot.knows = ()
            await bot.publish(client)
        assert not any(":taught:" in key for key in await values(client))


async def test_the_confirmations_of_a_bot_that_left_are_dropped(redis: RedisServer, monkeypatch: pytest.MonkeyPatch):
    async with connected(redis) as client:
        for module in (presence, broadcast):
            monkeypatch.setattr(module, "PRESENCE_TTL_S", 1)
        bot, worker = Bot("a", ONE), Worker()
        while not await worker.names(client):
            await bot.publish(client)
        while await worker.names(client):  # noqa: ASYNC110 - Redis knows no events
            await asyncio.sleep(0.05)
        assert await values(client) == {}


async def test_after_a_restart_of_redis_confirmations_are_published_again_and_were_kept(redis: RedisServer):
    bot, worker = Bot("a", ONE), Worker()
    async with connected(redis) as client:
        await bot.publish(client)
        await worker.names(client)
    redis.stop()
    redis.start()
    async with connected(redis) as client:
        assert await worker.names(client) == ["Card 1"], "while no bot is there again"
        await bot.publish(client)
        assert await worker.names(client) == ["Card 1"]
        assert await Worker().names(client) == ["Card 1"]


async def test_invalid_data_is_ignored_and_the_rest_is_loaded(redis: RedisServer, caplog: pytest.LogCaptureFixture):
    async with connected(redis) as client:
        bad = {"one": "0" * 64, "two": "f" * 64, "three": "../../etc", "four": "", "five": "\N{SNOWMAN}" * 1000}
        await client.set(f"cardglass:lessons:{'0' * 64}", b"\xff" * 1000)
        await client.set(f"cardglass:lessons:{'f' * 64}", "plain text")
        for name, digest in bad.items():
            await announce(client, broadcast.CONFIRMATIONS, name, digest)
            await announce(client, BOTS, name, "1-aaaa")
        await Bot("a", ONE).publish(client)
        worker = Worker()
        assert await worker.names(client) == ["Card 1"]
        assert caplog.text.count("are ignored") == 2
        assert await worker.names(client) == ["Card 1"]
        assert worker.reloads == 1, "invalid data is not loaded again"


async def test_announced_but_missing_data_is_requested_again(redis: RedisServer):
    async with connected(redis) as client:
        bot, worker = Bot("a", ONE), Worker()
        await bot.publish(client)
        (key,) = [key for key in await values(client) if ":lessons:" in key]
        await client.delete([key])
        assert await worker.names(client) == []
        await bot.publish(client)
        assert await worker.names(client) == ["Card 1"]


class TestRemoteConfirmations:
    def test_remote_confirmations_are_read_only(self):
        remote = RemoteConfirmations()
        for change in (lambda: remote.add(ONE), lambda: remote.revoke(1), lambda: remote.revoke_origin("user 1")):
            with pytest.raises(ConfirmationRefused) as caught:
                change()
            assert caught.value.code == "overlay_borrowed"

    def test_they_are_replaced_as_a_whole_with_a_new_version(self):
        remote = RemoteConfirmations()
        before = remote.version()
        remote.replace_all([ONE, TWO])
        assert list(remote.entries().values()) == [ONE, TWO]
        remote.replace_all([THREE])
        assert list(remote.entries().values()) == [THREE]
        assert len({before, remote.version()}) == 2


def test_a_worker_recognises_a_card_while_its_bot_has_it_confirmed(
    redis: RedisServer, lacking_artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # On a busy machine a worker takes longer to start than people would wait.
    monkeypatch.setattr(client, "PATIENCE_S", 600.0)
    (image, corners), jpeg = photo_of(NAME, 1), jpeg_of(NAME, 2)
    known = Status.IDENTIFIED, NAME
    with bot_and_worker(redis.url, lacking_artifacts, tmp_path / "overlay.sqlite", 600) as holder:

        def there() -> tuple[Status, str | None]:
            (card,) = holder.identify(jpeg, top_k=1).cards
            return card.status, card.name

        assert there()[0] is Status.UNKNOWN
        ident = holder.confirm(image, corners, NAME, origin=ORIGIN)
        happens(lambda: there() == known)
        redis.stop()
        redis.start()
        assert there() == known
        holder.revoke(ident)
        happens(lambda: there()[0] is Status.UNKNOWN)


def happens(what: Callable[[], bool]) -> None:
    while not what():
        time.sleep(0.05)
