"""Files are checked before they replace others, and lost files are rebuilt."""

import sqlite3
from contextlib import closing

import pytest

from stress.sync.kill import contents
from tests.support.scryfall.bulk_files import BulkFormat
from tests.support.scryfall.faults import Endpoint
from training.scryfall.errors import AlreadyRunning, StoreDamaged, TooFewCards
from training.scryfall.state import SyncState


@pytest.mark.parametrize("form", BulkFormat)
def test_every_form_of_a_bulk_file_gives_the_same_cards(run, server, data, form):
    run()
    expected = contents(data)
    server.form = form
    server.source.next_day()
    run()
    faces = contents(data)
    assert faces["faces.csv"] == expected["faces.csv"]


def test_a_file_with_far_fewer_cards_than_the_last_is_refused(run, source, server, data):
    run()
    before = contents(data)
    source.cards = source.cards[:20]
    source.next_day()
    server.forget()
    for _ in range(2):
        with pytest.raises(TooFewCards, match="20 cards"):
            run()
    assert server.counts[Endpoint.BULK_FILE] == 1
    for name in ("cards.sqlite", "catalogue.sqlite", "faces.csv"):
        assert (data / name).read_bytes() == before[name]


def test_the_size_of_a_first_file_is_checked_against_the_sets(run, server, source):
    server.files.sets(source, server.url)[0]["card_count"] += 1000
    with pytest.raises(TooFewCards, match="expected"):
        run()


def test_no_name_of_a_card_removes_anything_outside_the_folder(run, data, tmp_path):
    run()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "letter").write_text("not ours")
    with closing(sqlite3.connect(data / "cards.sqlite")) as store, store:
        store.execute("UPDATE pictures SET name = 'x' || CHAR(13) || '../outside/x.webp'")
    run()
    assert (tmp_path / "outside" / "letter").exists()
    assert (data / "cards.sqlite").exists()


@pytest.mark.parametrize("name", ["state.sqlite", "cards.sqlite", "catalogue.sqlite", "faces.csv"])
def test_a_lost_or_damaged_file_is_rebuilt(run, data, name):
    run()
    expected = contents(data)
    (data / name).unlink()
    run()
    if name not in {"catalogue.sqlite", "faces.csv"}:
        (data / name).write_bytes(b"neither a database nor a list")
        run()
    assert contents(data) == expected


def test_a_store_with_a_damaged_page_is_removed_and_rebuilt_by_the_next_run(run, data):
    run()
    expected = contents(data)
    whole = (data / "cards.sqlite").read_bytes()
    # Not the first pages: the metadata can still be read.
    (data / "cards.sqlite").write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) - len(whole) // 2))
    with pytest.raises(StoreDamaged, match="Run again"):
        run()
    run()
    assert contents(data) == expected


def test_only_one_sync_works_in_a_folder(run, data):
    data.mkdir()
    with SyncState(data), pytest.raises(AlreadyRunning, match="Wait"):
        run()
