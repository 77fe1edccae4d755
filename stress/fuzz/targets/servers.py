"""What servers may send to ``python -m training sync`` and ``install``, and what is kept of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Coroutine, Iterable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import FILES, MANIFEST
from stress.fuzz.targets.registry import as_text, target
from stress.fuzz.targets.scratch import empty_folder, write_scratch
from tests.support.scryfall.made_up import card, ident
from tests.support.scryfall.scripted_client import ScriptedClient
from tests.support.scryfall.source import BASE
from training.catalogue.build import write_catalogue
from training.data.face_list import read_faces_csv
from training.release.archive import ArchiveError, unpack
from training.scryfall.bulk import find_bulk_file
from training.scryfall.bulk_reader import read_entries
from training.scryfall.catalogue_source import StoredCards
from training.scryfall.client import ApiResponse, TransientFailure, check_host, join_url, parse_object
from training.scryfall.errors import BulkDamaged, SyncError
from training.scryfall.http_resume import retry_after_s, usable_etag
from training.scryfall.migrations import fetch_moves
from training.scryfall.options import SCRYFALL, Estimate, Options, Unique
from training.scryfall.records import InvalidRecord, ScryfallCard, ScryfallSet, SkippedEntries, read_record
from training.scryfall.state import LONGEST_PAUSE, SyncState
from training.scryfall.store import StoreBuilder
from training.scryfall.update_store import fetch_sets
from training.scryfall.wanted_pictures import remove_unlisted, wanted_pictures, write_list

HOST = "https://cards.scryfall.io"
MOVES = {ident("one", "8", "en"): ident("one", "9", "en"), ident("one", "7", "en"): None}
META = {"updated_at": "2026-11-23T21:09:00", "date": "2026-11-23", "records": "1", "odd": "0", "odd_told": "[]"}
TODAY = date(2026, 11, 24)


@target("bulk", refuses=(BulkDamaged,))
def bulk(data: bytes) -> None:
    """A bulk file, as it lies there."""
    skipped = SkippedEntries()
    cards = list(skipped.filter("card", read_entries(write_scratch("bulk", data)), ScryfallCard))
    assert all(example.isprintable() for example in skipped.examples)
    _check_cards(cards)


@target("cards")
def cards(data: bytes) -> None:
    """Lines of JSON, each laid over a whole card: what is altered there is altered in a value, not in a file's form."""
    altered = []
    for line in data.splitlines():
        with suppress(ValueError, RecursionError):
            value = json.loads(line)
            altered.append(_full_card() | value if isinstance(value, dict) else value)
    records = []
    for value in altered:
        with suppress(InvalidRecord):
            records.append(read_record(value, ScryfallCard))
    _check_cards(records)


@target("answers")
def answers(data: bytes) -> None:
    """A header's value, an answer of the bulk index, one of the sets, pages of migrations: a line each."""
    header, index, sets, *pages = [*data.split(b"\n"), b"", b"", b""]
    text = as_text(header)
    assert 0 <= retry_after_s(text) <= LONGEST_PAUSE
    usable_etag(text).encode("ascii")
    with suppress(SyncError):
        check_host(join_url(SCRYFALL, text), SCRYFALL)
    with suppress(SyncError, TransientFailure):
        _check_bulk_index(parse_object(index, SCRYFALL))
    with suppress(SyncError, TransientFailure):
        client = ScriptedClient([ApiResponse(parse_object(sets, SCRYFALL), "")])
        for one in _run_without_waiting(fetch_sets(client, SkippedEntries())):
            assert isinstance(one.code, str)
    with suppress(SyncError, TransientFailure):
        _check_moves([ApiResponse(parse_object(page, SCRYFALL), "") for page in pages])


