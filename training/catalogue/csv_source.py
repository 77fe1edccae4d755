"""Card data in CSV files, as one source of a catalogue."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.catalogue.names import face_names
from engine.catalogue.schema import TOKEN_LAYOUTS
from training.catalogue.columns import COMMANDER_DATE, Row, legality_of
from training.catalogue.source import CardFacts, CardKey, PrintedTitle

_HALVES = re.compile(r"\s*/{2,3}\s*")
"""Between the halves of a printed name: ``//``, and ``///`` where Arena wrote so."""

_Titles = dict[CardKey, set[PrintedTitle]]


class CsvCards:
    """The card data of a folder, sorted into what belongs to which card and set.

    What was never printed on paper (Arena's own cards, its rebalanced ``A-`` ones) is left out: nobody can photograph
    it, and the title of a rebalanced card is another card's, so that each would make the other doubtful.
    """

    legalities_date = COMMANDER_DATE

    def __init__(self, folder: Path) -> None:
        """Read a folder.

        Args:
            folder: holds cards, printings, printed_names and extra_names as ``.csv.gz``, sets as
                ``sets.csv``, and a README that says when they were compiled.

        Raises:
            ValueError: a row speaks of a card or set that the other files don't know, or the date is not told.
        """
        self.source_date = _source_date(folder)
        sets = sorted(_read(folder / "sets.csv"), key=lambda row: (row["released_at"], row["code"]))
        self._sets = {row["code"]: row for row in sets}
        self._cards: dict[CardKey, list[Row]] = defaultdict(list)
        self._digital: set[str] = set()
        for row in _read(folder / "cards.csv.gz"):
            if row["digital_only"] == "1":
                self._digital.update([row["name"], *face_names(row["name"])])
            else:
                self._cards[_key_of(row)].append(row)
        self._printings: dict[CardKey, list[Row]] = defaultdict(list)
        for row in _read(folder / "printings.csv.gz"):
            if row["digital"] != "1":
                self._printings[self._key(row)].append(row)
        self._titles = self._printed_titles(_read(folder / "printed_names.csv.gz"))
        self._bynames = self._other_names(_read(folder / "extra_names.csv.gz"))

    def sets(self) -> dict[str, Row]:
        """Return the sets by code, oldest first."""
        return self._sets

    def cards(self) -> Iterator[CardFacts]:
        """Yield every card, by name, a card before a token."""
        for key in sorted(self._cards):
            rows = self._cards[key]
            printings, titles = self._printings.get(key, []), self._titles.get(key, set())
            yield CardFacts(key, rows, printings, titles, self._bynames.get(key, set()), legality_of(rows))

    def _key(self, row: Row) -> CardKey:
        key = _key_of(row)
        if key not in self._cards:
            raise ValueError(f"printings.csv.gz: no card is named {row['name']!r} (layout {row['layout']!r})")
        if row["set"] not in self._sets:
            raise ValueError(f"printings.csv.gz: no set has the code {row['set']!r}")
        return key

    def _printed_titles(self, printed: Iterable[Row]) -> _Titles:
        owners, titles = self._owners(), _Titles()
        for row in printed:
            if row["name"] not in owners:
                if row["name"] in self._digital:
                    continue
                raise ValueError(f"printed_names.csv.gz: no card or face is named {row['name']!r}")
            key, first = owners[row["name"]]
            titles.setdefault(key, set()).update(_halves(first, row["lang"], row["printed_name"]))
        return titles

    def _owners(self) -> dict[str, tuple[CardKey, int]]:
        """Return card and face by English name; the most printed card where faces share a name."""
        owners: dict[str, tuple[CardKey, int]] = {}
        for key in sorted(self._cards, key=lambda k: (k.is_token, -len(self._printings.get(k, ())), k.name)):
            for face, name in enumerate(face_names(key.name)):
                owners.setdefault(name, (key, face))
        whole = {key.name: (key, 0) for key in sorted(self._cards, key=lambda k: (not k.is_token, k.name))}
        return owners | whole

    def _other_names(self, extra: Iterable[Row]) -> _Titles:
        by_id = {row["scryfall_id"]: (key, row) for key, rows in self._printings.items() for row in rows}
        names = _Titles()
        for key, row in by_id.values():
            if row["flavor_name"]:
                names.setdefault(key, set()).update(_halves(0, row["lang"], row["flavor_name"]))
        for row in extra:
            if row["scryfall_id"] in by_id:
                key, printing = by_id[row["scryfall_id"]]
                names.setdefault(key, set()).update(_halves(0, printing["lang"], row["name_lower"]))
        return names


def _key_of(row: Row) -> CardKey:
    return CardKey(row["name"], row["layout"] in TOKEN_LAYOUTS)


def _halves(first: int, lang: str, text: str) -> list[PrintedTitle]:
    return [PrintedTitle(face, lang, half) for face, half in enumerate(_HALVES.split(text), first)]


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
