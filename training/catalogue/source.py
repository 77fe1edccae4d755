"""The interface between card data and the catalogue builder: cards, one at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

Row = Mapping[str, str]
"""Values by column name, empty if unknown."""


class CardKey(NamedTuple):
    """Identifies a card, in the catalogue's order: names are unique except for tokens named like a card."""

    name: str
    is_token: bool


class PrintedTitle(NamedTuple):
    """A name printed on a card other than its English one.

    Attributes:
        face: 0 for the front or only face, 1 for the back or second.
        lang: Scryfall's code of the language.
    """

    face: int
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class CardFacts:
    """All data of one card.

    Attributes:
        versions: at least one row with the columns layout, mana_cost, type_line, oracle_id, sample_scryfall_id and
            printings (how many): several if cards share the name, as tokens do.
        printings: rows with the columns scryfall_id, set, collector_number, lang, released_at, promo,
            illustration_id, artist, those of a look and those of prices; in any order.
        titles: printed names.
        bynames: other names; left out if they read like a title.
        legality: (format, status) if known, by format.
    """

    key: CardKey
    versions: Collection[Row]
    printings: Collection[Row]
    titles: Collection[PrintedTitle] = ()
    bynames: Collection[PrintedTitle] = ()
    legality: tuple[tuple[str, str], ...] = ()


class CardData(Protocol):
    """A source of a whole catalogue, which may be read more than once.

    Attributes:
        source_date: ISO date of the data.
        legalities_date: ISO date of the legalities, as exactly as it is known.
    """

    source_date: str
    legalities_date: str

    def sets(self) -> Mapping[str, Row]:
        """Return the sets by code, oldest first: rows with the columns code, name, type, released_at, retired."""
        ...

    def cards(self) -> Iterator[CardFacts]:
        """Yield every card once, sorted by key; raises ValueError if the data are inconsistent."""
        ...
