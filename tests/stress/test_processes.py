"""Processes that share one database server, and whether the run would notice lost or duplicated writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from bot.store import GuildSettings, Store
from stress.processes.shared import Process, differences, run
from tests.support.postgres_server import Server, running_or_skipped


@pytest.fixture(name="server", scope="module")
def running_server() -> Iterator[Server]:
    yield from running_or_skipped()


def test_nothing_is_lost_or_duplicated_while_the_server_restarts(server: Server):
    acknowledged, wrong = run(server, processes=2, turns=60, restarts=[0.2])
    assert sum(len(one.answers) for one in acknowledged) == 120
    assert sum(len(one.corrections) for one in acknowledged) == 120
    assert sum(one.refused for one in acknowledged) == 0
    assert set(wrong.values()) == {0}


def test_lost_and_duplicated_writes_are_noticed(server: Server):
    url = server.empty_database()
    with closing(Store(url)) as store:
        process = Process(store, 0)
        for count in range(3):
            process.turn(count)
        assert set(differences(url, [process.acknowledged]).values()) == {0}
        lost = next(iter(process.acknowledged.answers))
        store.remove_answer(lost)
        store.add_correction(replace(process.acknowledged.corrections[1], by=77))
        store.save_guild(GuildSettings(999))
        assert differences(url, [process.acknowledged]) == {
            "answers missing or altered": 1,
            "answers nobody was told of": -1,
            "corrections missing": 1,
            "corrections twice or untold": 1,
            "settings missing or altered": 0,
            "settings nobody was told of": 1,
            "reads of something wrong": 0,
            "reads older than earlier ones": 0,
        }
