"""Printings and their pictures in one SQLite file, drawn in advance so that the server only reads."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import cv2
from tqdm import tqdm

from engine.catalogue.entries import Prices
from stress.scale.drawing import draw_printing, webp
from stress.scale.plan import BACKED, Printing

COMMIT_EVERY = 500
"""Printings drawn in one transaction; an interruption loses at most these."""
LOCK_TIMEOUT_S = 120.0
"""Seconds for which readers wait for a write to finish."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS printings (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
-- place: twice the printing's, and one more for its back.
CREATE TABLE IF NOT EXISTS pictures (place INTEGER PRIMARY KEY, webp BLOB NOT NULL);
"""


class StoreError(Exception):
    """The store can't be used; the message has the reason and the remedy."""


class Store:
    """Printings in a fixed order and their thumbnails, one SQLite file. One thread at a time."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        if not writable and not path.is_file():
            raise StoreError(f"{path} is not there: make it with python -m stress.scale draw --out {path}")
        mode = "rwc" if writable else "ro"
        self._connection = sqlite3.connect(
            f"file:{path}?mode={mode}", uri=True, timeout=LOCK_TIMEOUT_S, check_same_thread=False
        )
        if writable:
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def count(self) -> int:
        """Number of printings."""
        return int(self._connection.execute("SELECT count(*) FROM printings").fetchone()[0])

    def printings(self, begin: int = 0, end: int | None = None) -> Iterator[Printing]:
        """Yield the printings at the places ``begin`` to ``end`` (not included), in order."""
        last = self.count if end is None else end
        query = "SELECT record FROM printings WHERE place >= ? AND place < ? ORDER BY place"
        for (record,) in self._connection.execute(query, (begin, last)):
            yield _printing(record)

    def find(self, ident: str) -> tuple[int, Printing] | None:
        """Return the place and the printing of an id, or None."""
        row = self._connection.execute("SELECT place, record FROM printings WHERE id = ?", (ident,)).fetchone()
        return (row[0], _printing(row[1])) if row else None

    def thumbnail(self, place: int, *, back: bool = False) -> bytes | None:
        """Return the WebP file of a side of the printing at a place, or None where it has no such picture."""
        key = (2 * place + back,)
        row = self._connection.execute("SELECT webp FROM pictures WHERE place = ?", key).fetchone()
        return row[0] if row else None

    def locate(self, ident: str) -> tuple[int, Printing]:
        """Return the place and the printing of an id; raise :class:`StoreError` if there is none."""
        found = self.find(ident)
        if found is None:
            raise StoreError(f"Printing {ident} is not in the store: the artifacts were made of another one.")
        return found

    def picture(self, place: int, printing: Printing, *, back: bool) -> bytes:
        """Return the WebP file of one of a printing's sides, drawn now if it is not stored."""
        found = self.thumbnail(place, back=back)
        return webp(draw_printing(printing, back)) if found is None else found

    def plan(self, rows: Iterable[Printing]) -> None:
        """Put printings into an empty store, to be drawn later.

        Raises:
            StoreError: the store is not empty.
        """
        if self.count:
            raise StoreError("The store has its printings already: draw them, or take another file.")
        records = ((at, row.id, json.dumps(asdict(row))) for at, row in enumerate(rows))
        with self._connection:
            self._connection.executemany("INSERT INTO printings VALUES (?, ?, ?)", records)

    def draw(self, most: int | None = None) -> None:
        """Draw printings that are not drawn yet, at most ``most``."""
        cv2.setNumThreads(1)
        drawn = self._connection.execute("SELECT coalesce(max(place) / 2 + 1, 0) FROM pictures").fetchone()[0]
        last = self.count if most is None else min(self.count, drawn + most)
        shown = tqdm(total=last, initial=drawn, desc="faces", unit="card", file=sys.stderr, mininterval=5)
        with shown:
            while drawn < last:
                end = min(drawn + COMMIT_EVERY, last)
                with self._connection:
                    for place, printing in enumerate(list(self.printings(drawn, end)), start=drawn):
                        self._connection.executemany("INSERT INTO pictures VALUES (?, ?)", _pictures(place, printing))
                shown.update(end - drawn)
                drawn = end


def _printing(record: str) -> Printing:
    values = json.loads(record)
    return Printing(**(values | {"prices": Prices(**values["prices"])}))


def _pictures(place: int, printing: Printing) -> Iterator[tuple[int, bytes]]:
    for back in (False, True)[: 1 + (printing.layout in BACKED)]:
        yield 2 * place + back, webp(draw_printing(printing, back))
