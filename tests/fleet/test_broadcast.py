"""Workers know what the bots that are there learnt, over a real Redis, and forget what is revoked."""

from __future__ import annotations

import asyncio
import gc
import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from coredis import Redis
from PIL import Image

from bot.fleet import client
from bot.fleet.fleet_engine import FleetEngine
from bot.monitoring.metrics import Metrics
from engine import ConfirmationRefused, Engine, Status, StoredConfirmation
from engine.fleet import BOTS, ConfirmationsPublisher, announce, broadcast, list_present, presence
from engine.fleet.broadcast import ConfirmationsSubscriber
from engine.fleet.shared_confirmations import Network
from engine.learning.remote_confirmations import RemoteConfirmations
from tests.fleet.conftest import ROOT
from tests.support.confirmations import DIMENSION, NETWORK, stored
from tests.support.confirmed_photos import NAME, ORIGIN, photo_of
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning")

ONE, TWO, THREE = (stored(seed, name=f"Card {seed}") for seed in (1, 2, 3))


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    # While the test's own filter holds for what coredis leaves behind.
    gc.collect()


class Bot:
    """One that teaches, and says that it is there."""

    def __init__(self, name: str, *knows: StoredConfirmation) -> None:
        self.name, self.knows = name, knows
        self._publisher = ConfirmationsPublisher(name, lambda: self.knows)

    async def says(self, redis: Any) -> None:
        await self._publisher.publish(redis)
        await announce(redis, BOTS, self.name, "1-aaaa")


class Worker:
    """One that learns; its engine only counts how often it took up something new."""

    def __init__(self) -> None:
        self._borrowed, self.times = RemoteConfirmations(), 0
        self._subscriber = ConfirmationsSubscriber(self._borrowed, Network(NETWORK, DIMENSION), self._take_up)

    def _take_up(self) -> None:
        self.times += 1

    async def names(self, redis: Any) -> list[str]:
        await self._subscriber.update(redis, await list_present(redis, BOTS))
        return sorted(one.name for one in self._borrowed.entries().values())


def connected(redis: RedisServer) -> Any:
    return Redis.from_url(redis.url, decode_responses=True)


async def values(client: Any) -> dict[str, bytes]:
    """All that lies in Redis."""
    keys = [str(key) async for key in client.scan_iter()]
    return {key: broadcast.to_bytes(await client.get(key)) for key in keys}


async def test_a_worker_knows_what_all_bots_that_are_there_learnt(redis: RedisServer):
    async with connected(redis) as client:
        worker = Worker()
        assert await worker.names(client) == []
        for bot in (Bot("a", ONE, TWO), Bot("b", TWO, THREE), Bot("c")):
            await bot.says(client)
        assert await worker.names(client) == ["Card 1", "Card 2", "Card 3"]


async def test_what_a_bot_learns_and_revokes_is_known_and_forgotten_at_the_next_look(redis: RedisServer):
    async with connected(redis) as client:
        bot, worker = Bot("a"), Worker()
        for knows in ((ONE,), (ONE, TWO), (TWO,), ()):
            bot.knows = knows
            await bot.says(client)
            assert await worker.names(client) == [one.name for one in knows]


async def test_what_is_known_already_is_not_taken_up_again(redis: RedisServer):
    async with connected(redis) as client:
        bots, worker = (Bot("a", ONE), Bot("b", ONE)), Worker()
        for _ in range(3):
            for bot in bots:
                await bot.says(client)
            await worker.names(client)
        assert worker.times == 1


async def test_redis_holds_no_word_of_who_taught_it_once_however_many_bots_do_and_nothing_where_nothing_is_learnt(
    redis: RedisServer,
):
    async with connected(redis) as client:
        bots = [Bot(name, stored(1, origin="guild 123 / user 456"), TWO) for name in ("a", "b")]
        for bot in bots:
            await bot.says(client)
        held = await values(client)
        assert len([key for key in held if ":lessons:" in key]) == 1
        assert not any(part in value for value in held.values() for part in (b"guild", b"123", b"456"))
        for bot in bots:
            bot.knows = ()
            await bot.says(client)
        assert not any(":taught:" in key for key in await values(client))


async def test_what_a_bot_taught_goes_with_it(redis: RedisServer, monkeypatch: pytest.MonkeyPatch):
    async with connected(redis) as client:
        for module in (presence, broadcast):
            monkeypatch.setattr(module, "PRESENCE_TTL_S", 1)
        bot, worker = Bot("a", ONE), Worker()
        while not await worker.names(client):
            await bot.says(client)
        while await worker.names(client):  # noqa: ASYNC110 - Redis knows no events
            await asyncio.sleep(0.05)
        assert await values(client) == {}


