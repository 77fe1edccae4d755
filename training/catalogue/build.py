"""Build the SQLite catalogue that ``engine/catalogue/catalogue.py`` reads.

The same input gives the same bytes: rows are sorted, ids count from one, and no time is written. Cards are streamed, so
that no catalogue is too large for memory.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from engine.catalogue.names import ENGLISH, face_names, fold
from engine.catalogue.schema import SCHEMA, SCHEMA_VERSION
from engine.catalogue.titles import TitlePacker
from engine.core.atomic_write import write_atomically
from training.catalogue.csv_source import CsvCards
from training.catalogue.source import CardData, CardFacts, Row

REGULAR_SETS = frozenset({"core", "expansion", "masters", "draft_innovation", "commander", "starter"})
"""Types of sets whose plainly numbered cards have the card's usual look."""

UNKNOWN_LOOK = 0
"""Id of the look of an English printing of which nothing else is known."""
UNKNOWN_KIND = 0
"""Id of the layout and type line of a card of which neither is known."""

NO_PRICES = (None, None, None, None)
"""In dollars, dollars for foils, euros, euros for foils."""
FOILS = frozenset({"foil", "etched"})
"""Finishes priced separately from plain copies."""

_COLUMNS = {
    "meta": 2, "sets": 5, "kinds": 3, "cards": 8, "legalities": 3, "looks": 8, "artists": 2, "printings": 13,
    "titles": 3,
}  # fmt: skip
_INSERT = {
    table: f"INSERT INTO {table} VALUES ({', '.join('?' * count)})"  # noqa: S608 - names of our own
    for table, count in _COLUMNS.items()
}


