"""Confirmations shared by several processes in one database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store import Store, schema, sql_confirmations
from bot.store.sql_confirmations import SqlConfirmations
from engine import ConfirmationRefused, ConfirmationsError, SqliteConfirmations
from engine.learning import confirmations
from engine.learning.confirmations import MAX_PER_CARD
from tests.bot.store.test_postgres import at_once
from tests.bot.store.test_store import contents
from tests.support.bot.stored_values import answer, correction
from tests.support.confirmations import packed_vector
from tests.support.confirmations import stored as entry
from tests.support.postgres_server import Server


@pytest.fixture(name="kept")
def confirmations_of_one_process(store: Store) -> SqlConfirmations:
    return store.confirmations()


@pytest.fixture(name="stores")
def stores_of_several_processes(place: str | Path) -> Iterator[list[Store]]:
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(closing(Store(place))) for _ in range(3)]


@pytest.fixture(autouse=True)
def poll_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_confirmations, "LOOK_EVERY_S", 0.05)


def until(happened: Callable[[], object]) -> None:
    while not happened():
        time.sleep(0.01)


class TestOneProcess:
    def test_what_was_added_comes_back_after_a_restart(self, place: str | Path):
        new = entry(set="dom", collector_number="60")
        with closing(Store(place)) as store:
            ident = store.confirmations().add(new)
            assert store.confirmations().entries() == {ident: new}
        with closing(Store(place)) as store:
            assert store.confirmations().entries() == {ident: new}

    def test_ids_are_never_reused(self, kept: SqlConfirmations):
        first = kept.add(entry(1))
        kept.revoke(first)
        assert kept.add(entry(2)) > first

    def test_the_limits_are_those_of_a_file(self, kept: SqlConfirmations, monkeypatch: pytest.MonkeyPatch):
        first = kept.add(entry(0))
        assert kept.add(entry(vector=packed_vector(0, towards=9, by=0.05))) == first
        others = [kept.add(entry(seed)) for seed in range(1, MAX_PER_CARD - 1)]
        alike = kept.add(entry(vector=packed_vector(3, towards=4, by=0.3)))
        new = kept.add(entry(200))
        assert list(kept.entries()) == [first, *(ident for ident in others if ident != others[2]), alike, new]
        monkeypatch.setattr(confirmations, "MAX_CONFIRMATIONS", MAX_PER_CARD)
        with pytest.raises(ConfirmationRefused, match="Revoke some"):
            kept.add(entry(100, name="Ponder"))
        assert kept.add(entry(101)) in kept.entries()

    def test_whole_parts_of_an_origin_revoke_all_with_them(self, kept: SqlConfirmations):
        for seed, user in enumerate((5, 56, 5)):
            kept.add(entry(seed, origin=f"guild 1 / message {seed} / user {user}"))
        assert kept.revoke_origin("user 6") == kept.revoke_origin("%") == 0
        assert kept.revoke_origin("user 5") == 2
        assert [one.origin for one in kept.entries().values()] == ["guild 1 / message 1 / user 56"]

    def test_the_version_changes_with_each_change_only(self, kept: SqlConfirmations):
        versions = [kept.version()]
        ident = kept.add(entry(1))
        versions.append(kept.version())
        kept.add(entry(1))
        assert kept.version() == versions[-1]
        assert not kept.revoke(ident + 1)
        assert kept.version() == versions[-1]
        assert kept.revoke(ident)
        versions.append(kept.version())
        assert len(set(versions)) == 3

    def test_a_confirmation_without_a_valid_vector_is_damage(self, kept: SqlConfirmations, store: Store):
        kept.add(entry(1))
        with store._database.writing() as connection:
            connection.execute(sql_confirmations.update(sql_confirmations.CONFIRMATIONS).values(vector=b"none"))
        with pytest.raises(ConfirmationsError, match="damaged"):
            kept.add(entry(2))

    def test_revoked_confirmations_leave_no_trace_in_a_file(self, file_store: Store, path: Path):
        secret = entry(1, origin="user 31415926535")
        ident = file_store.confirmations().add(secret)
        assert file_store.confirmations().revoke(ident)
        assert b"31415926535" not in contents(path)
        assert secret.vector not in contents(path)


class TestSeveralProcesses:
    def test_changes_by_one_process_reach_the_others(self, stores: list[Store]):
        one, *others = (store.confirmations() for store in stores)
        ident = one.add(entry(1))
        for other in others:
            until(other.entries)
            assert other.entries() == {ident: entry(1)}
        assert others[0].revoke(ident)
        until(lambda: not one.entries())
        until(lambda: not others[1].entries())

    def test_simultaneous_additions_respect_the_limits_and_get_different_ids(
        self, stores: list[Store], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(confirmations, "MAX_CONFIRMATIONS", 20)

        def learn(store: Store, number: int) -> list[int | None]:
            return [add(store, entry(100 * number + turn, name=f"Card {turn % 3}")) for turn in range(15)]

        def add(store: Store, new: sql_confirmations.StoredConfirmation) -> int | None:
            try:
                return store.confirmations().add(new)
            except ConfirmationRefused:
                return None

        given = [ident for idents in at_once(stores, learn) for ident in idents if ident]
        assert len(set(given)) == len(given)
        views = [store.confirmations() for store in stores]
        # The first to finish sees the others' later changes after a while.
        until(lambda: len({view.version() for view in views}) == 1)
        names = [one.name for one in views[0].entries().values()]
        assert len(names) == 20
        assert max(map(names.count, names)) <= MAX_PER_CARD

    def test_equal_confirmations_added_at_once_are_stored_once(self, stores: list[Store]):
        given = at_once(stores, lambda store, _: store.confirmations().add(entry(1)))
        assert len(set(given)) == 1

    def test_simultaneous_revocations_count_each_confirmation_once(self, stores: list[Store]):
        for seed in range(10):
            stores[0].confirmations().add(entry(seed, name=f"Card {seed}"))
        assert sum(at_once(stores, lambda store, _: store.confirmations().revoke_origin("user 2"))) == 10


class TestServerGone:
    def test_known_confirmations_stay_in_use_during_an_outage_and_changes_are_seen_afterwards(
        self, server: Server, url: str, caplog: pytest.LogCaptureFixture
    ):
        with closing(Store(url)) as store:
            kept = store.confirmations()
            ident = kept.add(entry(1))
            version = kept.version()
            server.stop()
            until(lambda: "until the database is back" in caplog.text)
            assert kept.entries() == {ident: entry(1)}
            assert kept.version() == version
            server.start()
            with closing(Store(url)) as other:
                other.confirmations().add(entry(2))
            until(lambda: kept.version() != version)
            assert list(kept.entries().values()) == [entry(1), entry(2)]

    def test_a_confirmation_during_a_restart_is_stored_afterwards(self, server: Server, url: str):
        with closing(Store(url)) as store:
            kept = store.confirmations()
            server.stop()
            with ThreadPoolExecutor(1) as pool:
                added = pool.submit(kept.add, entry(1))
                server.start()
                ident = added.result()
            assert kept.entries() == {ident: entry(1)}

    def test_a_confirmation_that_can_t_be_stored_raises_the_engine_s_error(self, server: Server, url: str):
        with closing(Store(url)) as store:
            kept = store.confirmations()
            store.outage.too_long()
            store.outage._since -= 1000
            server.stop()
            try:
                with pytest.raises(ConfirmationsError, match="connection") as caught:
                    kept.add(entry(1))
            finally:
                server.start()
            assert caught.value.code == "overlay_unusable"


class TestMovingIn:
    @pytest.fixture(name="file")
    def file_with_three(self, tmp_path: Path) -> Path:
        file = tmp_path / "old" / "overlay.sqlite"
        file.parent.mkdir()
        with closing(SqliteConfirmations.open(file)) as overlay:
            overlay.revoke(overlay.add(entry(9)))
            for seed in range(3):
                overlay.add(entry(seed))
        return file

    def test_imported_confirmations_keep_their_ids_and_leave_the_file(self, kept: SqlConfirmations, file: Path):
        assert kept.import_file(file) == 3
        assert kept.entries() == {2: entry(0), 3: entry(1), 4: entry(2)}
        assert entry(0).vector not in contents(file)
        assert kept.add(entry(5)) == 5
        assert kept.import_file(file) == 0

    def test_revoked_confirmations_do_not_come_back(self, kept: SqlConfirmations, file: Path):
        kept.import_file(file)
        kept.revoke_origin("user 2")
        kept.import_file(file)
        assert kept.entries() == {}

    def test_confirmations_of_a_second_file_get_new_ids_if_theirs_are_taken(
        self, kept: SqlConfirmations, file: Path, tmp_path: Path
    ):
        kept.import_file(file)
        with closing(SqliteConfirmations.open(tmp_path / "another.sqlite")) as overlay:
            overlay.add(entry(0))
            overlay.add(replace(entry(7), name="Ponder"))
        assert kept.import_file(tmp_path / "another.sqlite") == 2
        assert list(kept.entries().values()) == [entry(0), entry(1), entry(2), entry(7, name="Ponder")]
        assert len(kept.entries()) == 4

    def test_confirmations_that_do_not_fit_stay_in_the_file(
        self, kept: SqlConfirmations, file: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(confirmations, "MAX_CONFIRMATIONS", 2)
        assert kept.import_file(file) == 2
        with closing(SqliteConfirmations.open(file)) as overlay:
            assert list(overlay.entries().values()) == [entry(2)]

    def test_no_file_is_created(self, kept: SqlConfirmations, tmp_path: Path):
        assert kept.import_file(tmp_path / "overlay.sqlite") == 0
        assert not (tmp_path / "overlay.sqlite").exists()


def test_new_ids_are_never_those_in_an_old_version_s_corrections(place: str | Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with closing(Store(place)) as store:
            store.add_answer(answer())
            store.add_correction(correction(confirmation=41))
    with closing(Store(place)) as store:
        assert store.confirmations().add(entry(1)) == 42