async def test_after_redis_was_started_anew_it_is_said_again_and_was_never_forgotten(redis: RedisServer):
    bot, worker = Bot("a", ONE), Worker()
    async with connected(redis) as client:
        await bot.says(client)
        await worker.names(client)
    redis.stop()
    redis.start()
    async with connected(redis) as client:
        assert await worker.names(client) == ["Card 1"], "while no bot is there again"
        await bot.says(client)
        assert await worker.names(client) == ["Card 1"]
        assert await Worker().names(client) == ["Card 1"]


async def test_what_others_wrote_is_not_believed_and_the_rest_still_is(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
):
    async with connected(redis) as client:
        bad = {"one": "0" * 64, "two": "f" * 64, "three": "../../etc", "four": "", "five": "\N{SNOWMAN}" * 1000}
        await client.set(f"cardglass:lessons:{'0' * 64}", b"\xff" * 1000)
        await client.set(f"cardglass:lessons:{'f' * 64}", "plain text")
        for name, digest in bad.items():
            await announce(client, broadcast.CONFIRMATIONS, name, digest)
            await announce(client, BOTS, name, "1-aaaa")
        await Bot("a", ONE).says(client)
        worker = Worker()
        assert await worker.names(client) == ["Card 1"]
        assert caplog.text.count("are ignored") == 2
        assert await worker.names(client) == ["Card 1"]
        assert worker.times == 1, "nor looked at again"


async def test_what_is_announced_and_not_there_is_asked_for_again(redis: RedisServer):
    async with connected(redis) as client:
        bot, worker = Bot("a", ONE), Worker()
        await bot.says(client)
        (key,) = [key for key in await values(client) if ":lessons:" in key]
        await client.delete([key])
        assert await worker.names(client) == []
        await bot.says(client)
        assert await worker.names(client) == ["Card 1"]


class TestRemoteConfirmations:
    def test_what_others_keep_is_changed_where_they_keep_it(self):
        borrowed = RemoteConfirmations()
        for change in (lambda: borrowed.add(ONE), lambda: borrowed.revoke(1), lambda: borrowed.revoke_origin("user 1")):
            with pytest.raises(ConfirmationRefused) as caught:
                change()
            assert caught.value.code == "overlay_borrowed"

    def test_it_comes_and_goes_as_a_whole_and_shows_that_it_did(self):
        borrowed = RemoteConfirmations()
        before = borrowed.version()
        borrowed.replace_all([ONE, TWO])
        assert list(borrowed.entries().values()) == [ONE, TWO]
        borrowed.replace_all([THREE])
        assert list(borrowed.entries().values()) == [THREE]
        assert len({before, borrowed.version()}) == 2


@contextmanager
def bot_with_a_real_worker(redis: RedisServer, artifacts: Path, overlay: Path) -> Iterator[FleetEngine]:
    # Not a fixture: what coredis leaves behind would outlive the test.
    words = ["worker", "--redis", redis.url, "--artifacts", str(artifacts)]
    worker = subprocess.Popen([sys.executable, "-m", "engine", *words], cwd=ROOT, stderr=subprocess.DEVNULL)
    holder = FleetEngine(Engine.open(artifacts, threads=1, overlay=overlay), redis.url, 600)
    try:
        with holder.connected(Metrics()):
            yield holder
    finally:
        holder.close()
        worker.kill()
        worker.wait()


def test_a_worker_names_a_card_once_its_bot_has_learnt_it_and_no_longer_when_that_is_revoked(
    redis: RedisServer, lacking_artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # On a busy machine a worker takes longer to start than people would wait.
    monkeypatch.setattr(client, "PATIENCE_S", 600.0)
    (image, corners), jpeg = photo_of(NAME, 1), jpeg_of(2)
    known = Status.IDENTIFIED, NAME
    with bot_with_a_real_worker(redis, lacking_artifacts, tmp_path / "overlay.sqlite") as holder:

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


def jpeg_of(seed: int) -> bytes:
    data = io.BytesIO()
    Image.fromarray(photo_of(NAME, seed)[0]).save(data, "JPEG", quality=95)
    return data.getvalue()


def happens(what: Callable[[], bool]) -> None:
    while not what():
        time.sleep(0.05)
