"""Bulk files and the list of sets of a source, made when first requested."""

from __future__ import annotations

import gzip
import json
from enum import StrEnum
from pathlib import Path
from typing import IO, Any
from uuid import NAMESPACE_URL, uuid5

from tests.support.scryfall.source import BASE, Source

STAMP_DIGITS = 14


class BulkFormat(StrEnum):
    """Format of a bulk file."""

    LINES = "jsonl.gz"
    """Gzipped JSON Lines, since July 2026."""
    ARRAY = "json"
    """A JSON array, before."""
    PACKED_ARRAY = "json.gz"
    """A gzipped JSON array, as some mirrors have."""


class BulkFiles:
    """Makes the files of a source in a folder; the same cards give the same bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sets: dict[str, list[dict[str, Any]]] = {}

    def path(self, source: Source, kind: str, form: BulkFormat, base: str) -> Path:
        """Return a bulk file; its name contains kind and time."""
        stamp = "".join(c for c in source.updated_at if c.isdigit())[:STAMP_DIGITS]
        path = self._folder / f"{kind.replace('_', '-')}-{stamp}.{form}"
        if not path.exists():
            unfinished = path.with_name("unfinished")
            with unfinished.open("wb") as raw:
                if form is BulkFormat.ARRAY:
                    _write(raw, source, kind, base, array=True)
                else:
                    # Without name and time, so that the same cards give the same bytes.
                    with gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
                        _write(packed, source, kind, base, array=form is BulkFormat.PACKED_ARRAY)
            unfinished.replace(path)
        return path

    def sets(self, source: Source, base: str) -> list[dict[str, Any]]:
        """Return Scryfall's set objects of all sets that have cards."""
        if source.updated_at not in self._sets:
            found: dict[str, dict[str, Any]] = {}
            for card in source.bulk("default_cards"):
                code = card["set"]
                new = {
                    "object": "set",
                    "id": str(uuid5(NAMESPACE_URL, code)),
                    "code": code,
                    "name": card.get("set_name", code.upper()),
                    "set_type": card.get("set_type", "expansion"),
                    "released_at": card["released_at"],
                    "card_count": 0,
                    "digital": True,
                    "uri": f"{base}/sets/{code}",
                }
                one = found.setdefault(code, new)
                one["card_count"] += 1
                one["released_at"] = min(one["released_at"], card["released_at"])
                one["digital"] = one["digital"] and bool(card.get("digital"))
            self._sets = {source.updated_at: list(found.values())}
        return self._sets[source.updated_at]


def _write(out: IO[bytes] | gzip.GzipFile, source: Source, kind: str, base: str, *, array: bool) -> None:
    between = "[\n" if array else ""
    for card in source.bulk(kind):
        line = json.dumps(card, ensure_ascii=False).replace(BASE, base)
        out.write((between + line).encode())
        between = ",\n" if array else "\n"
    out.write(b"\n]\n" if array else b"\n")
