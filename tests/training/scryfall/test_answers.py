"""What the API may answer besides what it should, and notes of earlier answers that were damaged since."""

import asyncio
import json

import pytest

from tests.support.scryfall.made_up import ident, migration
from tests.support.scryfall.scripted_client import Saying
from training.scryfall.bulk import LONGEST_NAME, look_up
from training.scryfall.client import Answer
from training.scryfall.errors import ForeignHost, SyncError
from training.scryfall.migrations import fetch_moves
from training.scryfall.skipped import Oddities

KIND = "default_cards"
FILE = "https://data.scryfall.io/default-cards/default-cards-20261123210900.jsonl.gz"
TOLD = {"updated_at": "2026-11-23T21:09:00.000+00:00", "jsonl_download_uri": FILE, "compressed_size": 17}


def looked_up(folder, *bodies, etag='"1"'):
    """Return the bulk file that is told, and the tag with which it was asked for last."""
    web = Saying([body and Answer(body, etag) for body in bodies])
    return asyncio.run(look_up(web, folder, KIND)), web.asked[-1][1]


def moved(folder, *bodies, odd=None):
    """Return the moves, and how often a page was asked for."""
    web = Saying([Answer(body, "") for body in bodies])
    return asyncio.run(fetch_moves(web, folder / "migrations.json", odd or Oddities())), len(web.asked)


def test_an_index_is_remembered_with_its_tag(tmp_path):
    first, _ = looked_up(tmp_path, TOLD)
    assert (first.url, first.size, first.name) == (FILE, 17, f"{KIND}-default-cards-20261123210900.jsonl.gz")
    assert looked_up(tmp_path, None) == (first, '"1"')


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("updated_at", None),
        ("updated_at", "yesterday"),
        ("updated_at", "2026-13-23T21:09:00"),
        ("compressed_size", "17"),
        ("compressed_size", -1),
        ("compressed_size", 10**400),
        ("compressed_size", 17.5),
        ("jsonl_download_uri", ["https://data.scryfall.io/a.gz"]),
        ("download_uri", "https://data.scryfall.io/\ud83d.gz"),
    ],
)
def test_an_index_that_is_not_as_expected_is_told_and_not_remembered(tmp_path, key, value):
    with pytest.raises(SyncError, match=f"not as expected: {key}"):
        looked_up(tmp_path, TOLD | {key: value})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("link", ["https://[data.scryfall.io/a.gz", "https://example.org/a.gz", "/a.gz"])
def test_a_link_that_leads_nowhere_or_elsewhere_is_refused(tmp_path, link):
    with pytest.raises(ForeignHost, match="not asked for"):
        looked_up(tmp_path, TOLD | {"jsonl_download_uri": link})


def test_however_long_a_link_is_the_file_s_name_is_not(tmp_path):
    file, _ = looked_up(tmp_path, TOLD | {"jsonl_download_uri": f"https://data.scryfall.io/{'a' * 900}.gz"})
    assert file.name == f"{KIND}-{('a' * 900 + '.gz')[-LONGEST_NAME:]}"


@pytest.mark.parametrize(
    "note",
    [b"", b"[]", b"[" * 100_000, b"{}", b'{"etag": "1"}', b'{"etag": ["1"], "told": []}', b'{"etag": "1", "told": {}}'],
)
def test_a_damaged_note_of_an_index_is_as_none(tmp_path, note):
    (tmp_path / f"{KIND}.json").write_bytes(note)
    assert looked_up(tmp_path, TOLD)[1] == ""


@pytest.mark.parametrize(
    "body", [{"data": {}}, {"data": "rows"}, {"data": [], "has_more": True, "next_page": ["migrations?page=2"]}]
)
def test_a_page_of_migrations_that_is_not_as_expected_is_told(tmp_path, body):
    with pytest.raises(SyncError, match="not as expected"):
        moved(tmp_path, body)


def test_pages_without_end_are_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("training.scryfall.migrations.MOST_PAGES", 9)
    with pytest.raises(SyncError, match="no end"):
        moved(tmp_path, {"data": [], "has_more": True, "next_page": "migrations?page=2"})


def test_a_merge_that_leads_nowhere_is_a_deletion(tmp_path):
    row = migration(1, ident("a"), ident("b"))
    del row["new_scryfall_id"]
    assert moved(tmp_path, {"data": [row]})[0] == {ident("a"): None}


def test_of_migrations_all_are_asked_for_again_until_none_is_odd(tmp_path):
    rows = [migration(n, ident(str(n)), None, day=20 - n) for n in range(9)]
    pages = [{"data": rows[:3], "has_more": True, "next_page": "migrations?page=2"}, {"data": rows[3:]}]
    odd = Oddities()
    rows[7]["performed_at"] = 7
    assert moved(tmp_path, *pages, odd=odd)[1] == 2
    assert odd.told == ["migration 8: performed_at"]
    rows[7]["performed_at"] = "2026-11-13"
    pages[1] = {"data": rows[3:]}
    assert moved(tmp_path, *pages)[1] == 2
    assert moved(tmp_path, {"data": [migration(9, ident("9"), None, day=25), rows[1]], "has_more": True}) == (
        {ident(str(n)): None for n in range(10)},
        1,
    )


@pytest.mark.parametrize("known", [None, {}, [7], [{"id": "1"}], [{**migration(1, ident("a"), None), "id": ["1"]}]])
def test_damaged_notes_of_migrations_are_as_none(tmp_path, known):
    (tmp_path / "migrations.json").write_text(json.dumps({"migrations": known}))
    assert moved(tmp_path, {"data": [migration(2, ident("b"), None)]})[0] == {ident("b"): None}
