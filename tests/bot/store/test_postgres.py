"""Stores sharing a real PostgreSQL server, which is sometimes stopped."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from threading import Barrier

import pytest
from sqlalchemy import make_url, text

from bot.core.database_url import parse_database_url
from bot.store import Forgotten, GuildSettings, Store, StoreError
from bot.store.postgres import CONNECTIONS
from tests.support.bot.stored_values import NOON, answer, correction
from tests.support.postgres_server import Server

WRONG = "hush-hush"
STORES = 4
"""As many processes would have."""


@pytest.fixture(name="stores")
def several_stores_on_one_server(url: str) -> Iterator[list[Store]]:
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(closing(Store(url))) for _ in range(STORES)]


def at_once(stores: list[Store], work) -> list:
    """Call ``work`` with all stores at once; return the results."""
    all_there = Barrier(len(stores))

    def begin(number: int):
        all_there.wait()
        return work(stores[number], number)

    with ThreadPoolExecutor(len(stores)) as pool:
        return list(pool.map(begin, range(len(stores))))


class TestManyAtOnce:
    def test_all_may_save_a_guild_s_first_settings_at_once(self, stores: list[Store]):
        for guild in range(1, 21):
            at_once(stores, lambda store, number, guild=guild: store.save_guild(settings(guild, number)))
        assert stores[0].counts()["guilds"] == 20
        assert all(stores[0].guild(guild) in [settings(guild, n) for n in range(STORES)] for guild in range(1, 21))

    def test_an_answer_deleted_while_being_corrected_leaves_nothing_behind(self, stores: list[Store]):
        for number in range(20):
            key = f"a{number}"
            stores[0].add_answer(answer(key, asker=5))

            def work(store: Store, which: int, key: str = key) -> bool | Forgotten:
                return store.forget_user(5) if which == 0 else store.add_correction(correction(key, by=5 + which))

            forgotten, *kept = at_once(stores, work)
            assert forgotten.answers == 1
            assert forgotten.corrections == sum(kept)
        assert stores[0].counts() == {"guilds": 0, "answers": 0, "corrections": 0}

    def test_overlapping_deletions_never_deadlock(self, stores: list[Store]):
        for _ in range(5):
            for number in range(30):
                stores[0].add_answer(answer(f"a{number}", asker=5 + number % 2, guild=1))
                stores[0].add_correction(correction(f"a{number}", by=6, confirmation=number + 1))
            gone = at_once(stores, forget_in_different_ways)
            assert sum(one.answers for one in gone) == 30
            assert sorted(number for one in gone for number in one.confirmations) == list(range(1, 31))

    def test_a_reader_sees_one_snapshot(self, stores: list[Store]):
        reader, writer = stores[:2]
        with reader._database.reading() as connection:
            before = connection.execute(text("SELECT COUNT(*) FROM answers")).scalar_one()
            writer.add_answer(answer())
            assert connection.execute(text("SELECT COUNT(*) FROM answers")).scalar_one() == before

    def test_a_process_uses_few_of_the_server_s_connections(self, stores: list[Store]):
        store = stores[0]
        with ThreadPoolExecutor(4 * CONNECTIONS) as pool:
            list(pool.map(lambda number: store.add_answer(answer(f"a{number}")), range(100)))
        assert store._database._engine.pool.size() <= CONNECTIONS
        assert store.counts()["answers"] == 100


def settings(guild: int, number: int) -> GuildSettings:
    return GuildSettings(guild, frozenset({number + 1}))


def forget_in_different_ways(store: Store, number: int) -> Forgotten:
    ways = [lambda: store.forget_user(5), lambda: store.forget_user(6), lambda: store.forget_guild(1)]
    return ways[number]() if number < len(ways) else store.forget_before(NOON.replace(year=2030))


class TestServerGone:
    def test_a_store_continues_after_a_restart_of_the_server(self, server: Server, url: str):
        with closing(Store(url)) as store:
            store.add_answer(answer())
            server.restart()
            assert store.answer("first") == answer()
            store.add_answer(answer("second"))

    def test_a_stopped_server_is_reported_without_a_long_wait(self, server: Server, url: str):
        with closing(Store(url)) as store:
            server.stop()
            try:
                with pytest.raises(StoreError, match="connection") as refusal:
                    store.add_answer(answer())
                with pytest.raises(StoreError):
                    Store(url)
            finally:
                server.start()
            assert "\n" not in str(refusal.value)
            assert server.password not in str(refusal.value)
            store.add_answer(answer())

    def test_calls_during_a_restart_succeed_once_the_server_is_back(self, server: Server, url: str):
        with closing(Store(url)) as store:
            store.add_answer(answer())
            server.stop()
            with ThreadPoolExecutor(3) as pool:
                asked = [
                    pool.submit(store.answer, "first"),
                    pool.submit(store.add_answer, answer("second")),
                    pool.submit(store.add_correction, correction()),
                ]
                server.start()
                assert [one.result() for one in asked] == [answer(), None, True]
            assert store.counts() == {"guilds": 0, "answers": 2, "corrections": 1}

    def test_stored_data_survives_a_crash(self, server: Server, url: str):
        with closing(Store(url)) as store:
            store.save_guild(GuildSettings(1, quiet=True))
            assert store.add_correction(correction()) is False
            store.add_answer(answer())
            server.crash()
            server.start()
            assert store.answer("first") == answer()
            assert store.guild(1) == GuildSettings(1, quiet=True)

    def test_a_connection_lost_within_a_transaction_rolls_it_back(self, url: str):
        cut = text("SELECT pg_terminate_backend(:pid)")
        with closing(Store(url)) as store, closing(Store(url)) as other:

            def delete_and_lose_the_connection() -> None:
                with store._database.writing() as connection:
                    connection.execute(text("DELETE FROM schema_version"))
                    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
                    with other._database.writing() as killer:
                        killer.execute(cut, {"pid": pid})
                    connection.execute(text("SELECT 1"))

            with pytest.raises(StoreError):
                delete_and_lose_the_connection()
            store.add_answer(answer())
        Store(url).close()


class TestWhatIsTold:
    def test_a_wrong_password_is_reported_but_not_shown(self, url: str):
        wrong = make_url(url).set(password=WRONG).render_as_string(hide_password=False)
        with pytest.raises(StoreError, match="password authentication failed") as refusal:
            Store(wrong)
        assert WRONG not in told(refusal.value)

    @pytest.mark.parametrize("query", [f"?password={WRONG}", f"?application_name=mine&passfile={WRONG}"])
    def test_options_in_the_url_are_not_shown(self, url: str, query: str):
        with pytest.raises(StoreError) as refusal:
            Store(make_url(url).set(password=None).render_as_string() + query)
        assert WRONG not in told(refusal.value)

    def test_a_rejected_row_is_not_quoted(self, url: str):
        with closing(Store(url)) as store:
            store.add_answer(answer("first", asker=987654321))
            with pytest.raises(StoreError, match="duplicate key") as refusal:
                store.add_answer(answer("first", asker=987654321, reply=1))
            assert "(first)" not in told(refusal.value)
            with pytest.raises(StoreError) as refusal, store._database.writing() as connection:
                connection.execute(text("UPDATE answers SET language = NULL"))
            assert "987654321" not in told(refusal.value)

    def test_without_the_driver_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch):
        real = builtins.__import__

        def no_driver(name: str, *more):
            if name.split(".")[0] == "psycopg":
                raise ImportError("No module named 'psycopg'", name="psycopg")
            return real(name, *more)

        monkeypatch.setattr(builtins, "__import__", no_driver)
        with pytest.raises(StoreError, match=r"psycopg.*\[bot,postgres\]"):
            Store("postgresql://somebody@127.0.0.1/cards")


def told(error: BaseException) -> str:
    """Return everything a log would show of an error."""
    shown = f"{error!r} {error.__cause__!r} {error.__cause__}"
    return shown if error.__suppress_context__ else f"{shown} {error.__context__!r}"


@pytest.mark.parametrize(
    "written", ["postgresql://bot@db/cards", "postgres://bot@db/cards", "postgresql+psycopg://bot@db/cards"]
)
def test_common_spellings_of_the_url_are_accepted(written: str):
    assert parse_database_url(written).render_as_string() == "postgresql+psycopg://bot@db/cards"
