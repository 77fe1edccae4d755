"""``cards.sqlite``: what is needed of every printing, built anew from bulk files. Same files, same bytes."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from training.scryfall.cards import Card, Printing, is_seen_by_cameras, printings_of
from training.scryfall.image_links import Picture, pictures_of

FORMAT = 2
"""Stands in ``PRAGMA user_version``; a store of another format is built anew."""
CACHE_KIB = 65_536
_INTEGERS = frozenset({"helper", "reversible", "full_art", "promo", "rank"})


def _columns(kind: type[Printing | Picture]) -> str:
    return ", ".join(f"{f.name} {'INTEGER' if f.name in _INTEGERS else 'TEXT'} NOT NULL" for f in fields(kind))


def _insert(table: str, kind: type[Printing | Picture]) -> str:
    marks = ", ".join("?" * len(fields(kind)))
    return f"INSERT OR IGNORE INTO {table} VALUES ({marks})"  # noqa: S608 - names of our own


_INSERT_PRINTING, _INSERT_PICTURE = _insert("printings", Printing), _insert("pictures", Picture)
# Not astuple, which copies every value: a quarter of a sync's time.
_PRINTING_VALUES, _PICTURE_VALUES = (
    attrgetter(*(field.name for field in fields(kind))) for kind in (Printing, Picture)
)
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sets (code TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, released_at TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE printings ({_columns(Printing)}, PRIMARY KEY (id, name, helper)) WITHOUT ROWID;
CREATE TABLE pictures ({_columns(Picture)}, PRIMARY KEY (id, side)) WITHOUT ROWID;
"""
# The faces of reversible cards are known by their card's whole name where it is also printed alone.
_NAME_REVERSIBLES = """
CREATE TEMP TABLE whole AS SELECT oracle_id, MIN(name) AS name FROM printings
    WHERE reversible = 0 AND oracle_id IN (SELECT oracle_id FROM printings WHERE reversible = 1 AND oracle_id <> '')
    GROUP BY oracle_id;
UPDATE OR IGNORE printings SET name = (SELECT name FROM whole w WHERE w.oracle_id = printings.oracle_id)
    WHERE reversible = 1 AND oracle_id IN (SELECT oracle_id FROM whole);
UPDATE pictures SET name = (SELECT name FROM whole w WHERE w.oracle_id = pictures.oracle_id)
    WHERE reversible = 1 AND oracle_id IN (SELECT oracle_id FROM whole);
DROP TABLE whole;
"""
# A set that the list of sets lacks is known by its cards.
_ADD_SETS = """
INSERT OR IGNORE INTO sets SELECT set_code, UPPER(set_code), '', MIN(released_at) FROM printings GROUP BY set_code
"""


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What came of building a store.

    Attributes:
        records: objects in the first bulk file.
        printings: rows kept.
        pictures: pictures known.
        left_out: objects that no camera sees, of no wanted language, or deleted since.
    """

    records: int
    printings: int
    pictures: int
    left_out: int


class Builder:
    """Fills a new store; nothing of it is seen before :meth:`finish`."""

    def __init__(self, path: Path, key: str, api: str, moves: Mapping[str, str | None]) -> None:
        """Start a store.

        Args:
            path: where it will lie.
            key: size of pictures.
            api: address of the server, whose links are allowed.
            moves: what became of printings that are no more, as :func:`training.scryfall.migrations.moves_of` tells.
        """
        self._path, self._part = path, path.with_name(path.name + ".part")
        self._key, self._api, self._moves = key, api, moves
        self._part.unlink(missing_ok=True)
        self._database = sqlite3.connect(self._part, isolation_level=None)
        # What is half done is thrown away, so that no journal is needed.
        self._database.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIB}; {_SCHEMA} BEGIN"
        )
        self._repointed: list[Card] = []
        self._seen = self._left_out = 0

    def close(self) -> None:
        """Give up what was not finished."""
        self._database.close()
        self._part.unlink(missing_ok=True)

    def add_sets(self, sets: Iterable[Mapping[str, Any]]) -> None:
        """Add Scryfall's set objects, in which nothing is odd, but for those of Arena and Magic Online."""
        rows = ((s["code"], s["name"], s["set_type"], s.get("released_at") or "") for s in sets if not s.get("digital"))
        self._database.executemany("INSERT OR REPLACE INTO sets VALUES (?, ?, ?, ?)", rows)

    def add(self, cards: Iterable[Card], languages: frozenset[str] | None) -> int:
        """Add card objects of these languages, or of all where None is given; return how many there were.

        Args:
            cards: objects in which :func:`training.scryfall.cards.odd_in_card` finds nothing.
            languages: Scryfall's codes.
        """
        before = self._seen
        for card in cards:
            self._seen += 1
            if (languages is None or card["lang"] in languages) and is_seen_by_cameras(card):
                self._add_or_move(card)
            else:
                self._left_out += 1
        return self._seen - before

    def _add_or_move(self, card: Card) -> None:
        target = self._moves.get(card["id"], card["id"])
        if target == card["id"]:
            self._insert(card)
        elif target is None:
            self._left_out += 1
        else:
            self._repointed.append({**card, "id": target})

    def _insert(self, card: Card) -> None:
        # The same printing stands in several bulk files.
        self._database.executemany(_INSERT_PRINTING, map(_PRINTING_VALUES, printings_of(card)))
        self._database.executemany(_INSERT_PICTURE, map(_PICTURE_VALUES, pictures_of(card, self._key, self._api)))

    def finish(self, meta: Mapping[str, str]) -> StoreCounts:
        """Put the store in its place and return what is in it; ``meta`` is what it will say of itself."""
        for card in self._repointed:
            self._insert(card)
        self._database.executescript(_NAME_REVERSIBLES + _ADD_SETS)
        counts = StoreCounts(int(meta["records"]), self._count("printings"), self._count("pictures"), self._left_out)
        told = {**meta, "printings": str(counts.printings), "left_out": str(counts.left_out)}
        self._database.executemany("INSERT INTO meta VALUES (?, ?)", told.items())
        self._database.execute(f"PRAGMA user_version = {FORMAT}")
        self._database.close()
        with self._part.open("rb+") as file:
            os.fsync(file.fileno())
        self._part.replace(self._path)
        return counts

    def _count(self, table: str) -> int:
        return int(self._database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])  # noqa: S608


def meta_of(path: Path) -> dict[str, str]:
    """Return what a store says of itself; nothing where there is none, or one of another format."""
    if not path.exists():
        return {}
    try:
        with closing(opened(path)) as database:
            if database.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                return {}
            return dict(database.execute("SELECT key, value FROM meta"))
    except sqlite3.DatabaseError:
        return {}


def opened(path: Path) -> sqlite3.Connection:
    """Return a connection for reading; large sorts go to temporary files."""
    database = sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)
    database.execute("PRAGMA temp_store = FILE")
    database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return database


def rows_of(database: sqlite3.Connection, query: str, *values: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query by column name."""
    cursor = database.execute(query, values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def names_in(text: str) -> list[tuple[int, str]]:
    """Return the (face, name) pairs of a column ``titles`` or ``bynames``."""
    return [(face, name) for face, name in json.loads(text)]
