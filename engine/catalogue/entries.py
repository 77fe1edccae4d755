"""What users are told of a card by its name: frozen, plain values out of the catalogue."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from typing import Any

from engine.catalogue.names import name_key


@dataclass(frozen=True, slots=True)
class Prices:
    """What a printing costs, in cents (hundredths of the currency); None where it isn't known.

    Attributes:
        usd, eur: in US dollars, and in euros.
        usd_foil, eur_foil: of its foil or etched copies.
    """

    usd: int | None = None
    usd_foil: int | None = None
    eur: int | None = None
    eur_foil: int | None = None

    def __bool__(self) -> bool:
        """Whether any is known."""
        return any(price is not None for price in astuple(self))


NO_PRICES = Prices()


@dataclass(frozen=True, slots=True)
class FaceEntry:
    """A side of a card that has a picture of its own: ``image_uri``, Scryfall's link to it, or None."""

    name: str
    image_uri: str | None


@dataclass(frozen=True, slots=True)
class CardEntry:
    """What the catalogue says of a name.

    Attributes:
        name: full name, ``Front // Back`` for a card with two faces.
        type_line, mana_cost: as printed, empty where unknown.
        scryfall_uri: page of the printing that stands for the card, or a search for the name.
        image_uri: Scryfall's own link to a picture of the front, or None.
        printings: number of paper printings known.
        score: 0..1: of a look-up, how well the text fits the name (1 = equal after folding); of a search by
            picture, the cosine of the two pictures' vectors.
        faces: its sides that have a picture of their own: one, or front and back.
        prices: of the printing that stands for the card.
        prices_date: of when they are, ISO; None where none is known.
    """

    name: str
    oracle_id: str | None
    type_line: str
    mana_cost: str
    scryfall_uri: str
    image_uri: str | None
    printings: int
    score: float = 1.0
    faces: tuple[FaceEntry, ...] = ()
    prices: Prices = NO_PRICES
    prices_date: str | None = None

    @property
    def key(self) -> str:
        """A short key of the name, 12 letters: :meth:`engine.Engine.by_key` finds the card by it."""
        return name_key(self.name)

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain JSON values."""
        return asdict(self) | {"score": round(self.score, 4), "faces": [asdict(face) for face in self.faces]}


@dataclass(frozen=True, slots=True)
class PrintingEntry:
    """What the catalogue says of a paper printing.

    Attributes:
        released_at: ISO date; the set's own where the printing's is not known.
        lang: Scryfall's code of the language.
        rarity: Scryfall's word, or None.
        image_uri: Scryfall's link to a picture of its front.
        faces: its sides that have a picture of their own: one, or front and back.
        prices_date: of when the prices are, ISO; None where none is known.
    """

    set: str
    set_name: str
    collector_number: str
    released_at: str
    lang: str
    rarity: str | None
    scryfall_uri: str
    image_uri: str
    faces: tuple[FaceEntry, ...]
    prices: Prices = NO_PRICES
    prices_date: str | None = None
    scryfall_id: str | None = None
