"""Complete a source of cards with the foreign names that another catalogue knows.

Scryfall's file of all languages is five times as large as that of English cards, and most names in it never change: the
shipped catalogue has them. They stand in until a card's own foreign printings are fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import ENGLISH
from training.catalogue.source import CardData, CardFacts, PrintedTitle, Row


class WithKnownNames:
    """Card data with the foreign names of the cards of another catalogue that have the same English name."""

    def __init__(self, data: CardData, catalogue: Path) -> None:
        """Complete ``data``; may raise ArtifactError if the catalogue can't be used."""
        self._data = data
        self.source_date, self.legalities_date = data.source_date, data.legalities_date
        with closing(Catalogue.open(catalogue)) as known:
            self._titles = known.titles
            cards = set(self._titles.card_ids.tolist())
            self._ids = {known.name(card_id): card_id for card_id in cards if not known.is_token(card_id)}
        self._by_card = np.argsort(self._titles.card_ids, kind="stable")
        self._sorted_ids = self._titles.card_ids[self._by_card]

    def _known(self, name: str) -> Iterator[PrintedTitle]:
        """Yield the foreign names of a card."""
        card_id = self._ids.get(name, -1)
        first, last = (int(np.searchsorted(self._sorted_ids, card_id, side)) for side in ("left", "right"))
        for place in self._by_card[first:last].tolist():
            title = self._titles[place]
            if title.lang != ENGLISH:
                yield PrintedTitle(title.face, title.lang, title.text)

    def sets(self) -> Mapping[str, Row]:
        """Return the sets by code, oldest first."""
        return self._data.sets()

    def cards(self) -> Iterator[CardFacts]:
        """Yield every card; of languages in which it has a name of its own none is added."""
        for facts in self._data.cards():
            own = {title.lang for title in facts.titles}
            known = () if facts.key.is_token else self._known(facts.key.name)
            yield replace(facts, titles={*facts.titles, *(title for title in known if title.lang not in own)})
