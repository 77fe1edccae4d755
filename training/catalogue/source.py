"""What a catalogue is built from: cards one at a time, wherever they come from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from training.catalogue.columns import Row


class CardKey(NamedTuple):
    """What tells cards apart, in the catalogue's order: names are unique, but for tokens named like a card."""

    name: str
    is_token: bool


class PrintedTitle(NamedTuple):
    """A name that a card bears in print besides its English one.

    Attributes:
        face: 0 for the front or only face, 1 for the back or second.
        lang: Scryfall's code of the language.
    """

    face: int
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class CardFacts:
    """All that is known of one card.

    Attributes:
        versions: at least one row with the columns layout, mana_cost, type_line, oracle_id, sample_scryfall_id and
            printings (how many): several where cards share the name, as tokens do.
        printings: rows with the columns scryfall_id, set, collector_number, lang, released_at, promo,
            illustration_id, those of a look and those of prices; in any order.
        titles: what its printings are called.
        bynames: what else it is called; left out where it reads like a title.
        legality: (format, status) where known, by format.
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
        legalities_date: of when the legalities are, ISO, as exactly as it is known.
    """

    source_date: str
    legalities_date: str

    def sets(self) -> Mapping[str, Row]:
        """Return the sets by code, oldest first: rows with the columns code, name, type, released_at, retired."""
        ...

    def cards(self) -> Iterator[CardFacts]:
        """Yield every card once, by rising key; raises ValueError where the data contradict themselves."""
        ...
