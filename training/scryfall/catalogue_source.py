"""The store as a source of the catalogue: streams the cards by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from training.catalogue.source import CardFacts, CardKey, PrintedTitle, Row
from training.scryfall.rows import ART_LAYOUTS
from training.scryfall.store import open_store, read_meta, select

NOT_LEGAL = "not_legal"
# The columns as the catalogue names them; prices have a date where there are any.
_CARDS = """
SELECT id AS scryfall_id, name, helper, reversible, oracle_id, layout, lang, set_code AS "set",
    number AS collector_number, released_at, rarity, border_color, frame, frame_effects, artist,
    CAST(full_art AS TEXT) AS full_art, CAST(promo AS TEXT) AS promo, usd, usd_foil, eur, eur_foil,
    CASE usd || usd_foil || eur || eur_foil WHEN '' THEN '' ELSE :date END AS price_date,
    mana_cost, type_line, illustration_id, titles, bynames, legalities
FROM printings ORDER BY name, helper, id
"""
_SETS = """
SELECT code, name, type, released_at, '0' AS retired FROM sets ORDER BY released_at, code
"""


class StoredCards:
    """The cards of a store; close it after use."""

    def __init__(self, path: Path, *, art_cards: bool) -> None:
        """Open a store; ``art_cards`` includes art series and front cards."""
        self._database = open_store(path)
        self._art_cards = art_cards
        self.source_date = self.legalities_date = read_meta(path)["date"]

    def close(self) -> None:
        """Close the store."""
        self._database.close()

    def sets(self) -> dict[str, Row]:
        """Return the sets by code, oldest first."""
        return {row["code"]: row for row in select(self._database, _SETS)}

    def cards(self) -> Iterator[CardFacts]:
        """Yield every card, by name, a card before a token."""
        found = select(self._database, _CARDS, date=self.source_date)
        wanted = (row for row in found if self._art_cards or row["layout"] not in ART_LAYOUTS)
        for (name, helper), group in groupby(wanted, key=itemgetter("name", "helper")):
            rows = list(group)
            versions: list[Row] = []
            # One for each oracle id, with the texts of a printing of that card alone if there is one.
            ordered = sorted(rows, key=itemgetter("oracle_id", "reversible", "scryfall_id"))
            for _, same_id in groupby(ordered, key=itemgetter("oracle_id")):
                first, *others = same_id
                version = {column: first[column] for column in ("layout", "mana_cost", "type_line", "oracle_id")}
                versions.append(version | {"printings": str(1 + len(others)), "sample_scryfall_id": ""})
            legality: dict[str, str] = {}
            for text in sorted({row["legalities"] for row in rows}):
                for form, status in json.loads(text).items():
                    # Some printings may not be played because of their backs; the others decide.
                    if legality.get(form, NOT_LEGAL) == NOT_LEGAL:
                        legality[form] = status
            titles, bynames = (
                {PrintedTitle(face, row["lang"], text) for row in rows for face, text in json.loads(row[column])}
                for column in ("titles", "bynames")
            )
            key = CardKey(name, bool(helper))
            yield CardFacts(key, versions, rows, titles, bynames, tuple(sorted(legality.items())))
