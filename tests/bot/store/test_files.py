"""Stores in files of newer versions, damaged or unwritable files, and files of other programs."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.core.errors import BotError
from bot.store import Store, StoreError, schema
from tests.bot.store.test_versions import add_a_column
from tests.support.bot.stored_values import answer, card


@pytest.fixture(name="filled")
def file_with_an_answer(path: Path) -> Path:
    with closing(Store(path)) as store:
        store.add_answer(answer())
    return path


class TestVersions:
    def test_a_newer_file_is_refused_and_not_changed(self, filled: Path, monkeypatch: pytest.MonkeyPatch):
        with monkeypatch.context() as newer:
            newer.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_a_column))
            Store(filled).close()
        before = filled.read_bytes()
        with pytest.raises(StoreError, match=r"format 4, this program reads up to 3.*newer"):
            Store(filled)
        assert filled.read_bytes() == before


class TestBadFiles:
    def test_a_file_that_is_no_database_is_reported(self, path: Path):
        path.write_bytes(b"shopping list: sleeves, dice " * 100)
        with pytest.raises(StoreError, match=r"store\.sqlite is damaged.*backup"):
            Store(path)

    def test_a_file_with_an_overwritten_page_is_reported(self, filled: Path):
        whole = filled.read_bytes()
        filled.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
        with pytest.raises(StoreError, match="damaged"):
            Store(filled)

    def test_a_truncated_file_is_reported(self, filled: Path):
        filled.write_bytes(filled.read_bytes()[:6000])
        with pytest.raises(StoreError, match="damaged"):
            Store(filled)

    @pytest.mark.parametrize(
        ("begin", "length"),
        [
            pytest.param(-11, 20, id="a row that says it has more bytes than there is memory"),
            pytest.param(5, 7, id="a table whose name is no text, so that SQLite's message is none"),
        ],
    )
    def test_a_file_with_a_few_changed_bytes_is_reported(self, filled: Path, begin: int, length: int):
        whole = bytearray(filled.read_bytes())
        at = whole.index(b"tableanswers") + begin
        whole[at : at + length] = b"\xff" * length
        filled.write_bytes(whole)
        with pytest.raises(StoreError, match=r"store\.sqlite is damaged.*backup"):
            Store(filled)

    def test_another_program_s_file_is_reported_and_not_changed(self, path: Path):
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("CREATE TABLE recipes (name TEXT)")
        before = path.read_bytes()
        with pytest.raises(StoreError, match="another program's"):
            Store(path)
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE answers SET cards = '[{'",
            "UPDATE answers SET cards = '[{}]'",
            "UPDATE answers SET cards = '[7]'",
            "UPDATE answers SET cards = printf('%.*c', 100000, '[')",
            "UPDATE answers SET language = 'xx'",
            "UPDATE answers SET created_at = 'yesterday'",
        ],
    )
    def test_an_invalid_row_is_reported(self, filled: Path, damage: str):
        with closing(sqlite3.connect(filled)) as raw, raw:
            raw.execute(damage)
        with closing(Store(filled)) as store, pytest.raises(StoreError, match="damaged"):
            store.answer("first")

    @pytest.mark.parametrize("damage", ["DELETE FROM schema_version", "UPDATE schema_version SET version = 'newest'"])
    def test_a_file_without_a_version_is_reported(self, filled: Path, damage: str):
        with closing(sqlite3.connect(filled)) as raw, raw:
            raw.execute(damage)
        with pytest.raises(StoreError, match="damaged"):
            Store(filled)


class TestPlaces:
    def test_a_missing_folder_is_reported(self, tmp_path: Path):
        with pytest.raises(StoreError, match=r"nowhere.*folder exists"):
            Store(tmp_path / "nowhere" / "store.sqlite")

    def test_a_folder_instead_of_a_file_is_reported(self, tmp_path: Path):
        with pytest.raises(StoreError, match="can't be used"):
            Store(tmp_path)

    def test_a_read_only_store_is_reported(self, filled: Path):
        with pytest.raises(StoreError, match="may write"):
            Store(f"sqlite:///file:{filled}?mode=ro&uri=true")

    def test_a_folder_that_disappears_later_is_reported(self, filled: Path):
        with closing(Store(filled)) as store:
            store._database._engine.dispose()
            shutil.rmtree(filled.parent)
            with pytest.raises(StoreError, match="folder exists"):
                store.counts()

    def test_a_full_disk_is_reported_and_loses_only_one_change(self, file_store: Store):
        store = file_store
        store.add_answer(answer())
        event.listen(store._database._engine, "checkout", no_more_pages)
        with pytest.raises(StoreError, match="disk is full"):
            store.add_answer(answer("second", cards=(card(),) * 100))
        assert store.answer("first") == answer()
        assert store.counts()["answers"] == 1

    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
    def test_an_in_memory_database_is_refused(self, url: str):
        with pytest.raises(StoreError, match="no file"):
            Store(url)

    @pytest.mark.parametrize(
        "url",
        [
            "nonsense://user:hush@host/db",
            "mysql://user:hush@host/db",
            "postgresql+nodriver://user:hush@host/db",
            "postgresql://user:hush@host:port/db",
            "a b://hush",
        ],
    )
    def test_an_invalid_url_is_reported_without_its_password(self, url: str):
        with pytest.raises(StoreError) as refusal:
            Store(url)
        assert "hush" not in str(refusal.value)

    def test_a_file_may_be_given_as_a_url(self, filled: Path):
        with closing(Store(f"sqlite:///{filled}")) as store:
            assert store.answer("first") == answer()


def no_more_pages(connection: sqlite3.Connection, *_: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")


def test_store_errors_are_bot_errors():
    assert issubclass(StoreError, BotError)
