"""``cards.sqlite``: the data of all printings, rebuilt from bulk files. The same files give the same bytes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from training.scryfall.records import ScryfallCard, ScryfallSet
from training.scryfall.rows import is_on_paper, pictures_of, printings_of

FORMAT = 3
"""In ``PRAGMA user_version``; a store of another format is rebuilt."""
CACHE_KIB = 65_536


# helper: 1 for tokens, emblems and art cards. reversible: 1 if the name is only a face's, because one object holds two
# cards. titles, bynames: JSON lists of (face, text) as printed. legalities: JSON object, status by format.
_PRINTING = (
    "id name helper reversible oracle_id layout lang set_code number released_at rarity border_color frame "
    "frame_effects artist full_art promo usd usd_foil eur eur_foil mana_cost type_line illustration_id titles "
    "bynames legalities"
)
# kind: card, token or art. face: name of the face, empty if the card has only one picture.
# art: equal for pictures of one illustration. rank: the lower, the more the printing looks as the card usually does.
# path: relative to the data folder; contains the picture's id, side and time.
_PICTURE = "id side kind name oracle_id reversible face art set_code number rank released_at url path"
_INTEGERS = frozenset({"helper", "reversible", "full_art", "promo", "rank"})


def _definitions(columns: str) -> str:
    types = ((name, "INTEGER" if name in _INTEGERS else "TEXT") for name in columns.split())
    return ", ".join(f"{name} {kind} NOT NULL" for name, kind in types)


def _insert_into(table: str, columns: str) -> str:
    values = ", ".join(f":{name}" for name in columns.split())
    # The same printing may be in several bulk files.
    return f"INSERT OR IGNORE INTO {table} VALUES ({values})"  # noqa: S608 - names of our own


_INSERT_PRINTING, _INSERT_PICTURE = _insert_into("printings", _PRINTING), _insert_into("pictures", _PICTURE)
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sets (code TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, released_at TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE printings ({_definitions(_PRINTING)}, PRIMARY KEY (id, name, helper)) WITHOUT ROWID;
CREATE TABLE pictures ({_definitions(_PICTURE)}, PRIMARY KEY (id, side)) WITHOUT ROWID;
"""
# Faces of reversible cards get their card's whole name if it is also printed alone.
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
# Sets missing from the list of sets are made from their cards.
_ADD_SETS = """
INSERT OR IGNORE INTO sets SELECT set_code, UPPER(set_code), '', MIN(released_at) FROM printings GROUP BY set_code
"""


class StoreBuilder:
    """Fills a new store, which replaces the old one only in :meth:`finish`."""

    def __init__(self, path: Path, size: str, api: str, moves: Mapping[str, str | None]) -> None:
        """Start a store.

        Args:
            path: of the finished store.
            size: of the pictures.
            api: address of the server, whose links are allowed.
            moves: new ids of merged and deleted printings, from :func:`training.scryfall.migrations.resolve_moves`.
        """
        self._path, self._part = path, path.with_name(path.name + ".part")
        self._size, self._api, self._moves = size, api, moves
        self._part.unlink(missing_ok=True)
        self._database = sqlite3.connect(self._part, isolation_level=None)
        # A half-built store is thrown away, so no journal is needed.
        self._database.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIB}; {_SCHEMA} BEGIN"
        )
        self._moved: list[ScryfallCard] = []
        self._left_out = 0

    def close(self) -> None:
        """Discard the store unless it is finished."""
        self._database.close()
        self._part.unlink(missing_ok=True)

    def add_sets(self, sets: Iterable[ScryfallSet]) -> None:
        """Add sets, except those of Arena and Magic Online."""
        rows = ((s.code, s.name, s.set_type, s.released_at or "") for s in sets if not s.digital)
        self._database.executemany("INSERT OR REPLACE INTO sets VALUES (?, ?, ?, ?)", rows)

    def add(self, cards: Iterable[ScryfallCard], languages: frozenset[str] | None) -> int:
        """Add the cards of these languages (Scryfall's codes; None: of all); return how many cards there were."""
        count = 0
        for count, card in enumerate(cards, 1):  # noqa: B007 - the last one is returned
            target = self._moves.get(card.id, card.id)
            if target is None or (languages is not None and card.lang not in languages) or not is_on_paper(card):
                self._left_out += 1
            elif target == card.id:
                self._insert(card)
            else:
                self._moved.append(msgspec.structs.replace(card, id=target))
        return count

    def _insert(self, card: ScryfallCard) -> None:
        self._database.executemany(_INSERT_PRINTING, printings_of(card))
        self._database.executemany(_INSERT_PICTURE, pictures_of(card, self._size, self._api))

    def finish(self, meta: Mapping[str, str]) -> None:
        """Put the store in place, with ``meta`` about its origin."""
        for card in self._moved:
            self._insert(card)
        self._database.executescript(_NAME_REVERSIBLES + _ADD_SETS)
        (printings,) = self._database.execute("SELECT COUNT(*) FROM printings").fetchone()
        rows = {**meta, "printings": str(printings), "left_out": str(self._left_out)}
        self._database.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
        self._database.execute(f"PRAGMA user_version = {FORMAT}")
        self._database.close()
        with self._part.open("rb+") as file:
            os.fsync(file.fileno())
        self._part.replace(self._path)


def read_meta(path: Path) -> dict[str, str]:
    """Return a store's table ``meta``; an empty one if there is no store, or one of another format."""
    if not path.exists():
        return {}
    try:
        with closing(open_store(path)) as database:
            if database.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
                return {}
            return dict(database.execute("SELECT key, value FROM meta"))
    except sqlite3.DatabaseError:
        return {}


def open_store(path: Path) -> sqlite3.Connection:
    """Return a read-only connection; large sorts go to temporary files."""
    database = sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)
    database.execute("PRAGMA temp_store = FILE")
    database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return database


def select(database: sqlite3.Connection, query: str, **values: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query by column name."""
    cursor = database.execute(query, values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))
