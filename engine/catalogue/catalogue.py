"""The catalogue: cards, printings, sets and printed names in one read-only SQLite file.

All SQL about cards is here. ``training/catalogue/build.py`` writes the file; ``engine/catalogue/schema.py`` defines it.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.entries import CardEntry, PrintedName, PrintingEntry
from engine.catalogue.lookup import TitleIndex
from engine.catalogue.names import ENGLISH, Title, face_names, fold, name_key
from engine.catalogue.rows import CardRow, PrintingRow, card_from_row, pictured_faces, printing_entry, printing_from_row
from engine.catalogue.schema import SCHEMA_VERSION, TOKEN_LAYOUTS
from engine.catalogue.titles import TitleTable, unpack_titles
from engine.core.errors import ArtifactDamaged, ArtifactMismatch, ArtifactMissing

__all__ = ["CardRow", "Catalogue", "PrintingRow"]

_CARD = """
SELECT c.id, c.name, k.layout, c.mana_cost, k.type_line, c.oracle_id, c.sample_id, s.code, p.number, p.scryfall_id,
    (SELECT COUNT(*) FROM printings WHERE card_id = c.id), p.usd, p.usd_foil, p.eur, p.eur_foil
FROM cards c JOIN kinds k ON k.id = c.kind_id LEFT JOIN printings p ON p.card_id = c.id AND p.place = c.shown
    LEFT JOIN sets s ON s.id = p.set_id
WHERE c.id = ?
"""
_LAYOUTS = """
SELECT c.id, CASE WHEN k.type_line LIKE 'Battle%' THEN 'battle' WHEN k.type_line LIKE 'Basic%Land%' THEN 'basic'
    WHEN k.type_line LIKE 'Token%' THEN 'token' ELSE k.layout END AS odd
FROM cards c JOIN kinds k ON k.id = c.kind_id WHERE odd NOT IN ('normal', '')
"""
_PRINTINGS = """
SELECT p.card_id, s.code, s.name, p.number, p.scryfall_id, COALESCE(p.released_at, s.released_at), l.lang, l.rarity,
    l.border_color, l.frame, l.full_art, p.illustration_id, l.frame_effects, s.type, a.name,
    p.usd, p.usd_foil, p.eur, p.eur_foil
FROM printings p JOIN sets s ON s.id = p.set_id JOIN looks l ON l.id = p.look_id
    LEFT JOIN artists a ON a.id = p.artist_id
