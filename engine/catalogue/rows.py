"""Convert rows of the catalogue to the values the engine uses and the entries shown to users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.catalogue import links
from engine.catalogue.entries import NO_PRICES, FaceEntry, Prices, PrintingEntry
from engine.catalogue.names import face_names
from engine.catalogue.schema import BACKED_LAYOUTS, TOKEN_LAYOUTS, TOKEN_TYPES


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card of the catalogue.

    Attributes:
        layout: Scryfall's word (``normal``, ``transform``, ``token`` ...), empty if unknown.
        scryfall_uri: page of the representative printing, or a search for the name.
        back_image_uri: picture of its back, or None if it has the common card back.
        printings: number of known paper printings.
        prices: of the representative printing.
    """

    id: int
    name: str
    layout: str
    mana_cost: str
    type_line: str
    oracle_id: str | None
    scryfall_uri: str
    image_uri: str | None
    printings: int
    back_image_uri: str | None = None
    prices: Prices = NO_PRICES

    @property
    def is_token(self) -> bool:
        """Whether it is a token, an emblem or another helper, not a card played from a deck."""
        return self.layout in TOKEN_LAYOUTS or self.type_line.startswith(TOKEN_TYPES)


@dataclass(frozen=True, slots=True)
class PrintingRow:
    """A paper printing of a card; unknown values are None. Most are known up to October 2019 only.

    Attributes:
        released_at: ISO date; the set's if the printing's is unknown.
        illustration_id: the same for printings with the same picture.
        frame_effects: Scryfall's words, separated by bars.
        set_type: Scryfall's word, empty if unknown.
        set_size: the highest number in the set, 0 if unknown.
    """

    card_id: int
    set: str
    set_name: str
    collector_number: str
    scryfall_id: str | None
    released_at: str
    lang: str
    rarity: str | None
    border_color: str | None
    frame: str | None
    full_art: bool | None
    illustration_id: str | None
    frame_effects: str | None = None
    set_type: str = ""
    set_size: int = 0
    artist: str | None = None
    prices: Prices = NO_PRICES

    @property
    def scryfall_uri(self) -> str:
        """The printing's page at Scryfall."""
        return links.printing_page(self.set, self.collector_number)

    def picture(self, side: links.Side) -> str:
        """Return the link to the picture of a side at Scryfall; a back exists only if the card has a printed one."""
        return links.picture(self.scryfall_id, self.set, self.collector_number, side)


def card_from_row(row: tuple[Any, ...]) -> CardRow:
    """Convert a row with the columns of the catalogue's query for cards."""
    ident, name, layout, mana_cost, type_line, oracle_id, sample_id, code, number, scryfall_id, count, *prices = row
    pictured = _uuid(sample_id or scryfall_id)
    has_picture = pictured or (code and number)
    front, back = (links.picture(pictured, code, number, side) if has_picture else None for side in links.Side)
    return CardRow(
        id=ident,
        name=name,
        layout=layout,
        mana_cost=mana_cost,
        type_line=type_line,
        oracle_id=_uuid(oracle_id),
        scryfall_uri=links.printing_page(code, number) if number else links.name_page(name),
        image_uri=front,
        printings=count,
        back_image_uri=back if layout in BACKED_LAYOUTS else None,
        prices=Prices(*prices),
    )


def printing_from_row(row: tuple[Any, ...]) -> PrintingRow:
    """Convert a row with the columns of the catalogue's query for printings."""
    card_id, code, set_name, number, scryfall_id, released_at, lang, rarity, border, frame, full_art, *rest = row
    illustration_id, frame_effects, set_type, artist, *prices = rest
    return PrintingRow(
        card_id=card_id,
        set=code,
        set_name=set_name,
        collector_number=number,
        scryfall_id=_uuid(scryfall_id),
        released_at=released_at,
        lang=lang,
        rarity=rarity,
        border_color=border,
        frame=frame,
        full_art=None if full_art is None else bool(full_art),
        illustration_id=_uuid(illustration_id),
        frame_effects=frame_effects,
        set_type=set_type,
        artist=artist,
        prices=Prices(*prices),
    )


def printing_entry(card: CardRow, row: PrintingRow, prices_date: str | None) -> PrintingEntry:
    """Return the entry of a printing."""
    front, back = map(row.picture, links.Side)
    return PrintingEntry(
        set=row.set,
        set_name=row.set_name,
        collector_number=row.collector_number,
        released_at=row.released_at,
        lang=row.lang,
        rarity=row.rarity,
        scryfall_uri=row.scryfall_uri,
        image_uri=front,
        faces=pictured_faces(card, front, back),
        prices=row.prices,
        prices_date=prices_date if row.prices else None,
        scryfall_id=row.scryfall_id,
    )


def pictured_faces(card: CardRow, front: str | None, back: str | None) -> tuple[FaceEntry, ...]:
    """Return the sides of a card with pictures of their own."""
    names = face_names(card.name)
    if card.back_image_uri and back and len(names) == 2:
        return FaceEntry(names[0], front), FaceEntry(names[1], back)
    return (FaceEntry(card.name, front),)


def _uuid(value: bytes | None) -> str | None:
    return str(UUID(bytes=value)) if value else None
