"""Stores of older and newer versions, in a file and on a server, opened by one process and by several at once."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from bot.core.database_url import parse_database_url
from bot.store import Currency, GuildSettings, Store, StoreError, schema
from tests.support.bot.stored_values import answer

PROCESSES = 4
Place = str | Path


@pytest.fixture(name="filled")
def store_with_an_answer(place: Place) -> Place:
    with closing(Store(place)) as store:
        store.add_answer(answer())
    return place


def rows(place: Place, query: str) -> list[tuple[Any, ...]]:
    engine = create_engine(parse_database_url(place))
    with engine.begin() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def change(place: Place, command: str) -> None:
    engine = create_engine(parse_database_url(place))
    with engine.begin() as connection:
        connection.execute(text(command))
    engine.dispose()


def add_a_column(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE answers ADD COLUMN note TEXT"))


def mark_old_answers(connection: Connection) -> None:
    connection.execute(text("UPDATE answers SET note = COALESCE(note, '') || 'old'"))


def test_an_old_store_is_migrated_with_its_contents(filled: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_a_column, mark_old_answers))
    with closing(Store(filled)) as store:
        assert store.counts()["answers"] == 1
    assert rows(filled, "SELECT key, note FROM answers") == [("first", "old")]
    assert rows(filled, "SELECT version FROM schema_version") == [(5,)]


def test_servers_of_older_versions_see_both_currencies(place: Place, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:2])
        Store(place).close()
    change(
        place,
        "INSERT INTO guilds (guild_id, channels, auto_answer, quiet, min_confidence, lookups, confirmers) "
        "VALUES (7, '[]', TRUE, TRUE, 0.5, FALSE, '[]')",
    )
    with closing(Store(place)) as store:
        assert store.guild(7) == GuildSettings(7, quiet=True, min_confidence=0.5, currency=Currency.BOTH)
        assert store.currency(5) is None


def test_migrations_are_not_repeated(filled: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_a_column))
    for _ in range(2):
        Store(filled).close()


def test_a_failed_migration_leaves_the_old_store_unchanged(filled: Place, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_a_column, add_a_column))
        with pytest.raises(StoreError, match="note"):
            Store(filled)
    with closing(Store(filled)) as store:
        assert store.answer("first") == answer()


def test_a_newer_store_is_refused(filled: Place, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_a_column))
        Store(filled).close()
    with pytest.raises(StoreError, match=r"format 4, this program reads up to 3.*newer"):
        Store(filled)


def test_another_program_s_database_is_refused(place: Place):
    change(place, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreError, match="another program's"):
        Store(place)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE answers SET cards = '[{}]'",
        "UPDATE answers SET cards = '[7]'",
        "UPDATE answers SET language = 'xx'",
    ],
)
def test_an_invalid_row_is_reported(filled: Place, damage: str):
    change(filled, damage)
    with closing(Store(filled)) as store, pytest.raises(StoreError, match="damaged"):
        store.answer("first")


def test_a_store_without_a_version_is_reported(filled: Place):
    change(filled, "DELETE FROM schema_version")
    with pytest.raises(StoreError, match="damaged"):
        Store(filled)


def open_with_two_more_migrations(place: Place, all_there: Any, found: Any) -> None:
    """Open a store as a newer version would, at the same time as other processes."""
    schema.MIGRATIONS = (*schema.MIGRATIONS, add_a_column, mark_old_answers)
    all_there.wait()
    try:
        Store(place).close()
    except Exception as error:  # noqa: BLE001 - told to whoever started this process
        found.put(repr(error))
    else:
        found.put("opened")


@pytest.mark.parametrize("made_before", [True, False], ids=["an old store", "an empty place"])
def test_processes_starting_at_once_run_each_migration_once(request: Any, place: Place, made_before: bool):
    if made_before:
        request.getfixturevalue("filled")
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    all_there, found = processes.Barrier(PROCESSES), processes.Queue()
    started = [
        processes.Process(target=open_with_two_more_migrations, args=(place, all_there, found))
        for _ in range(PROCESSES)
    ]
    for process in started:
        process.start()
    assert [found.get(timeout=120) for _ in started] == ["opened"] * PROCESSES
    for process in started:
        process.join()
    assert rows(place, "SELECT version FROM schema_version") == [(5,)]
    assert rows(place, "SELECT note FROM answers") == ([("old",)] if made_before else [])