@dataclass(frozen=True, slots=True)
class CatalogueCounts:
    """Number of rows in a catalogue. ``cards`` are distinct names without the ``tokens``."""

    cards: int
    tokens: int
    printings: int
    printed_names: int
    sets: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training catalogue``."""
    parser.add_argument("--metadata", type=Path, required=True, metavar="DIR", help="folder of the CSV files")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="catalogue to write")


def run(args: argparse.Namespace) -> int:
    """Build a catalogue, print its counts and size as JSON, return the exit code."""
    counts = write_catalogue(CsvCards(args.metadata), args.out)
    json.dump(asdict(counts) | {"bytes": args.out.stat().st_size}, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


def write_catalogue(data: CardData, out: Path) -> CatalogueCounts:
    """Write the catalogue of a source to ``out``, which is replaced only when the new file is complete.

    Raises:
        ValueError: the source contradicts itself.
        OSError, sqlite3.OperationalError: the disk is full, or the folder can't be written to.
    """
    with write_atomically(out) as part:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as database:
            database.executescript(SCHEMA)
            with database:
                counts = _Writer(database, data).write()
            database.execute("VACUUM")
    return counts


def add_cards(path: Path, rows: Iterable[Row]) -> int:
    """Add cards whose names a catalogue lacks, such as invented ones for a demonstration.

    Args:
        path: the catalogue, which is changed in place.
        rows: with ``name``, ``set``, ``collector_number`` and ``scryfall_id``, of which all but the name may be empty.

    Returns:
        The number of cards added; known names are left unchanged.
    """
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT OR IGNORE INTO kinds VALUES (?, '', '')", (UNKNOWN_KIND,))
        known = {name for (name,) in database.execute("SELECT name FROM cards")}
        added: dict[str, Row] = {}
        for row in rows:
            if row["name"] not in known:
                added.setdefault(row["name"], row)
        for name, row in added.items():
            ident, code, number = uuid_of(row["scryfall_id"]), row["set"], row["collector_number"]
            card = name, UNKNOWN_KIND, "", None, ident, 0 if code and number else None, None
            card_id = database.execute(_INSERT["cards"], (None, *card)).lastrowid
            if code and number:
                database.execute("INSERT OR IGNORE INTO sets VALUES (NULL, ?, ?, '', '')", (code, code.upper()))
                set_id = database.execute("SELECT id FROM sets WHERE code = ?", (code,)).fetchone()[0]
                printing = (card_id, 0, set_id, number, UNKNOWN_LOOK, None, ident, None, None, *NO_PRICES)
                database.execute(_INSERT["printings"], printing)
    return len(added)


class _Writer:
    """Writes one catalogue; values that many rows share get their ids when they are first needed."""

    def __init__(self, database: sqlite3.Connection, data: CardData) -> None:
        self._database, self._data = database, data
        self._sets = data.sets()
        self._set_ids = {code: place for place, code in enumerate(self._sets, 1)}
        self._looks = {look_of({}): UNKNOWN_LOOK}
        self._kinds = {("", ""): UNKNOWN_KIND}
        self._artists: dict[str, int] = {}
        self._titles: defaultdict[str, TitlePacker] = defaultdict(TitlePacker)
        self._legalities: dict[tuple[tuple[str, str], ...], int] = {}
        self._price_dates: set[str] = set()
        self._rows: Counter[str] = Counter()
        self._tokens = 0

    def write(self) -> CatalogueCounts:
        """Write every table."""
        sets = ((self._set_ids[code], code, s["name"], s["released_at"], s["type"]) for code, s in self._sets.items())
        self._insert("sets", sets)
        for card_id, facts in enumerate(self._data.cards(), 1):
            self._write_card(card_id, facts)
        self._insert("kinds", ((ident, *kind) for kind, ident in self._kinds.items()))
        self._insert("titles", ((lang, *packer.finish()) for lang, packer in sorted(self._titles.items())))
        self._insert("looks", ((ident, *look) for look, ident in self._looks.items()))
        self._insert("artists", ((ident, name) for name, ident in self._artists.items()))
        self._insert("legalities", ((i, *status) for legality, i in self._legalities.items() for status in legality))
        rows = self._rows
        cards = rows["cards"] - self._tokens
        counts = CatalogueCounts(cards, self._tokens, rows["printings"], rows["printed_names"], rows["sets"])
        meta = {"format": SCHEMA_VERSION, "source_date": self._data.source_date}
        # The oldest, so that no price is older than stated.
        meta |= {"prices_date": min(self._price_dates)} if self._price_dates else {}
        meta |= {"legalities_date": self._data.legalities_date} if self._legalities else {}
        self._insert("meta", ((key, str(value)) for key, value in (meta | asdict(counts)).items()))
        self._database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return counts

    def _write_card(self, card_id: int, facts: CardFacts) -> None:
        printings = _newest_first(facts.printings)
        # Seven un-cards have several versions, tokens of one name many: the most printed one is shown.
        row = max(facts.versions, key=lambda r: (r["type_line"] != "", int(r["printings"]), r["oracle_id"]))
        oracle_id = None if facts.key.is_token and len(facts.versions) > 1 else uuid_of(row["oracle_id"])
        shown = _shown_printing(printings, row["sample_scryfall_id"], self._sets)
        legality = self._legalities.setdefault(facts.legality, len(self._legalities) + 1) if facts.legality else None
        kind = self._kinds.setdefault((row["layout"], row["type_line"]), len(self._kinds))
        self._insert(
            "cards",
            [
                (
                    card_id,
                    facts.key.name,
                    kind,
                    row["mana_cost"],
                    oracle_id,
                    uuid_of(row["sample_scryfall_id"]),
                    shown,
                    legality,
                )
            ],
        )
        for place, printing in enumerate(printings):
            code, released_at = printing["set"], printing["released_at"]
            own_date = released_at if released_at != self._sets[code]["released_at"] else None
            look = self._looks.setdefault(look_of(printing), len(self._looks))
            columns = card_id, place, self._set_ids[code], printing["collector_number"], look, own_date
            # Two-faced cards have two illustrations, "front // back": the front's tells the printings apart.
            ids = uuid_of(printing["scryfall_id"]), uuid_of(face_names(printing["illustration_id"])[0])
            artist = printing.get("artist") or None
            artist_id = self._artists.setdefault(artist, len(self._artists) + 1) if artist else None
            self._insert("printings", [(*columns, *ids, artist_id, *prices_of(printing))])
        # Other names that read like a title are left out.
        folded = {fold(title.text) for title in facts.titles} | {fold(face) for face in face_names(facts.key.name)}
        for face, lang, text in sorted({*facts.titles, *(x for x in facts.bynames if fold(x.text) not in folded)}):
            self._titles[lang].add(card_id, face, text)
            self._rows["printed_names"] += 1
        self._price_dates |= {row["price_date"] for row in printings if row.get("price_date")}
        self._tokens += facts.key.is_token

    def _insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._rows[table] += self._database.executemany(_INSERT[table], rows).rowcount


def prices_of(row: Row) -> tuple[int | None, ...]:
    """Return a printing's prices in cents, in the order of :class:`engine.Prices`; None if unknown.

    Rows with the column ``usd_foil`` have all four. Others have one price per currency: the foil's if the printing
    exists only as foil, else the plain copy's.
    """
    if "usd_foil" in row:
        return tuple(_cents(row[column]) for column in ("usd", "usd_foil", "eur", "eur_foil"))
    finishes = set((row.get("finishes") or "").split("|"))
    usd, eur = (_cents(row.get(currency) or "") for currency in ("usd", "eur"))
    return (None, usd, None, eur) if finishes <= FOILS else (usd, None, eur, None)


def _cents(price: str) -> int | None:
    return int(Decimal(price) * 100) if price else None


def look_of(row: Row) -> tuple[object, ...]:
    """Return the columns of table ``looks`` without the id: what many printings share."""
    texts = (row.get(column) or None for column in ("rarity", "border_color", "frame", "frame_effects"))
    flags = (int(row[column]) if row.get(column) else None for column in ("full_art", "promo"))
    return (row.get("lang") or ENGLISH, *texts, *flags)


def uuid_of(text: str) -> bytes | None:
    """Return the 16 bytes of a UUID, or None for an empty text."""
    return UUID(text).bytes if text else None


def _newest_first(rows: Collection[Row]) -> list[Row]:
    """Return printings from newest to oldest; those of one day by set, number and language."""

    def within_a_day(row: Row) -> tuple[str, int, str, str, str]:
        digits = re.search(r"\d+", row["collector_number"])
        number = int(digits[0]) if digits else 0
        return row["set"], number, row["collector_number"], row["lang"], row["scryfall_id"]

    return sorted(sorted(rows, key=within_a_day), key=lambda row: row["released_at"], reverse=True)


def _shown_printing(rows: list[Row], sample_id: str, sets: Mapping[str, Row]) -> int | None:
    """Return the position of the printing that represents a card, or None if no printing has a number.

    That is Scryfall's own choice if known, else the newest with the card's usual look.
    """
    numbered = [place for place, row in enumerate(rows) if row["collector_number"]]

    def preference(place: int) -> tuple[bool, ...]:
        row, its_set = rows[place], sets[rows[place]["set"]]
        return (
            bool(sample_id) and row["scryfall_id"] == sample_id,
            # Links with codes that Scryfall has merged away lead nowhere.
            its_set["retired"] != "1",
            row["lang"] == ENGLISH,
            its_set["type"] in REGULAR_SETS,
            row["promo"] != "1" and row["collector_number"].isdigit(),
        )

    return max(numbered, key=lambda place: (preference(place), -place), default=None)
