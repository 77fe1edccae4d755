"""The catalogue: cards, printings, sets and printed names in one read-only SQLite file.

The only SQL about cards. ``training/catalogue_build.py`` writes the file after the schema here.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from engine import links
from engine.errors import ArtifactDamaged, ArtifactMismatch, ArtifactMissing
from engine.lookup import TitleIndex
from engine.names import ENGLISH, Title, faces, fold
from engine.values import CardEntry

SCHEMA_VERSION = 1
"""Stands in ``PRAGMA user_version``; a file with another number is refused: it is rebuilt, never altered."""

TOKEN_LAYOUTS = frozenset({"token", "double_faced_token", "emblem"})
"""Layouts of things that are printed like cards but played as no card of a deck."""
TOKEN_TYPES = ("Token", "Emblem")
"""Beginnings of their type lines, by which they are known where their layout isn't."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sets (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    released_at TEXT NOT NULL, type TEXT NOT NULL
);
-- oracle_id and all other ids: the 16 bytes of a UUID. shown: the printing that stands for the card.
CREATE TABLE cards (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, layout TEXT NOT NULL, mana_cost TEXT NOT NULL,
    type_line TEXT NOT NULL, oracle_id BLOB, sample_id BLOB, shown INTEGER
);
-- What many printings have in common. NULL: not known.
CREATE TABLE looks (
    id INTEGER PRIMARY KEY, lang TEXT NOT NULL, rarity TEXT, border_color TEXT, frame TEXT,
    frame_effects TEXT, full_art INTEGER, promo INTEGER
);
-- place: 0 is the card's newest printing. released_at: NULL where it is the set's.
CREATE TABLE printings (
    card_id INTEGER NOT NULL, place INTEGER NOT NULL, set_id INTEGER NOT NULL, number TEXT NOT NULL,
    look_id INTEGER NOT NULL, released_at TEXT, scryfall_id BLOB, illustration_id BLOB,
    PRIMARY KEY (card_id, place)
) WITHOUT ROWID;
-- Titles besides the English names of the cards: foreign ones, and other names printings bear.
CREATE TABLE printed_names (
    card_id INTEGER NOT NULL, face INTEGER NOT NULL, lang TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (card_id, face, lang, name)
) WITHOUT ROWID;
"""

_CARD = """
SELECT c.id, c.name, c.layout, c.mana_cost, c.type_line, c.oracle_id, c.sample_id, s.code, p.number, p.scryfall_id,
    (SELECT COUNT(*) FROM printings WHERE card_id = c.id)
FROM cards c LEFT JOIN printings p ON p.card_id = c.id AND p.place = c.shown LEFT JOIN sets s ON s.id = p.set_id
WHERE c.id = ?
"""
_LAYOUTS = """
SELECT id, CASE WHEN type_line LIKE 'Battle%' THEN 'battle' WHEN type_line LIKE 'Basic%Land%' THEN 'basic'
    WHEN type_line LIKE 'Token%' THEN 'token' ELSE layout END AS odd FROM cards WHERE odd NOT IN ('normal', '')
"""
_PRINTINGS = """
SELECT p.card_id, s.code, s.name, p.number, p.scryfall_id, COALESCE(p.released_at, s.released_at), l.lang, l.rarity,
    l.border_color, l.frame, l.frame_effects, l.full_art, l.promo, p.illustration_id
