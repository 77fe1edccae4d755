"""Claims of shards, in a file and on a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot.core.shards import Shards
from bot.store import ShardClaim, Store
from tests.bot.store.test_postgres import at_once

FIRST, SECOND = Shards(0, 3, 16), Shards(4, 7, 16)


@pytest.fixture(name="stores")
def stores_of_several_processes(place: str | Path) -> Iterator[list[Store]]:
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(closing(Store(place))) for _ in range(3)]


def test_processes_with_different_shards_can_both_claim_them(store: Store):
    assert store.claim(FIRST).take({}) == store.claim(SECOND).take({}) == {}


@pytest.mark.parametrize("shards", [FIRST, Shards(3, 3, 16), Shards(0, 15, 16), Shards(8, 11, 32), Shards(0, 0, 1)])
def test_overlapping_shards_and_other_totals_are_refused(store: Store, shards: Shards):
    store.claim(FIRST).take({})
    assert len(store.claim(shards).take({})) == 1


def test_released_shards_are_free(store: Store):
    claim = store.claim(FIRST)
    claim.take({})
    claim.release()
    assert store.claim(FIRST).take({}) == {}


def test_a_silent_process_loses_its_shards_and_notices(store: Store):
    killed, successor = store.claim(FIRST), store.claim(FIRST)
    killed.take({})
    before = successor.take({})
    assert successor.take(before) == {}
    assert not killed.send_heartbeat()
    assert successor.send_heartbeat()


def test_a_process_with_a_heartbeat_keeps_its_shards(store: Store):
    claim, other = store.claim(FIRST), store.claim(FIRST)
    claim.take({})
    before = other.take({})
    assert claim.send_heartbeat()
    assert len(other.take(before)) == 1
    assert claim.send_heartbeat()


def test_one_of_several_simultaneous_claims_succeeds(stores: list[Store]):
    for number in range(5):
        claims: list[ShardClaim] = []

        def take(store: Store, _: int, number: int = number, claims: list[ShardClaim] = claims) -> bool:
            claims.append(store.claim(Shards(number, number, 16)))
            return not claims[-1].take({})

        assert sorted(at_once(stores, take)) == [False, False, True]
