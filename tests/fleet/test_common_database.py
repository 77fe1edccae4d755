"""Two bot processes with one PostgreSQL share confirmations and revocations."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot.core.settings import Settings
from bot.service.service import parts_of
from bot.store import Store
from engine import Engine, SqliteConfirmations, Status
from tests.support.confirmations import stored
from tests.support.confirmed_photos import NAME, ORIGIN, identify, photo_of
from tests.support.postgres_server import Server, running_or_skipped


@pytest.fixture(name="server", scope="module")
def running_server() -> Iterator[Server]:
    yield from running_or_skipped()


@pytest.fixture(name="engines")
def of_two_processes(server: Server, lacking_artifacts: Path) -> Iterator[list[Engine]]:
    url = server.empty_database()
    with ExitStack() as opened:
        stores = [opened.enter_context(closing(Store(url))) for _ in range(2)]
        yield [
            opened.enter_context(closing(Engine.open(lacking_artifacts, threads=1, overlay=store.confirmations())))
            for store in stores
        ]


def test_a_confirmation_in_one_bot_and_its_revocation_in_another_take_effect_in_both(engines: list[Engine]):
    (image, corners), tuesday = photo_of(NAME, 1), photo_of(NAME, 2)
    one, other = engines
    ident = one.confirm(image, corners, NAME, origin=ORIGIN)
    assert identify(one, tuesday) == (Status.IDENTIFIED, NAME)
    while identify(other, tuesday) != (Status.IDENTIFIED, NAME):
        time.sleep(0.05)
    (told,) = other.confirmations()
    assert (told.id, told.origin) == (ident, ORIGIN)
    assert other.revoke(ident)
    assert identify(other, tuesday)[0] is Status.UNKNOWN
    while identify(one, tuesday)[0] is not Status.UNKNOWN:
        time.sleep(0.05)
    assert one.confirmations() == []


async def test_a_bot_moves_the_confirmations_of_its_file_into_the_database(
    server: Server, demo_artifacts: Path, tmp_path: Path
):
    settings = Settings(artifacts=demo_artifacts, data=tmp_path, database=server.empty_database())
    with closing(SqliteConfirmations.open(settings.overlay_file)) as overlay:
        ident = overlay.add(stored(origin="guild 1 / user 2"))
    async with parts_of(settings) as parts:
        assert [(one.id, one.origin) for one in parts.engine.confirmations()] == [(ident, "guild 1 / user 2")]
        assert parts.engine.revoke_origin("user 2") == 1
        await parts.pool.close()
    with closing(SqliteConfirmations.open(settings.overlay_file)) as overlay:
        assert overlay.entries() == {}