FROM printings p JOIN sets s ON s.id = p.set_id JOIN looks l ON l.id = p.look_id
WHERE p.card_id = ? ORDER BY p.place
"""
_HEADER = re.compile(rb"SQLite format 3\0(..).{10}(....)", re.DOTALL)
"""Page size and number of pages in the first 32 bytes of the file."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card of the catalogue.

    Attributes:
        layout: Scryfall's word (``normal``, ``transform``, ``token`` ...), empty where unknown.
        oracle_id: Scryfall's id of the card, where known.
        scryfall_uri: page of the printing that stands for the card, or a search for the name.
        image_uri: picture of its front, or None.
        printings: number of paper printings known.
    """

    id: int
    name: str
    layout: str
    mana_cost: str
    type_line: str
    oracle_id: str | None
    scryfall_uri: str
    image_uri: str | None
    printings: int

    @property
    def is_token(self) -> bool:
        """Whether it is a token, an emblem or another helper, not a card of a deck."""
        return self.layout in TOKEN_LAYOUTS or self.type_line.startswith(TOKEN_TYPES)


@dataclass(frozen=True, slots=True)
class PrintingRow:
    """A paper printing of a card. What is not known is None; most is known up to October 2019 only.

    Attributes:
        released_at: ISO date; the set's own where the printing's is not known.
        illustration_id: equal for printings with the same picture.
    """

    card_id: int
    set: str
    set_name: str
    collector_number: str
    scryfall_id: str | None
    released_at: str
    lang: str
    rarity: str | None
    border_color: str | None
    frame: str | None
    frame_effects: str | None
    full_art: bool | None
    promo: bool | None
    illustration_id: str | None

    @property
    def scryfall_uri(self) -> str:
        """Page of this printing at Scryfall."""
        return links.printing_page(self.set, self.collector_number)

    @property
    def image_uri(self) -> str:
        """Picture of its front at Scryfall."""
        if self.scryfall_id:
            return links.picture_by_id(self.scryfall_id)
        return links.picture_by_number(self.set, self.collector_number)


class Catalogue:
    """A catalogue file, opened for reading; every method may be called from any thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: str | Path) -> Catalogue:
        """Open a catalogue file.

        Raises:
            ArtifactMissing: there is no such file.
            ArtifactDamaged: it is no SQLite file, or a part of it is missing.
            ArtifactMismatch: it was built for another version of this code.
        """
        path = Path(path)
        _check_whole(path)
        # Immutable: nobody writes an artifact, so SQLite needs neither locks nor a writable folder.
        address = path.resolve().as_uri() + "?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        catalogue = cls(connection, path)
        found = catalogue._rows("PRAGMA user_version")[0][0]
        if found != SCHEMA_VERSION:
            connection.close()
            raise ArtifactMismatch(
                f"The catalogue {path} has format {found}, this program reads format {SCHEMA_VERSION}. "
                "Use the catalogue that came with the program, or build it again."
            )
        return catalogue

    def close(self) -> None:
        """Close the file; no other method may be called after that."""
        with self._lock:
            self._connection.close()

    def meta(self) -> dict[str, str]:
        """Return what the file says of itself: ``format``, ``source_date`` and counts."""
        return dict(self._rows("SELECT key, value FROM meta ORDER BY key"))

    def titles(self) -> tuple[Title, ...]:
        """Return every title a reader may find: of each face, in every language known; per card no two fold alike."""
        return self._titles

    def ranked_titles(self) -> list[Title]:
        """Return :meth:`titles`, those first that win where several are equal."""
        return sorted(self.titles(), key=self._precedence)

    @cached_property
    def _titles(self) -> tuple[Title, ...]:
        seen: set[tuple[int, str]] = set()
        distinct = []
        for title in chain(self._english_titles(), self._printed_titles()):
            key = (title.card_id, title.folded)
            if key not in seen:
                seen.add(key)
                distinct.append(title)
        return tuple(distinct)

    def card(self, card_id: int) -> CardRow:
        """Return a card.

        Raises:
            KeyError: there is no such card.
        """
        rows = self._rows(_CARD, card_id)
        if not rows:
            raise KeyError(card_id)
        ident, name, layout, mana_cost, type_line, oracle_id, sample_id, code, number, scryfall_id, count = rows[0]
        return CardRow(
            id=ident,
            name=name,
            layout=layout,
            mana_cost=mana_cost,
            type_line=type_line,
            oracle_id=_uuid(oracle_id),
            scryfall_uri=links.printing_page(code, number) if number else links.name_page(name),
            image_uri=_picture(_uuid(sample_id or scryfall_id), code, number),
            printings=count,
        )

    def name(self, card_id: int) -> str:
        """Return a card's full name, from memory; raises KeyError where there is no such card."""
        return self._names[card_id]

    def layouts(self) -> dict[int, str]:
        """Return the layout of each card that has another than most: Scryfall's word, or ``battle`` or ``basic``."""
        return dict(self._rows(_LAYOUTS))

    def printings(self, card_id: int) -> list[PrintingRow]:
        """Return the paper printings of a card, newest first."""
        return [_printing(row) for row in self._rows(_PRINTINGS, card_id)]

    def entry(self, card_id: int, score: float = 1.0) -> CardEntry:
        """Return what users are told of a card.

        Raises:
            KeyError: there is no such card.
        """
        card = self.card(card_id)
        return CardEntry(
            name=card.name,
            oracle_id=card.oracle_id,
            type_line=card.type_line,
            mana_cost=card.mana_cost,
            scryfall_uri=card.scryfall_uri,
            image_uri=card.image_uri,
            printings=card.printings,
            score=score,
        )

    def find(self, name: str) -> int | None:
        """Return the card that bears this name after folding, or None.

        A name spelt alike wins over one that only folds alike, then an English name over a foreign
        one, a whole name over a face's, a card over a token, the more often printed card.
        """
        equal = self._index.equal(name)
        return equal[0].card_id if equal else None

    def complete(self, prefix: str, limit: int = 25) -> list[str]:
        """Return at most ``limit`` distinct names for what someone has typed so far, likeliest first."""
        # Twice as many, because a card and a token may share a name.
        found = self._index.begin(prefix, 2 * limit)
        return list(dict.fromkeys(self._names[card_id] for card_id in found))[:limit]

    def lookup(self, text: str, top_k: int = 5) -> list[tuple[int, float]]:
        """Return at most ``top_k`` cards of distinct names and scores for a name that may be misspelt.

        Scores lie in 0..1, best first; 1 means equal after folding.
        """
        distinct: dict[str, tuple[int, float]] = {}
        for card_id, score in self._index.like(text, 2 * top_k):
            distinct.setdefault(self._names[card_id], (card_id, score))
        return list(distinct.values())[:top_k]

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(self._rows("SELECT id, name FROM cards"))

    @cached_property
    def _index(self) -> TitleIndex:
        """The titles and whole names, those that win first; made at the first look-up (0.3 s)."""
        whole_names = (
            Title(name, card_id, ENGLISH, 0, fold(name))
            for card_id, name in self._names.items()
            if len(faces(name)) > 1
        )
        return TitleIndex(sorted(chain(self.titles(), whole_names), key=self._precedence))

    @cached_property
    def _precedence(self) -> Callable[[Title], tuple[bool, bool, int]]:
        """The order of titles that are equal: English, whole names, cards before tokens, often printed."""
        printings = dict(self._rows("SELECT card_id, COUNT(*) FROM printings GROUP BY card_id"))
        tokens = {row[0] for row in self._rows("SELECT id, layout FROM cards") if row[1] in TOKEN_LAYOUTS}
        ranked = sorted(self._names, key=lambda card: (card in tokens, -printings.get(card, 0), self._names[card]))
        rank = {card_id: place for place, card_id in enumerate(ranked)}
        return lambda title: (title.lang != ENGLISH, title.text != self._names[title.card_id], rank[title.card_id])

    def _english_titles(self) -> Iterator[Title]:
        for card_id, name in self._rows("SELECT id, name FROM cards ORDER BY id"):
            for face, text in enumerate(faces(name)):
                yield Title(text, card_id, ENGLISH, face, fold(text))

    def _printed_titles(self) -> Iterator[Title]:
        for text, card_id, lang, face in self._rows("SELECT name, card_id, lang, face FROM printed_names"):
            yield Title(text, card_id, lang, face, fold(text))

    def _rows(self, query: str, *values: int) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise _damaged(self._path) from error


