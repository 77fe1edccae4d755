"""Card data (CSV files) -> the SQLite catalogue that ``engine/catalogue.py`` reads.

The same input gives the same bytes: rows are sorted, ids count from one, and no time is written.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from engine.catalogue import SCHEMA, SCHEMA_VERSION, TOKEN_LAYOUTS
from engine.names import ENGLISH, faces, fold

Row = Mapping[str, str]
"""A line of a CSV file by column name; empty where a value is not known."""

REGULAR_SETS = frozenset({"core", "expansion", "masters", "draft_innovation", "commander", "starter"})
"""Types of sets whose plainly numbered cards look as the card usually does."""

NOTHING_KNOWN = 0
"""Id of the look of a printing of which nothing is known but that it is English."""

_LOOK = ("rarity", "border_color", "frame", "frame_effects", "full_art", "promo")
_HALVES = re.compile(r"\s*/{2,3}\s*")
"""Between the halves of a printed name: ``//``, and ``///`` where Arena wrote so."""


_INSERT = {
    "meta": "INSERT INTO meta VALUES (?, ?)",
    "sets": "INSERT INTO sets VALUES (?, ?, ?, ?, ?)",
    "cards": "INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "looks": "INSERT INTO looks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "printings": "INSERT INTO printings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "printed_names": "INSERT INTO printed_names VALUES (?, ?, ?, ?)",
}