@target("state", longest=16_384)
def state(data: bytes) -> None:
    """What a sync remembers, altered."""
    folder = empty_folder("state")
    (folder / "state.sqlite").write_bytes(data)
    with SyncState(folder) as opened:
        assert 0 <= opened.pause <= LONGEST_PAUSE
        assert isinstance(opened.note("catalogue"), str)
        opened.set_note("catalogue", "made from that")
        opened.set_missing("images/a", TODAY)
        assert "images/a" in opened.missing_on(TODAY)
    with SyncState(folder) as opened:
        assert opened.note("catalogue") == "made from that"


@target("archive", refuses=(ArchiveError,), longest=16_384)
def archive(data: bytes) -> None:
    """An archive; what does not begin like one is the manifest of an archive that is otherwise as it should be."""
    path = write_scratch("archive.zip", data if data.startswith(b"PK") else pack_archive(data))
    folder = empty_folder("unpack_vectors")
    try:
        unpack(path, folder)
    except OSError as error:
        if "no room" not in str(error):
            raise
        return
    assert {one.name for one in folder.iterdir()} == {MANIFEST, *FILES}
    assert all(one.is_file() and not one.is_symlink() for one in folder.iterdir())


def pack_archive(manifest: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    """Return an archive of files of one byte each, and this manifest."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in {MANIFEST: manifest, **dict.fromkeys(FILES, b"\n")}.items():
            packed.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def _check_cards(cards: list[ScryfallCard]) -> None:
    """Bring cards to a store, a catalogue and a list of pictures, and see that each can be read."""
    if not cards:
        return
    options = Options(empty_folder("data"), tokens=True, art_cards=True)
    with closing(StoreBuilder(options.store, options.image, options.api, MOVES)) as builder:
        builder.add_sets([ScryfallSet(code="one", name="Set one", set_type="expansion")])
        assert builder.add(cards, None) == len(cards)
        builder.finish(META)
    with closing(StoredCards(options.store, art_cards=True)) as stored:
        write_catalogue(stored, options.catalogue)
    with closing(Catalogue.open(options.catalogue)) as catalogue:
        for title in catalogue.titles:
            assert catalogue.find(title.text) is not None
            assert catalogue.entry(title.card_id).name
            assert catalogue.printing_entries(title.card_id)
            catalogue.legalities(title.card_id)
    _check_face_list(options)


def _check_face_list(options: Options) -> None:
    for unique in Unique:
        asked = replace(options, unique=unique)
        paths = {options.data / picture.path for picture in wanted_pictures(asked)}
        for path in paths:
            assert path.resolve().is_relative_to((options.data / "images").resolve())
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"picture")
        assert write_list(asked) == len(paths)
        assert {row.path for row in read_faces_csv(options.faces)} == paths
        remove_unlisted(asked)
        assert set((options.data / "images").rglob("*.*")) == paths
    assert options.store.exists()


def _check_bulk_index(body: dict[str, Any]) -> None:
    folder = empty_folder("notes")
    file = _run_without_waiting(find_bulk_file(ScriptedClient([ApiResponse(body, '"1"')]), folder, "default_cards"))
    assert (folder / file.name).parent == folder
    assert str(Estimate("card data", file.size or 0))
    (folder / file.name).touch()
    assert _run_without_waiting(find_bulk_file(ScriptedClient([None]), folder, "default_cards")) == file


def _check_moves(pages: Iterable[ApiResponse]) -> None:
    note, end = empty_folder("notes") / "migrations.json", ApiResponse({}, "")
    moves = _run_without_waiting(fetch_moves(ScriptedClient([*pages, end]), note, SkippedEntries()))
    assert all(isinstance(old, str) and old != new for old, new in moves.items())
    skipped = SkippedEntries()
    again = _run_without_waiting(fetch_moves(ScriptedClient([*pages, end]), note, skipped))
    assert skipped.count or again == moves


def _run_without_waiting(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Return what comes of a coroutine that never has to wait."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")


@cache
def _full_card() -> dict[str, Any]:
    return json.loads(json.dumps(card("Fog", number="194")).replace(BASE, HOST))
