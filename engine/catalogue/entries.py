"""Catalogue entries as shown to users."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from typing import Any

from engine.catalogue.names import name_key


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of a printing in cents (hundredths of the currency); None if unknown.

    Attributes:
        usd, eur: in US dollars and in euros.
        usd_foil, eur_foil: of foil or etched copies.
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
    """A side of a card with a picture of its own; ``image_uri`` is Scryfall's link to it, or None."""

    name: str
    image_uri: str | None


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A card's name in another language than English, and Scryfall's code of that."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A card's name that completes what somebody typed; ``printed`` is its foreign name if that does."""

    name: str
    printed: PrintedName | None = None


@dataclass(frozen=True, slots=True)
class CardEntry:
    """A card.

    Attributes:
        name: full name, ``Front // Back`` for a card with two faces.
        type_line, mana_cost: as printed, empty if unknown.
        scryfall_uri: page of the card's representative printing, or a search for its name.
        image_uri: Scryfall's link to a picture of the front, or None.
        printings: number of known paper printings.
        score: 0..1: for a look-up by name, how well the text matches it (1 = equal after folding); for a search by
            picture, the cosine of the two pictures' vectors.
        faces: its sides with pictures of their own: one, or front and back.
        prices: of the representative printing.
        prices_date: ISO date of the prices; None without any.
        printed: the foreign name by which the card was looked up; None for its English one.
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
    printed: PrintedName | None = None

    @property
    def key(self) -> str:
        """A short key of the name, 12 characters, by which :meth:`engine.Engine.by_key` finds the card."""
        return name_key(self.name)

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain JSON values."""
        return asdict(self) | {"score": round(self.score, 4), "faces": [asdict(face) for face in self.faces]}


@dataclass(frozen=True, slots=True)
class PrintingEntry:
    """A paper printing of a card.

    Attributes:
        released_at: ISO date; the set's if the printing's is unknown.
        lang: Scryfall's code of the language.
        rarity: Scryfall's word, or None.
        image_uri: Scryfall's link to a picture of its front.
        faces: its sides with pictures of their own: one, or front and back.
        prices_date: ISO date of the prices; None without any.
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
