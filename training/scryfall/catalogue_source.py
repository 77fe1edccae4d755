"""The store as a source of the catalogue: streams the cards by name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from training.catalogue.columns import Row
from training.catalogue.source import CardFacts, CardKey, PrintedTitle
from training.scryfall.cards import ART_LAYOUTS
from training.scryfall.store import meta_of, names_in, opened, rows_of

NOT_LEGAL = "not_legal"
_CARDS = "SELECT * FROM printings ORDER BY name, helper, id"
_SETS = """
SELECT code, name, type, released_at, '0' AS retired FROM sets ORDER BY released_at, code
"""
_Rows = list[dict[str, Any]]


class StoredCards:
    """The cards of a store; to be closed after use."""

    def __init__(self, path: Path, *, art_cards: bool) -> None:
        """Open a store; ``art_cards`` says whether art series and front cards are wanted."""
        self._database: sqlite3.Connection = opened(path)
        self._art_cards = art_cards
        self.source_date = self.legalities_date = meta_of(path)["date"]

    def close(self) -> None:
        """Close the store."""
        self._database.close()

    def sets(self) -> dict[str, Row]:
        """Return the sets by code, oldest first."""
        return {row["code"]: row for row in rows_of(self._database, _SETS)}

    def cards(self) -> Iterator[CardFacts]:
        """Yield every card, by name, a card before a token."""
        rows = (row for row in rows_of(self._database, _CARDS) if self._art_cards or row["layout"] not in ART_LAYOUTS)
        for (name, helper), group in groupby(rows, key=itemgetter("name", "helper")):
            yield self._facts(CardKey(name, bool(helper)), list(group))

    def _facts(self, key: CardKey, rows: _Rows) -> CardFacts:
        return CardFacts(
            key,
            list(_versions(rows)),
            [self._printing(row) for row in rows],
            _titles(rows, "titles"),
            _titles(rows, "bynames"),
            _legality(rows),
        )

    def _printing(self, row: dict[str, Any]) -> Row:
        priced = any(row[column] for column in ("usd", "usd_foil", "eur", "eur_foil"))
        return {
            **{column: row[column] for column in _SAME},
            "scryfall_id": row["id"],
            "set": row["set_code"],
            "collector_number": row["number"],
            "full_art": str(row["full_art"]),
            "promo": str(row["promo"]),
            "price_date": self.source_date if priced else "",
        }


_SAME = (
    *("lang", "released_at", "rarity", "border_color", "frame", "frame_effects", "illustration_id"),
    *("usd", "usd_foil", "eur", "eur_foil"),
)
"""Columns that are called the same in the store and in the catalogue's rows."""


def _versions(rows: _Rows) -> Iterator[Row]:
    """Yield a row for every card of the name, told apart by their ids; the text is that of a printing of it alone."""
    ordered = sorted(rows, key=lambda row: (row["oracle_id"], row["reversible"], row["id"]))
    for oracle_id, group in groupby(ordered, key=itemgetter("oracle_id")):
        same = list(group)
        facts = {column: same[0][column] for column in ("layout", "mana_cost", "type_line")}
        yield {**facts, "oracle_id": oracle_id, "printings": str(len(same)), "sample_scryfall_id": ""}


def _titles(rows: _Rows, column: str) -> set[PrintedTitle]:
    return {PrintedTitle(face, row["lang"], name) for row in rows for face, name in names_in(row[column])}


def _legality(rows: Iterable[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return the statuses by format; what some printing may not be played as, because of its back, others may."""
    statuses: dict[str, str] = {}
    for text in sorted({row["legalities"] for row in rows}):
        for form, status in json.loads(text).items():
            if statuses.get(form, NOT_LEGAL) == NOT_LEGAL:
                statuses[form] = status
    return tuple(sorted(statuses.items()))
