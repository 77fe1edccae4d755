"""Card data in CSV files as a source of the catalogue."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.catalogue.names import face_names
from engine.catalogue.schema import TOKEN_LAYOUTS
from training.catalogue.source import CardFacts, CardKey, PrintedTitle, Row

_HALVES = re.compile(r"\s*/{2,3}\s*")
"""Separator of the halves of a printed name: ``//``, and ``///`` from Arena."""

RETRO_ART, REPRINTED_SINCE = "RETRO_ART", "2019-09-01"
"""XMage's mark of cards in the frame of 1997, and since when such cards are reprints in that frame."""
COMMANDER_COLUMN, COMMANDER_DATE = "commander_legal_2025_09", "2025-09"
"""1: legal in Commander in that month; empty: not legal or unknown, so that nothing is stated."""


class CsvCards:
    """The card data of a folder, grouped by card and set.

    What was never printed on paper (Arena's own cards, its rebalanced ``A-`` ones) is left out: nobody can photograph
    it, and as a rebalanced card shares its title with another card, each would make the other ambiguous.
    """

    legalities_date = COMMANDER_DATE

    def __init__(self, folder: Path) -> None:
        """Read a folder.

        Args:
            folder: with cards, printings, printed_names and extra_names as ``.csv.gz``, sets as ``sets.csv``, and a
                README with the word "compiled" and an ISO date.

        Raises:
            ValueError: a row refers to an unknown card or set, or the date is missing.
        """
        readme = folder / "README.md"
        compiled = re.search(r"compiled (\d{4}-\d\d-\d\d)", readme.read_text(encoding="utf-8"))
        if compiled is None:
            raise ValueError(f"{readme} doesn't say when the data were compiled ('compiled YYYY-MM-DD')")
        self.source_date = compiled[1]
        sets = sorted(_read(folder / "sets.csv"), key=lambda row: (row["released_at"], row["code"]))
        self._sets = {row["code"]: row for row in sets}
        self._cards: dict[CardKey, list[Row]] = defaultdict(list)
        self._digital: set[str] = set()
        for row in _read(folder / "cards.csv.gz"):
            if row["digital_only"] == "1":
                self._digital.update([row["name"], *face_names(row["name"])])
            else:
                self._cards[_card_key(row)].append(row)
        self._printings: dict[CardKey, list[Row]] = defaultdict(list)
        for row in _read(folder / "printings.csv.gz"):
            if row["digital"] != "1":
                key = _card_key(row)
                if key not in self._cards:
                    raise ValueError(f"printings.csv.gz: no card is named {row['name']!r} (layout {row['layout']!r})")
                if row["set"] not in self._sets:
                    raise ValueError(f"printings.csv.gz: no set has the code {row['set']!r}")
                self._printings[key].append(_with_retro_frame(row))
        self._titles: dict[CardKey, set[PrintedTitle]] = defaultdict(set)
        self._bynames: dict[CardKey, set[PrintedTitle]] = defaultdict(set)
        self._add_titles(_read(folder / "printed_names.csv.gz"))
        by_id = {row["scryfall_id"]: (key, row) for key, rows in self._printings.items() for row in rows}
        for key, row in by_id.values():
            if row["flavor_name"]:
                self._bynames[key].update(_halves(0, row["lang"], row["flavor_name"]))
        for row in _read(folder / "extra_names.csv.gz"):
            if row["scryfall_id"] in by_id:
                key, printing = by_id[row["scryfall_id"]]
                self._bynames[key].update(_halves(0, printing["lang"], row["name_lower"]))

    def sets(self) -> dict[str, Row]:
        """Return the sets by code, oldest first."""
        return self._sets

    def cards(self) -> Iterator[CardFacts]:
        """Yield every card, by name, a card before a token."""
        for key, rows in sorted(self._cards.items()):
            is_legal = any(row.get(COMMANDER_COLUMN) == "1" for row in rows)
            legality = (("commander", "legal"),) if is_legal else ()
            yield CardFacts(key, rows, self._printings[key], self._titles[key], self._bynames[key], legality)

    def _add_titles(self, rows: Iterable[Row]) -> None:
        # Card and face by English name; the most printed card if faces share a name.
        owners: dict[str, tuple[CardKey, int]] = {}
        for key in sorted(self._cards, key=lambda k: (k.is_token, -len(self._printings[k]), k.name)):
            for face, name in enumerate(face_names(key.name)):
                owners.setdefault(name, (key, face))
        owners |= {key.name: (key, 0) for key in sorted(self._cards, key=lambda k: (not k.is_token, k.name))}
        for row in rows:
            if row["name"] in owners:
                key, first = owners[row["name"]]
                self._titles[key].update(_halves(first, row["lang"], row["printed_name"]))
            elif row["name"] not in self._digital:
                raise ValueError(f"printed_names.csv.gz: no card or face is named {row['name']!r}")


def _with_retro_frame(row: Row) -> Row:
    """Return a printing with the frame of 1997 where XMage draws it so and nothing else tells its frame."""
    is_retro = (
        (row.get("xmage_art") or "").startswith(RETRO_ART)
        and not row["frame"]
        and row["released_at"] >= REPRINTED_SINCE
    )
    return {**row, "frame": "1997"} if is_retro else row


def _card_key(row: Row) -> CardKey:
    return CardKey(row["name"], row["layout"] in TOKEN_LAYOUTS)


def _halves(first: int, lang: str, text: str) -> list[PrintedTitle]:
    return [PrintedTitle(face, lang, half) for face, half in enumerate(_HALVES.split(text), first)]


def _read(path: Path) -> Iterator[Row]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