@dataclass(frozen=True, slots=True)
class CatalogueCounts:
    """How many rows a catalogue holds. ``cards`` are distinct names without the ``tokens``."""

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
    """Build a catalogue as the options say; print its counts and size as JSON, return the exit status."""
    counts = build_catalogue(args.metadata, args.out)
    json.dump(asdict(counts) | {"bytes": args.out.stat().st_size}, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


def build_catalogue(metadata_dir: Path, out: Path) -> CatalogueCounts:
    """Write the catalogue of all cards, paper printings and printed names to ``out``.

    Args:
        metadata_dir: holds cards, printings, printed_names and extra_names as ``.csv.gz``, sets as
            ``sets.csv``, and a README that says when they were compiled.
        out: replaced only when the new file is complete.

    Raises:
        ValueError: a row speaks of a card or set that the other files don't know.
    """
    book = _Book(
        cards=list(_read(metadata_dir / "cards.csv.gz")),
        printings=[row for row in _read(metadata_dir / "printings.csv.gz") if row["digital"] != "1"],
        sets=list(_read(metadata_dir / "sets.csv")),
    )
    names = book.printed_names(_read(metadata_dir / "printed_names.csv.gz"), _read(metadata_dir / "extra_names.csv.gz"))
    unfinished = out.with_name(out.name + ".part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as database:
        counts = _write(database, book, names, _source_date(metadata_dir))
    unfinished.replace(out)
    return counts


def add_cards(path: Path, rows: Iterable[Row]) -> int:
    """Add cards whose names a catalogue lacks, such as invented ones for a demonstration.

    Args:
        path: the catalogue, which is changed in place.
        rows: with ``name`` and, where known, ``set``, ``collector_number`` and ``scryfall_id``.

    Returns:
        The number of cards added; names that are there already are left as they are.
    """
    with closing(sqlite3.connect(path)) as database, database:
        known = {name for (name,) in database.execute("SELECT name FROM cards")}
        added = 0
        for row in rows:
            if row["name"] not in known:
                known.add(row["name"])
                _add_card(database, row)
                added += 1
    return added


def _add_card(database: sqlite3.Connection, row: Row) -> None:
    ident = _uuid(row.get("scryfall_id", ""))
    card_id = database.execute(
        "INSERT INTO cards VALUES (NULL, ?, '', '', '', NULL, ?, NULL)", (row["name"], ident)
    ).lastrowid
    code, number = row.get("set", ""), row.get("collector_number", "")
    if code and number:
        database.execute("INSERT OR IGNORE INTO sets VALUES (NULL, ?, ?, '', '')", (code, code.upper()))
        set_id = database.execute("SELECT id FROM sets WHERE code = ?", (code,)).fetchone()[0]
        printing = (card_id, 0, set_id, number, NOTHING_KNOWN, None, ident, None)
        database.execute(_INSERT["printings"], printing)
        database.execute("UPDATE cards SET shown = 0 WHERE id = ?", (card_id,))


@dataclass(frozen=True, slots=True)
class _CardKey:
    """What tells cards apart: Scryfall keeps names unique, but for tokens named like a card."""

    name: str
    is_token: bool


class _Book:
    """The card data, sorted into what belongs to which card and set."""

    def __init__(self, cards: list[Row], printings: list[Row], sets: list[Row]) -> None:
        self.sets = {row["code"]: row for row in sorted(sets, key=lambda s: (s["released_at"], s["code"]))}
        self.cards: dict[_CardKey, list[Row]] = defaultdict(list)
        for row in cards:
            self.cards[_CardKey(row["name"], row["layout"] in TOKEN_LAYOUTS)].append(row)
        self.ids = {key: place for place, key in enumerate(sorted(self.cards, key=lambda k: (k.name, k.is_token)), 1)}
        self.printings: dict[_CardKey, list[Row]] = defaultdict(list)
        for row in printings:
            self.printings[self._key(row)].append(row)
        for key, rows in self.printings.items():
            self.printings[key] = _newest_first(rows)

    def _key(self, row: Row) -> _CardKey:
        key = _CardKey(row["name"], row["layout"] in TOKEN_LAYOUTS)
        if key not in self.cards:
            raise ValueError(f"printings.csv.gz: no card is named {row['name']!r} (layout {row['layout']!r})")
        if row["set"] not in self.sets:
            raise ValueError(f"printings.csv.gz: no set has the code {row['set']!r}")
        return key

    def printed_names(self, printed: Iterable[Row], extra: Iterable[Row]) -> list[tuple[int, int, str, str]]:
        """Return (card id, face, language, name) of printed names, and of other names that a card is known by."""
        owners = self._owners()
        names = set()
        for row in printed:
            if row["name"] not in owners:
                raise ValueError(f"printed_names.csv.gz: no card or face is named {row['name']!r}")
            key, first = owners[row["name"]]
            names.update(self._halves(key, first, row["lang"], row["printed_name"]))
        folded = {(card_id, fold(name)) for card_id, _, _, name in names}
        folded.update((self.ids[key], fold(face)) for key in self.cards for face in faces(key.name))
        bynames = (half for byname in self._bynames(extra) for half in self._halves(*byname))
        names.update(half for half in bynames if (half[0], fold(half[3])) not in folded)
        return sorted(names)

    def _halves(self, key: _CardKey, first: int, lang: str, text: str) -> list[tuple[int, int, str, str]]:
        return [(self.ids[key], face, lang, half) for face, half in enumerate(_HALVES.split(text), first)]

    def _owners(self) -> dict[str, tuple[_CardKey, int]]:
        """Return card and face by English name; the most printed card where faces share a name."""
        owners: dict[str, tuple[_CardKey, int]] = {}
        for key in sorted(self.ids, key=lambda k: (k.is_token, -len(self.printings.get(k, ())), k.name)):
            for face, name in enumerate(faces(key.name)):
                owners.setdefault(name, (key, face))
        whole = {key.name: (key, 0) for key in sorted(self.ids, key=lambda k: not k.is_token)}
        return owners | whole

    def _bynames(self, extra: Iterable[Row]) -> Iterator[tuple[_CardKey, int, str, str]]:
        by_id = {row["scryfall_id"]: (key, row) for key, rows in self.printings.items() for row in rows}
        for key, row in by_id.values():
            if row["flavor_name"]:
                yield key, 0, row["lang"], row["flavor_name"]
        for row in extra:
            if row["scryfall_id"] in by_id:
                key, printing = by_id[row["scryfall_id"]]
                yield key, 0, printing["lang"], row["name_lower"]

    def card_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the rows of table ``cards``, by id."""
        for key, card_id in self.ids.items():
            rows = self.cards[key]
            # Seven un-cards have several versions, tokens of one name many: the most printed speaks for all.
            row = max(rows, key=lambda r: (r["type_line"] != "", int(r["printings"]), r["oracle_id"]))
            oracle_id = None if key.is_token and len(rows) > 1 else _uuid(row["oracle_id"])
            sample_id = _uuid(row["sample_scryfall_id"])
            shown = _shown(self.printings.get(key, []), row["sample_scryfall_id"], self.sets)
            yield card_id, key.name, row["layout"], row["mana_cost"], row["type_line"], oracle_id, sample_id, shown

    def looks(self) -> dict[tuple[object, ...], int]:
        """Return the ids of all looks printings have."""
        distinct = {_look(row) for rows in self.printings.values() for row in rows}
        ordered = sorted(distinct - {_look({})}, key=lambda look: tuple(map(str, look)))
        return {look: place for place, look in enumerate([_look({}), *ordered], NOTHING_KNOWN)}

    def printing_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the rows of table ``printings``, by card and place."""
        set_ids = {code: place for place, code in enumerate(self.sets, 1)}
        looks = self.looks()
        for key, card_id in self.ids.items():
            for place, row in enumerate(self.printings.get(key, [])):
                own_date = row["released_at"] if row["released_at"] != self.sets[row["set"]]["released_at"] else None
                # Two-faced cards have two, "front // back": the front's tells the printings apart.
                ids = _uuid(row["scryfall_id"]), _uuid(faces(row["illustration_id"])[0])
                yield card_id, place, set_ids[row["set"]], row["collector_number"], looks[_look(row)], own_date, *ids


def _newest_first(rows: list[Row]) -> list[Row]:
    """Return printings by falling date; those of one day by set, number and language."""

    def within_a_day(row: Row) -> tuple[str, int, str, str, str]:
        digits = re.search(r"\d+", row["collector_number"])
        number = int(digits[0]) if digits else 0
        return row["set"], number, row["collector_number"], row["lang"], row["scryfall_id"]

    return sorted(sorted(rows, key=within_a_day), key=lambda row: row["released_at"], reverse=True)


def _shown(rows: list[Row], sample_id: str, sets: Mapping[str, Row]) -> int | None:
    """Return the place of the printing that stands for a card, or None if no printing has a number.

    That is Scryfall's own choice where it is known, else the newest that looks as the card usually does.
    """
    numbered = [place for place, row in enumerate(rows) if row["collector_number"]]

    def fitness(place: int) -> tuple[bool, ...]:
        row, its_set = rows[place], sets[rows[place]["set"]]
        return (
            bool(sample_id) and row["scryfall_id"] == sample_id,
            # Codes that Scryfall has merged away lead nowhere.
            its_set["retired"] != "1",
            row["lang"] == ENGLISH,
            its_set["type"] in REGULAR_SETS,
            row["promo"] != "1" and row["collector_number"].isdigit(),
        )

    return max(numbered, key=lambda place: (fitness(place), -place), default=None)


def _look(row: Row) -> tuple[object, ...]:
    known = {column: row.get(column) or None for column in _LOOK}
    flags = {column: int(value) for column in ("full_art", "promo") if (value := known[column])}
    return (row.get("lang") or ENGLISH, *(known | flags).values())


def _write(
    database: sqlite3.Connection, book: _Book, names: list[tuple[int, int, str, str]], source_date: str
) -> CatalogueCounts:
    database.executescript(SCHEMA)
    sets = ((place, s["code"], s["name"], s["released_at"], s["type"]) for place, s in enumerate(book.sets.values(), 1))
    counts = CatalogueCounts(
        cards=sum(not key.is_token for key in book.ids),
        tokens=sum(key.is_token for key in book.ids),
        printings=sum(map(len, book.printings.values())),
        printed_names=len(names),
        sets=len(book.sets),
    )
    meta = {"format": SCHEMA_VERSION, "source_date": source_date, **asdict(counts)}
    with database:
        database.executemany(_INSERT["meta"], ((key, str(value)) for key, value in meta.items()))
        database.executemany(_INSERT["sets"], sets)
        database.executemany(_INSERT["cards"], book.card_rows())
        database.executemany(_INSERT["looks"], ((place, *look) for look, place in book.looks().items()))
        database.executemany(_INSERT["printings"], book.printing_rows())
        database.executemany(_INSERT["printed_names"], names)
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    database.execute("VACUUM")
    return counts


def _source_date(metadata_dir: Path) -> str:
    """Return the ISO date after the word "compiled" in the folder's README."""
    readme = metadata_dir / "README.md"
    found = re.search(r"compiled (\d{4}-\d\d-\d\d)", readme.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{readme} doesn't say when the data were compiled ('compiled YYYY-MM-DD')")
    return found[1]


def _read(path: Path) -> Iterator[Row]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _uuid(text: str) -> bytes | None:
    return UUID(text).bytes if text else None
