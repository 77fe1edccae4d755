"""The file of confirmations: limited in size, revocable without a trace, and never another program's."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import ConfirmationRefused, ConfirmationsError, SqliteConfirmations
from engine.learning import confirmations, sqlite_confirmations
from engine.learning.confirmations import MAX_PER_CARD, unpack_vectors
from tests.support.confirmations import DIMENSION, packed_vector, stored

ANOTHER_NETWORK = "b" * 64


@pytest.fixture
def path(tmp_path):
    return tmp_path / "overlay.sqlite"


@pytest.fixture
def kept(path):
    opened = SqliteConfirmations.open(path)
    yield opened
    opened.close()


def code_of(path):
    with pytest.raises(ConfirmationsError) as caught:
        SqliteConfirmations.open(path)
    assert str(path) in caught.value.message
    return caught.value.code


class TestKeeping:
    def test_entries_survive_reopening(self, kept, path):
        new = stored(set="dom", collector_number="60")
        ident = kept.add(new)
        kept.close()
        again = SqliteConfirmations.open(path)
        assert again.entries() == {ident: new}
        assert unpack_vectors([new], DIMENSION)[0] == pytest.approx(np.frombuffer(new.vector, np.float16))
        again.close()

    @pytest.mark.parametrize(
        "vector",
        [
            b"",
            packed_vector(1)[:-1],
            packed_vector(1)[:-2],
            packed_vector(1) * 2,
            bytes(2 * DIMENSION),
            b"\xff" * (2 * DIMENSION),
        ],
        ids=["nothing", "half a number", "one number less", "twice", "zeros", "no numbers"],
    )
    def test_an_invalid_vector_is_damage(self, kept, path, vector):
        with pytest.raises(ValueError, match="expected vectors"):
            unpack_vectors([stored(1), stored(vector=vector)], DIMENSION)
        ident = kept.add(stored(1))
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE confirmations SET vector = ? WHERE id = ?", (vector, ident))
        with pytest.raises(ConfirmationsError, match="damaged"):
            kept.add(stored(2))

    def test_no_entries_have_no_vectors(self):
        assert unpack_vectors([], DIMENSION).shape == (0, DIMENSION)

    def test_ids_are_never_reused(self, kept):
        first = kept.add(stored(1))
        kept.revoke(first)
        assert kept.add(stored(2)) > first

    def test_a_nearly_equal_vector_adds_nothing(self, kept):
        first = kept.add(stored(1))
        assert kept.add(stored(vector=packed_vector(1, towards=2, by=0.05), origin="user 3")) == first
        assert len(kept.entries()) == 1

    @pytest.mark.parametrize(
        "more",
        [
            {"name": "Ponder"},
            {"set": "dom"},
            {"embedder": ANOTHER_NETWORK},
            {"vector": packed_vector(1, towards=2, by=0.6)},
        ],
        ids=["another card", "another printing", "another network", "another look"],
    )
    def test_anything_else_is_a_new_entry(self, kept, more):
        first = kept.add(stored(1))
        assert kept.add(replace(stored(1), **more)) != first

    def test_a_card_with_too_many_vectors_loses_the_older_of_the_two_most_similar(self, kept):
        ids = [kept.add(stored(seed)) for seed in range(MAX_PER_CARD - 1)]
        alike = kept.add(stored(vector=packed_vector(3, towards=4, by=0.3)))
        kept.add(stored(100, name="Ponder"))
        new = kept.add(stored(200))
        of_opt = [ident for ident, one in kept.entries().items() if one.name == "Opt"]
        assert of_opt == [*(ident for ident in ids if ident != ids[3]), alike, new]

    def test_a_full_store_refuses_entries_except_replacements(self, kept, monkeypatch):
        for seed in range(MAX_PER_CARD):
            kept.add(stored(seed))
        monkeypatch.setattr(confirmations, "MAX_CONFIRMATIONS", MAX_PER_CARD)
        with pytest.raises(ConfirmationRefused, match="Revoke some") as caught:
            kept.add(stored(100, name="Ponder"))
        assert caught.value.code == "overlay_full"
        kept.add(stored(101))
        assert len(kept.entries()) == MAX_PER_CARD

    @settings(max_examples=25)
    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=60))
    def test_no_card_exceeds_its_limit_and_the_newest_vector_is_kept(self, tmp_path_factory, faces):
        kept = SqliteConfirmations.open(tmp_path_factory.mktemp("overlay") / "overlay.sqlite")
        with closing(kept):
            for card, seed in faces:
                ident = kept.add(stored(seed, name=f"Card {card}"))
                entries = kept.entries()
                assert entries[ident].vector == packed_vector(seed)
                assert sum(one.name == f"Card {card}" for one in entries.values()) <= MAX_PER_CARD


class TestRevoking:
    @given(st.lists(st.sampled_from(["a", "b", "a b", "'", "%"]), min_size=1, max_size=4), st.data())
    def test_exactly_the_origins_with_these_parts_are_deleted(self, tmp_path_factory, parts, data):
        with closing(SqliteConfirmations.open(tmp_path_factory.mktemp("overlay") / "overlay.sqlite")) as kept:
            kept.add(stored(1, origin=" / ".join(parts)))
            first = data.draw(st.integers(0, len(parts) - 1))
            last = data.draw(st.integers(first + 1, len(parts)))
            assert kept.revoke_origin("c") == 0
            assert kept.revoke_origin("".join(parts) + "x") == 0
            assert kept.revoke_origin(" / ".join(parts[first:last])) == 1
            assert kept.entries() == {}

    def test_deleting_moved_entries_keeps_later_ones(self, kept, path):
        taken = [kept.add(stored(seed)) for seed in range(3)]
        later = kept.add(stored(3))
        kept.delete_up_to(taken[-1])
        assert list(kept.entries()) == [later]
        assert stored(1).vector not in path.read_bytes()

    def test_no_trace_of_a_revoked_entry_is_left_on_disk(self, kept, path):
        secret = stored(1, origin="user 31415926535")
        ident = kept.add(secret)
        assert kept.revoke(ident)
        for file in path.parent.iterdir():
            assert b"31415926535" not in file.read_bytes()
            assert secret.vector not in file.read_bytes()


class TestFiles:
    def test_another_program_s_database_is_not_changed(self, path):
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("CREATE TABLE notes (text TEXT)")
        before = path.read_bytes()
        assert code_of(path) == "overlay_foreign"
        assert path.read_bytes() == before

    def test_a_newer_version_s_file_is_refused(self, kept, path):
        kept.close()
        with closing(sqlite3.connect(path)) as file:
            file.execute(f"PRAGMA user_version = {sqlite_confirmations.SCHEMA_VERSION + 1}")
        assert code_of(path) == "overlay_newer"

    def test_a_file_without_its_table_is_damaged(self, kept, path):
        kept.close()
        with closing(sqlite3.connect(path)) as file:
            file.execute("DROP TABLE confirmations")
        assert code_of(path) == "overlay_damaged"

    def test_a_file_with_another_declaration_of_the_table_is_damaged(self, kept, path):
        kept.close()
        with closing(sqlite3.connect(path)) as file:
            file.executescript(
                "CREATE TABLE other (id INTEGER, name, printed_in, number, origin, created_at, embedder, vector);"
                "DROP TABLE confirmations; ALTER TABLE other RENAME TO confirmations;"
            )
        assert code_of(path) == "overlay_damaged"

    @pytest.mark.parametrize("content", [b"Dear engine, " * 99, b"SQLite format 3\0" + b"\xff" * 4096])
    def test_a_file_that_is_no_database_is_damaged(self, path, content):
        path.write_bytes(content)
        assert code_of(path) == "overlay_damaged"

    def test_an_empty_file_is_initialised(self, path):
        path.touch()
        with closing(SqliteConfirmations.open(path)) as kept:
            assert kept.entries() == {}

    def test_a_missing_folder_is_reported(self, tmp_path):
        assert code_of(tmp_path / "nowhere" / "overlay.sqlite") == "overlay_unusable"

    def test_a_folder_in_its_place_is_reported(self, tmp_path):
        assert code_of(tmp_path) == "overlay_unusable"

    @settings(max_examples=60)
    @example(damage=[(0.3125, 128)], cut=False)  # SQLite's message is no UTF-8
    @given(
        damage=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(1, 255)), min_size=1, max_size=6), cut=st.booleans()
    )
    def test_a_damaged_file_is_read_or_refused_with_our_own_error(self, tmp_path_factory, damage, cut):
        path = tmp_path_factory.mktemp("overlay") / "overlay.sqlite"
        with closing(SqliteConfirmations.open(path)) as kept:
            for seed in range(6):
                kept.add(stored(seed, name=f"Card {seed % 2}"))
        content = bytearray(path.read_bytes())
        for place, change in damage:
            content[int(place * len(content))] ^= change
        path.write_bytes(content[: len(content) - 700] if cut else content)
        # Damage that shows is told by our own error, and no other error comes; damage that doesn't is a letter changed.
        with suppress(ConfirmationsError), closing(SqliteConfirmations.open(path)) as kept:
            entries = kept.entries()
            for network in {one.embedder for one in entries.values()}:
                of_one = [one for one in entries.values() if one.embedder == network]
                with suppress(ValueError):
                    assert np.isfinite(unpack_vectors(of_one, DIMENSION)).all()
            kept.add(stored(9, name="Card 0"))
            kept.revoke_origin("guild 1")


def test_the_version_changes_once_for_changes_by_another_process(kept, path):
    before = kept.version()
    kept.add(stored(1))
    assert kept.version() == before, "its own are none"
    with closing(SqliteConfirmations.open(path)) as other:
        other.add(stored(2))
    after = kept.version()
    assert after != before
    assert kept.version() == after
