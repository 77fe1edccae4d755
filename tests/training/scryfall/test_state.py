"""A sync's notes may be lost at any time, and a damaged file of them stops nothing."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.scryfall.errors import AlreadyRunning, SyncError
from training.scryfall.state import LONGEST_PAUSE, SyncState

TODAY = date(2026, 11, 24)


def write_notes(folder):
    """Write every kind of note, and return the file's bytes."""
    with SyncState(folder) as state:
        state.set_note("catalogue", "made from this")
        state.set_pause(60)
        state.set_missing("images/thumb/aa/a.webp", TODAY)
    return (folder / "state.sqlite").read_bytes()


def use_notes(folder):
    """Read and write notes as a sync does; return what was in them."""
    with SyncState(folder) as state:
        before = state.note("catalogue"), state.missing_on(TODAY)
        assert 0 <= state.pause <= LONGEST_PAUSE
        state.set_note("catalogue", "made from that")
        state.set_missing("images/thumb/bb/b.webp", TODAY)
        assert state.note("catalogue") == "made from that"
        assert "images/thumb/bb/b.webp" in state.missing_on(TODAY)
        assert not state.missing_on(date(2026, 11, 25))
    return before


def test_notes_are_kept(tmp_path):
    write_notes(tmp_path)
    assert use_notes(tmp_path) == ("made from this", {"images/thumb/aa/a.webp"})


def test_the_notes_are_locked(tmp_path):
    with SyncState(tmp_path), pytest.raises(AlreadyRunning, match="Wait"):
        SyncState(tmp_path)


@pytest.mark.parametrize(
    ("at", "damage"),
    [
        pytest.param(0, b"neither a database nor a list", id="another file"),
        pytest.param(18, b"\x07\x07", id="a format that can't be written"),
        pytest.param(44, b"\0\0\0\x09", id="a format that can't be read"),
        pytest.param(100, b"\xff" * 50, id="no table that is whole"),
        pytest.param(4096, b"\xff" * 4096, id="a page of nothing"),
    ],
)
def test_a_damaged_file_is_replaced_by_an_empty_one(tmp_path, at, damage):
    whole = write_notes(tmp_path)
    (tmp_path / "state.sqlite").write_bytes(whole[:at] + damage + whole[at + len(damage) :])
    assert use_notes(tmp_path) == ("", set())
    assert use_notes(tmp_path)[0] == "made from that"


@pytest.mark.parametrize("value", ["soon", "nan", "inf", "1e300", "-5", "1\x002"])
def test_an_invalid_pause_is_ignored_or_limited(tmp_path, value):
    with SyncState(tmp_path) as state:
        state.set_note("pause_until", value)
        assert 0 <= state.pause <= LONGEST_PAUSE


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE notes SET value = CAST(X'FF' AS TEXT)",
        "UPDATE notes SET value = X'41'",
        "ALTER TABLE missing ADD COLUMN more TEXT",
    ],
)
def test_notes_of_another_type_or_schema_are_dropped(tmp_path, command):
    write_notes(tmp_path)
    with closing(sqlite3.connect(tmp_path / "state.sqlite")) as database, database:
        database.execute(command)
    assert use_notes(tmp_path) == ("", set())


def test_a_folder_that_can_t_be_written_is_reported(tmp_path):
    with pytest.raises(SyncError, match="can be written to"):
        SyncState(tmp_path / "nowhere")


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 300) | st.integers(0, 20_000), st.binary(min_size=1, max_size=9)), max_size=9))
def test_notes_can_be_used_after_any_bytes_were_altered(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("notes")
    whole = bytearray(write_notes(folder))
    for at, data in changes:
        whole[at : at + len(data)] = data
    (folder / "state.sqlite").write_bytes(whole)
    use_notes(folder)
