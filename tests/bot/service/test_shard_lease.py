"""Only one process at a time holds a range of shards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import ShardsTaken
from bot.core.shards import Shards
from bot.service import shard_lease
from bot.service.exit_codes import Exit, exit_code_for
from bot.service.shard_lease import hold_shards
from bot.store import Store

SHARDS = Shards(0, 3, 16)


@pytest.fixture(name="store")
def shared_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(shard_lease, "HEARTBEAT_S", 0.01)
    monkeypatch.setattr(shard_lease, "SILENT_S", 2.0)
    with closing(Store(tmp_path / "store.sqlite")) as store:
        yield store


async def test_the_second_is_refused_while_the_first_runs(store: Store):
    stop = asyncio.Event()
    async with hold_shards(store.claim(SHARDS), stop):
        with pytest.raises(ShardsTaken, match="--shards"):
            async with hold_shards(store.claim(SHARDS), asyncio.Event()):
                pytest.fail("two hold the same shards")
        assert not stop.is_set()
    async with hold_shards(store.claim(SHARDS), stop):
        pass


async def test_the_successor_of_a_killed_process_starts_after_a_while(store: Store):
    store.claim(SHARDS).take({})
    async with hold_shards(store.claim(SHARDS), asyncio.Event()):
        pass


async def test_a_process_stopped_while_waiting_ends_at_once_and_takes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shard_lease, "SILENT_S", 10_000)
    killed, stop = store.claim(SHARDS), asyncio.Event()
    killed.take({})
    stop.set()
    async with hold_shards(store.claim(SHARDS), stop):
        assert killed.send_heartbeat()


async def test_a_process_thought_gone_ends_when_it_is_back(store: Store):
    stop, stalled, successor = asyncio.Event(), store.claim(SHARDS), store.claim(SHARDS)

    async def serve() -> None:
        async with hold_shards(stalled, stop):
            while successor.take(successor.take({})):
                pass
            await stop.wait()

    with pytest.raises(ShardsTaken, match="no sign of life"):
        await serve()


async def test_an_unreachable_store_takes_the_shards_from_nobody(store: Store, monkeypatch: pytest.MonkeyPatch):
    claim, stop = store.claim(SHARDS), asyncio.Event()
    async with hold_shards(claim, stop):
        store.close()
        monkeypatch.setattr(store._database, "writing", broken := Broken(store))
        await broken.tried.wait()
        assert not stop.is_set()


class Broken:
    """Simulates a database that can't be reached."""

    def __init__(self, store: Store) -> None:
        self.tried, self._loop = asyncio.Event(), asyncio.get_running_loop()
        self._damaged = store._database.damaged

    def __call__(self):
        self._loop.call_soon_threadsafe(self.tried.set)
        raise self._damaged()


def test_it_ends_with_an_exit_code_of_its_own():
    told = exit_code_for(ShardsTaken("Another process has them."))
    assert told == (Exit.TAKEN, "Another process has them.")
