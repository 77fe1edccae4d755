"""Unexpected answers of the API, and damaged notes of earlier answers."""

import asyncio
import json

import pytest

from tests.support.scryfall.made_up import ident, migration
from tests.support.scryfall.scripted_client import ScriptedClient
from training.scryfall.bulk import LONGEST_NAME, find_bulk_file
from training.scryfall.client import ApiResponse
from training.scryfall.errors import ForeignHost, SyncError
from training.scryfall.migrations import fetch_moves
from training.scryfall.records import SkippedEntries

KIND = "default_cards"
FILE = "https://data.scryfall.io/default-cards/default-cards-20261123210900.jsonl.gz"
INDEX = {"updated_at": "2026-11-23T21:09:00.000+00:00", "jsonl_download_uri": FILE, "compressed_size": 17}


def find(folder, *bodies, etag='"1"'):
    """Return the bulk file, and the ETag sent with the last call."""
    client = ScriptedClient([body and ApiResponse(body, etag) for body in bodies])
    return asyncio.run(find_bulk_file(client, folder, KIND)), client.calls[-1][1]


def fetch(folder, *bodies, skipped=None):
    """Return the moves, and the number of pages requested."""
    client = ScriptedClient([ApiResponse(body, "") for body in bodies])
    return asyncio.run(fetch_moves(client, folder / "migrations.json", skipped or SkippedEntries())), len(client.calls)


def test_an_index_is_remembered_with_its_etag(tmp_path):
    first, _ = find(tmp_path, INDEX)
    assert (first.url, first.size, first.name) == (FILE, 17, f"{KIND}-default-cards-20261123210900.jsonl.gz")
    assert find(tmp_path, None) == (first, '"1"')


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
def test_an_invalid_index_is_an_error_and_not_remembered(tmp_path, key, value):
    with pytest.raises(SyncError, match=f"not as expected: {key}"):
        find(tmp_path, INDEX | {key: value})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("link", ["https://[data.scryfall.io/a.gz", "https://example.org/a.gz", "/a.gz"])
def test_an_invalid_or_foreign_link_is_refused(tmp_path, link):
    with pytest.raises(ForeignHost, match="not requested"):
        find(tmp_path, INDEX | {"jsonl_download_uri": link})


def test_an_index_without_a_link_is_an_error(tmp_path):
    body = {"updated_at": INDEX["updated_at"], "moved_again_uri": FILE}
    with pytest.raises(SyncError, match=r"no link under .*download_uri; it has: updated_at, moved_again_uri"):
        find(tmp_path, body)
    assert list(tmp_path.iterdir()) == []


def test_a_long_link_makes_no_long_file_name(tmp_path):
    file, _ = find(tmp_path, INDEX | {"jsonl_download_uri": f"https://data.scryfall.io/{'a' * 900}.gz"})
    assert file.name == f"{KIND}-{('a' * 900 + '.gz')[-LONGEST_NAME:]}"


@pytest.mark.parametrize(
    "note",
    [b"", b"[]", b"[" * 100_000, b"{}", b'{"etag": "1"}', b'{"etag": ["1"], "told": []}', b'{"etag": "1", "told": {}}'],
)
def test_a_damaged_note_of_an_index_is_ignored(tmp_path, note):
    (tmp_path / f"{KIND}.json").write_bytes(note)
    assert find(tmp_path, INDEX)[1] == ""


@pytest.mark.parametrize(
    "body", [{"data": {}}, {"data": "rows"}, {"data": [], "has_more": True, "next_page": ["migrations?page=2"]}]
)
def test_an_invalid_page_of_migrations_is_an_error(tmp_path, body):
    with pytest.raises(SyncError, match="not as expected"):
        fetch(tmp_path, body)


def test_endless_pages_are_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("training.scryfall.migrations.MAX_PAGES", 9)
    with pytest.raises(SyncError, match="no end"):
        fetch(tmp_path, {"data": [], "has_more": True, "next_page": "migrations?page=2"})


def test_a_merge_that_leads_nowhere_is_a_deletion(tmp_path):
    row = migration(1, ident("a"), ident("b"))
    del row["new_scryfall_id"]
    assert fetch(tmp_path, {"data": [row]})[0] == {ident("a"): None}


def test_all_migrations_are_fetched_again_until_none_is_invalid(tmp_path):
    rows = [migration(n, ident(str(n)), None, day=20 - n) for n in range(9)]
    pages = [{"data": rows[:3], "has_more": True, "next_page": "migrations?page=2"}, {"data": rows[3:]}]
    skipped = SkippedEntries()
    rows[7]["performed_at"] = 7
    assert fetch(tmp_path, *pages, skipped=skipped)[1] == 2
    assert skipped.examples == ["migration 8: performed_at"]
    rows[7]["performed_at"] = "2026-11-13"
    pages[1] = {"data": rows[3:]}
    assert fetch(tmp_path, *pages)[1] == 2
    assert fetch(tmp_path, {"data": [migration(9, ident("9"), None, day=25), rows[1]], "has_more": True}) == (
        {ident(str(n)): None for n in range(10)},
        1,
    )


@pytest.mark.parametrize("known", [None, {}, [7], [{"id": "1"}], [{**migration(1, ident("a"), None), "id": ["1"]}]])
def test_damaged_notes_of_migrations_are_ignored(tmp_path, known):
    (tmp_path / "migrations.json").write_text(json.dumps({"migrations": known}))
    assert fetch(tmp_path, {"data": [migration(2, ident("b"), None)]})[0] == {ident("b"): None}