WHERE p.card_id = ? ORDER BY p.place
"""
_LEGALITIES = """
SELECT l.format, l.status FROM cards c JOIN legalities l ON l.id = c.legality_id WHERE c.id = ? ORDER BY l.format
"""
_NUMBERED = """
SELECT p.card_id, p.place FROM printings p JOIN sets s ON s.id = p.set_id
WHERE s.code = ? AND LTRIM(LOWER(p.number), '0') = ? ORDER BY p.card_id, p.place LIMIT 1
"""
_SIZES = """
SELECT s.code, MAX(CAST(p.number AS INTEGER)) FROM printings p JOIN sets s ON s.id = p.set_id
WHERE p.number NOT GLOB '*[^0-9]*' GROUP BY s.code ORDER BY s.code
"""
_REPRINTED = """
SELECT DISTINCT LOWER(SUBSTR(p.number, 1, INSTR(p.number, '-') - 1)) FROM printings p JOIN sets s ON s.id = p.set_id
WHERE s.code = 'plst'
"""
_TOKENS = f"""
SELECT c.id FROM cards c JOIN kinds k ON k.id = c.kind_id WHERE k.layout IN ({", ".join("?" * len(TOKEN_LAYOUTS))})
"""  # noqa: S608 - question marks only
_HEADER = re.compile(rb"SQLite format 3\0(..).{10}(....)", re.DOTALL)
"""Page size and number of pages, in the first 32 bytes of the file."""


class Catalogue:
    """A catalogue file, open for reading; thread-safe."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path, self._file = path, _identity(path)
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: str | Path) -> Catalogue:
        """Open a catalogue file.

        Raises:
            ArtifactMissing: there is no such file.
            ArtifactDamaged: the file is not SQLite's, or truncated.
            ArtifactMismatch: it was built for another version of this code.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                header = _HEADER.match(file.read(32))
        except FileNotFoundError as error:
            message = f"There is no catalogue at {path}. Install the program again, or build it."
            raise ArtifactMissing(message) from error
        except OSError as error:
            raise ArtifactDamaged(f"The catalogue {path} can't be read: {error.strerror}.") from error
        if header is None:
            raise _damaged(path)
        # SQLite stores 65,536 as 1, because the field has two bytes.
        page_size = int.from_bytes(header[1], "big")
        page_size = 65_536 if page_size == 1 else page_size
        if path.stat().st_size != page_size * int.from_bytes(header[2], "big"):
            raise _damaged(path)
        # Resolved, because a symlink may point elsewhere by the time the file is reopened.
        path = path.resolve()
        connection = _connect(path)
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
        """Close the file; until :meth:`reopen` no other method may be called."""
        with self._lock:
            self._connection.close()

    def reopen(self) -> None:
        """Open the closed file again, what was read is kept; raises ArtifactMismatch if it was removed or replaced."""
        if _identity(self._path) != self._file:
            raise ArtifactMismatch(
                f"The catalogue {self._path} was replaced or removed while it was in use. Start the program again."
            )
        with self._lock:
            self._connection = _connect(self._path)

    @cached_property
    def meta(self) -> dict[str, str]:
        """The file's metadata: ``format``, ``source_date`` and counts."""
        return dict(self._rows("SELECT key, value FROM meta ORDER BY key"))

    @cached_property
    def titles(self) -> TitleTable:
        """Every title that may be read: of each face, in every known language, in order of preference.

        That is: English ones, full names, cards before tokens, more printings.
        """
        parts = [(card_id, *face) for card_id, name in self._names.items() for face in enumerate(face_names(name))]
        blocks = [(np.array([row[0] for row in parts]), np.array([row[1] for row in parts]), [row[2] for row in parts])]
        is_part = np.array([text != self._names[card_id] for card_id, _, text in parts], np.bool_)
        codes = [ENGLISH]
        for lang, *packed in self._rows("SELECT lang, owners, texts FROM titles ORDER BY lang"):
            try:
                blocks.append(unpack_titles(*packed))
            except (ValueError, zlib.error) as error:
                raise _damaged(self._path) from error
            codes.append(lang)
        card_ids = np.concatenate([block[0] for block in blocks]).astype(np.int64)
        if len(card_ids) and card_ids.max() >= len(self._ranks):
            raise _damaged(self._path)
        langs = np.repeat(np.arange(len(codes)), [len(block[0]) for block in blocks])
        is_part = np.pad(is_part, (0, len(langs) - len(is_part)), constant_values=True)
        is_foreign = np.array([code != ENGLISH for code in codes])[langs]
        order = np.lexsort((self._ranks[card_ids], is_part, is_foreign))
        texts = list(chain.from_iterable(block[2] for block in blocks))
        faces = np.concatenate([block[1] for block in blocks])
        del blocks
        return TitleTable(map(texts.__getitem__, order), card_ids[order], faces[order], codes, langs[order])

    def card(self, card_id: int) -> CardRow:
        """Return a card; raises KeyError if there is no such card."""
        rows = self._rows(_CARD, card_id)
        if not rows:
            raise KeyError(card_id)
        return card_from_row(rows[0])

    def name(self, card_id: int) -> str:
        """Return a card's full name, from memory; raises KeyError if there is no such card."""
        return self._names[card_id]

    def is_token(self, card_id: int) -> bool:
        """Return whether a card is a token, an emblem or another helper by its layout, from memory."""
        return card_id in self._tokens

    def layouts(self) -> dict[int, str]:
        """Return the layout of each card with an unusual one: Scryfall's word, or ``battle`` or ``basic``."""
        return dict(self._rows(_LAYOUTS))

    def printings(self, card_id: int) -> list[PrintingRow]:
        """Return the paper printings of a card, newest first."""
        rows = (printing_from_row(row) for row in self._rows(_PRINTINGS, card_id))
        return [replace(row, set_size=self._sizes.get(row.set, 0)) for row in rows]

    def printing_entries(self, card_id: int) -> list[PrintingEntry]:
        """Return the entries of a card's paper printings, newest first; raises KeyError if there is no such card."""
        card, date = self.card(card_id), self.meta.get("prices_date")
        return [printing_entry(card, row, date) for row in self.printings(card_id)]

    def legalities(self, card_id: int) -> dict[str, str]:
        """Return a card's status (Scryfall's word) in each format where it is known."""
        return dict(self._rows(_LEGALITIES, card_id))

    @property
    def legalities_date(self) -> str | None:
        """The ISO date of the legalities, as precise as known; None without any."""
        return self.meta.get("legalities_date")

    def entry(self, card_id: int, score: float = 1.0, title: Title | None = None) -> CardEntry:
        """Return the entry of a card, found by a title; raises KeyError if there is no such card."""
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
            faces=pictured_faces(card, card.image_uri, card.back_image_uri),
            prices=card.prices,
            prices_date=self.meta.get("prices_date") if card.prices else None,
            printed=PrintedName(title.text, title.lang) if title and title.lang != ENGLISH else None,
        )

    def find_by_number(self, set_code: str, collector_number: str) -> tuple[int, int] | None:
        """Return the card with a number in a set, and the printing's place in :meth:`printings`, or None.

        Case and leading zeros don't matter.
        """
        number = collector_number.lower().lstrip("0")
        if not (set_code + number).isprintable():  # SQLite accepts no lone surrogates, and no number has any
            return None
        rows = self._rows(_NUMBERED, set_code.lower(), number)
        return (int(rows[0][0]), int(rows[0][1])) if rows else None

    @cached_property
    def set_codes(self) -> tuple[str, ...]:
        """The codes of all sets."""
        return tuple(code for (code,) in self._rows("SELECT code FROM sets ORDER BY code"))

    def codes_of_size(self, size: int) -> Sequence[str]:
        """Return the codes of the sets whose highest number is this one."""
        return [code for code, found in self._sizes.items() if found == size]

    @cached_property
    def reprinted_sets(self) -> frozenset[str]:
        """The codes of the sets of which The List reprints cards."""
        return frozenset(code for (code,) in self._rows(_REPRINTED))

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """The highest number in each set."""
        return dict(self._rows(_SIZES))

    def find(self, name: str) -> int | None:
        """Return the card with this name after folding, or None.

        The same spelling wins over one that only folds alike, then an English name over a foreign one, a full name over
        a face's, a card over a token, and the card with more printings.
        """
        title = self.find_title(name)
        return None if title is None else title.card_id

    def find_all(self, names: Iterable[str]) -> dict[str, int | None]:
        """Return the card of each of many names as :meth:`find` does, of most in a hundredth of the time."""
        spelt: dict[str, int | None] = {}
        for card_id, name in self._names.items():
            key = name.casefold()
            # Among equal ones only a search knows which is preferred.
            spelt[key] = None if key in spelt else card_id
        return {name: spelt.get(name.casefold()) or self.find(name) for name in names}

    def find_title(self, name: str) -> Title | None:
        """Return the title with which :meth:`find` finds a card, or None."""
        equal = self._index.find_equal(name)
        return equal[0] if equal else None

    def complete(self, prefix: str, limit: int = 25) -> list[Title]:
        """Return titles of at most ``limit`` cards with distinct names for a typed prefix, likeliest first."""
        # Twice as many, because a card and a token may share a name.
        distinct: dict[str, Title] = {}
        for title in self._index.complete(prefix, 2 * limit):
            distinct.setdefault(self._names[title.card_id], title)
        return list(distinct.values())[:limit]

    def lookup(self, text: str, top_k: int = 5) -> list[tuple[Title, float]]:
        """Return titles of at most ``top_k`` cards with distinct names, and scores, for a name that may be misspelt.

        Scores are in 0..1, best first; 1 means equal after folding.
        """
        distinct: dict[str, tuple[Title, float]] = {}
        for title, score in self._index.search(text, 2 * top_k):
            distinct.setdefault(self._names[title.card_id], (title, score))
        return list(distinct.values())[:top_k]

    @cached_property
    def by_key(self) -> dict[str, int]:
        """The card of each name's key, see :func:`engine.catalogue.names.name_key`."""
        # The last one wins: as in a look-up by name, a card over a token that shares its name.
        rows = sorted(self._names.items(), key=lambda row: row[0] not in self._tokens)
        return {name_key(name): card_id for card_id, name in rows}

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(self._rows("SELECT id, name FROM cards"))

    @cached_property
    def _tokens(self) -> frozenset[int]:
        return frozenset(card_id for (card_id,) in self._rows(_TOKENS, *TOKEN_LAYOUTS))

    @cached_property
    def _index(self) -> TitleIndex:
        """The index of all titles and full names; built at the first search."""
        full_names = [
            Title(name, card_id, ENGLISH, 0, fold(name))
            for card_id, name in self._names.items()
            if len(face_names(name)) > 1
        ]
        return TitleIndex(
            self.titles, sorted(full_names, key=lambda title: int(self._ranks[title.card_id])), self._ranks
        )

    @cached_property
    def _ranks(self) -> NDArray[np.int32]:
        """The place of each card, by its id, in order of preference: cards before tokens, more printings."""
        printings = dict(self._rows("SELECT card_id, COUNT(*) FROM printings GROUP BY card_id"))
        ranked = sorted(
            self._names, key=lambda card: (card in self._tokens, -printings.get(card, 0), self._names[card])
        )
        ranks = np.zeros(max(ranked, default=0) + 1, np.int32)
        ranks[ranked] = np.arange(len(ranked))
        return ranks

    def _rows(self, query: str, *values: int | str) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise _damaged(self._path) from error


def _connect(path: Path) -> sqlite3.Connection:
    # Immutable: nothing writes an artifact, so SQLite needs neither locks nor a writable folder.
    return sqlite3.connect(path.as_uri() + "?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _identity(path: Path) -> tuple[int, int, int, int] | None:
    """Return values that differ once another file has replaced this one; None if there is no file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _damaged(path: Path) -> ArtifactDamaged:
    return ArtifactDamaged(
        f"The catalogue {path} is incomplete or altered. Replace it by the one that came with the program, "
        "or build it again."
    )
