"""The cache of guild settings, with several processes sharing one store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot.store import Currency, GuildSettings, Store
from bot.store.guild_settings_cache import GuildSettingsCache


@pytest.fixture(name="folder")
def folder_that_can_be_moved_away(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture(name="stores")
def stores_of_two_processes(folder: Path) -> Iterator[list[Store]]:
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(closing(Store(folder / "bot.sqlite"))) for _ in range(2)]


async def test_changes_by_another_process_apply_from_the_next_message(stores: list[Store]):
    ours, theirs = stores
    cache = GuildSettingsCache(ours)
    assert await cache.get(1) == GuildSettings(1)
    for quiet in (True, False, True):
        theirs.save_guild(GuildSettings(1, frozenset({2}), quiet=quiet))
        assert await cache.get(1) == GuildSettings(1, frozenset({2}), quiet=quiet)
    theirs.forget_guild(1)
    assert await cache.get(1) == GuildSettings(1)


async def test_the_last_known_settings_are_used_only_while_the_store_can_t_be_read(stores: list[Store], folder: Path):
    ours, theirs = stores
    cache = GuildSettingsCache(ours)
    theirs.save_guild(GuildSettings(1, lookups=True))
    await cache.get(1)
    ours.close()
    away = folder.with_name("away")
    os.rename(folder, away)  # noqa: PTH104 - a path's own method would be taken for slow work in the event loop
    assert await cache.get(1) == GuildSettings(1, lookups=True)
    os.rename(away, folder)  # noqa: PTH104 - the same
    theirs.save_guild(GuildSettings(1, quiet=True))
    assert await cache.get(1) == GuildSettings(1, quiet=True)


async def test_a_person_s_own_currency_comes_before_the_server_s(stores: list[Store]):
    ours, _ = stores
    cache = GuildSettingsCache(ours)
    assert await cache.currency(5, None) is await cache.currency(5, 1) is Currency.BOTH
    ours.save_guild(GuildSettings(1, currency=Currency.EUROS))
    assert await cache.currency(5, 1) is Currency.EUROS
    ours.save_currency(5, Currency.NONE)
    assert await cache.currency(5, 1) is await cache.currency(5, None) is Currency.NONE
    assert await cache.currency(6, 1) is Currency.EUROS


async def test_without_the_store_the_server_s_last_known_currency_is_used(stores: list[Store], folder: Path):
    ours, _ = stores
    cache = GuildSettingsCache(ours)
    ours.save_guild(GuildSettings(1, currency=Currency.EUROS))
    await cache.get(1)
    ours.close()
    os.rename(folder, folder.with_name("away"))  # noqa: PTH104 - a path's own method would be taken for slow work
    assert await cache.currency(5, 1) is Currency.EUROS