def _check_whole(path: Path) -> None:
    """Raise unless the file is SQLite's and has as many bytes as its header promises."""
    try:
        with path.open("rb") as file:
            header = _HEADER.match(file.read(32))
    except FileNotFoundError as error:
        raise ArtifactMissing(f"There is no catalogue at {path}. Install the program again, or build it.") from error
    except OSError as error:
        raise ArtifactDamaged(f"The catalogue {path} can't be read: {error.strerror}.") from error
    if header is None:
        raise _damaged(path)
    # SQLite writes 65,536 as 1, because the number has two bytes.
    page_size = int.from_bytes(header[1], "big")
    page_size = 65_536 if page_size == 1 else page_size
    if path.stat().st_size != page_size * int.from_bytes(header[2], "big"):
        raise _damaged(path)


def _damaged(path: Path) -> ArtifactDamaged:
    return ArtifactDamaged(
        f"The catalogue {path} is incomplete or altered. Replace it by the one that came with the program, "
        "or build it again."
    )


def _printing(row: tuple[Any, ...]) -> PrintingRow:
    card_id, code, set_name, number, scryfall_id, released_at, lang, rarity, border, frame, effects, *rest = row
    full_art, promo, illustration_id = rest
    return PrintingRow(
        card_id=card_id,
        set=code,
        set_name=set_name,
        collector_number=number,
        scryfall_id=_uuid(scryfall_id),
        released_at=released_at,
        lang=lang,
        rarity=rarity,
        border_color=border,
        frame=frame,
        frame_effects=effects,
        full_art=None if full_art is None else bool(full_art),
        promo=None if promo is None else bool(promo),
        illustration_id=_uuid(illustration_id),
    )


def _picture(scryfall_id: str | None, set_code: str | None, number: str | None) -> str | None:
    if scryfall_id:
        return links.picture_by_id(scryfall_id)
    return links.picture_by_number(set_code, number) if set_code and number else None


def _uuid(value: bytes | None) -> str | None:
    return str(UUID(bytes=value)) if value else None
