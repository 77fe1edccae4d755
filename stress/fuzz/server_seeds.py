"""Seeds of server responses: bulk files in all forms, single odd values, answers and archives."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from engine.core.artifacts import FILES
from stress.fuzz.targets.servers import HOST, pack_archive
from tests.support.scryfall.made_up import Card, card, ident, migration, reversible, two_faced
from tests.support.scryfall.source import BASE

KEPT = ("id", "name", "lang", "layout", "set", "collector_number", "games", "image_uris", "card_faces", "oracle_id")
"""Fields of a card in the seeds of bulk files; the target ``cards`` covers the others."""


def bulk_files() -> Iterator[tuple[str, bytes]]:
    """Yield bulk files by name: two cards in every form, a truncated one, and invalid ones."""
    cards = [_slim(card("Fog")), _slim(reversible("Æther Vial", number="2"))]
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in cards).encode()
    yield "lines.jsonl", lines
    yield "lines.jsonl.gz", gzip.compress(lines, mtime=0)
    yield "cut.jsonl.gz", gzip.compress(lines, mtime=0)[:-9]
    yield "array.json", b"[\n" + lines.replace(b"\n", b",\n")[:-2] + b"\n]\n"
    yield "array.json.gz", gzip.compress(json.dumps(cards).encode(), mtime=0)
    yield "bomb.jsonl.gz", gzip.compress(b"\n" * 1_000_000, mtime=0)
    yield "odd.jsonl", lines * 3 + b'7\n{"id": "\\ud83d", "id": NaN, "name": "a\\u0000", "cmc": 1e999}\n'
    yield "deep.json", b"[" * 2000


def altered_cards() -> Iterator[tuple[str, bytes]]:
    """Yield changes to valid cards: single values, and cards of other layouts."""
    yield (
        "values",
        _lines(
            {"prices": {"usd": 1, "eur": "0.05"}, "frame_effects": ["showcase"], "full_art": 1, "promo": None},
            {"id": ident("one", "8", "en"), "lang": "ja", "printed_name": "稲妻", "released_at": "2020-01-01"},
            {"id": ident("one", "7", "en"), "name": "Fire", "layout": "token", "legalities": {"modern": "banned"}},
            {"image_uris": {"small": f"{HOST}/small/front/a.jpg?17"}, "border_color": "gold", "flavor_name": "a // b"},
        ),
    )
    yield (
        "odd",
        _lines(
            {"name": "a\rb"}, {"prices": {"usd": "1e9"}}, {"games": 7}, {"card_faces": [{}]}, {"id": "../a"}, [], None
        ),
    )
    for name, value in (
        ("reversible", reversible("Fog", number="9")),
        ("backed", two_faced("Day", "Night", "transform", pictures=2, number="3")),
        ("halved", two_faced("Fire", "Ice", "split", pictures=1, number="4", lang="de", printed_name="Feuer // Eis")),
    ):
        yield name, _lines({key: value[key] for key in ("id", "name", "layout", "lang", "card_faces")} | _slim(value))


def answers() -> Iterator[tuple[str, bytes]]:
    """Yield answers: a header, the bulk index, the sets and pages of migrations, a line each."""
    index: dict[str, Any] = {"updated_at": "2026-11-23T21:09:00.000+00:00", "compressed_size": 17}
    link = "https://data.scryfall.io/default-cards/default-cards-20261123210900.jsonl.gz"
    one = {"code": "one", "name": "Set one", "set_type": "core", "released_at": "2020-01-01", "card_count": 3}
    rows = [migration(n, ident(str(n)), ident(str(n + 1)) if n % 2 else None, day=9 - n) for n in range(3)]
    pages = {"data": rows[:2], "has_more": True, "next_page": "migrations?page=2"}, {"data": rows[2:]}
    yield "all", b"120\n" + _lines(index | {"jsonl_download_uri": link}, {"data": [one]}, *pages)
    yield "older", b'W/"1"\n' + _lines(index | {"download_uri": link}, {"data": [one | {"digital": True}]}, pages[1])
    yield "odd", b"Mon, 01 Jan 2024 00:00:00 GMT\n" + _lines({}, {"data": [7, one]}, {"data": [7, *rows]}, {"data": 7})
    yield "address", b"//cards.scryfall.io:443/a?b#c\n[[[\n{\n"


def archives() -> Iterator[tuple[str, bytes]]:
    """Yield archives of artifact folders, and manifests."""
    manifest = json.dumps({"files": {name: {"bytes": 1} for name in FILES}}).encode()
    yield "stored.zip", pack_archive(manifest)
    yield "packed.zip", pack_archive(manifest, zipfile.ZIP_DEFLATED)
    yield "whole.json", manifest
    yield "large.json", manifest.replace(b"1", b"1e3", 1)


def _slim(value: Card) -> Card:
    links = {"thumb": f"{HOST}/thumb/front/a.webp?17"}
    slim = {key: value[key] for key in KEPT if key in value}
    if "image_uris" in slim:
        slim["image_uris"] = links
    for face in slim.get("card_faces", ()):
        if "image_uris" in face:
            face["image_uris"] = links
    return json.loads(json.dumps(slim).replace(BASE, HOST))


def _lines(*values: Any) -> bytes:
    return "\n".join(json.dumps(value, ensure_ascii=False) for value in values).encode()
