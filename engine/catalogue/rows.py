"""Convert rows of the catalogue to the values the engine uses and the entries shown to users."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
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
        oracle_id: Scryfall's id of the card, if known.
        scryfall_uri: page of the representative printing, or a search for the name.
        image_uri: picture of its front, or None.
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
    frame_effects: str | None
    full_art: bool | None
    promo: bool | None
    illustration_id: str | None
    prices: Prices = NO_PRICES

    @property
    def scryfall_uri(self) -> str:
        """The printing's page at Scryfall."""
        return links.printing_page(self.set, self.collector_number)

    @property
    def image_uri(self) -> str:
        """The picture of its front at Scryfall."""
        return self._picture(links.Side.FRONT)

    @property
    def back_image_uri(self) -> str:
        """The picture of its back at Scryfall, if the card has a printed back."""
        return self._picture(links.Side.BACK)

    def _picture(self, side: links.Side) -> str:
        if self.scryfall_id:
            return links.picture_by_id(self.scryfall_id, side)
        return links.picture_by_number(self.set, self.collector_number, side)


def card_from_row(row: tuple[Any, ...]) -> CardRow:
    """Convert a row with the columns of the catalogue's query for cards."""
    ident, name, layout, mana_cost, type_line, oracle_id, sample_id, *shown = row
    code, number, scryfall_id, count, *prices = shown
    picture = partial(_picture, _uuid(sample_id or scryfall_id), code, number)
    return CardRow(
        id=ident,
        name=name,
        layout=layout,
        mana_cost=mana_cost,
        type_line=type_line,
        oracle_id=_uuid(oracle_id),
        scryfall_uri=links.printing_page(code, number) if number else links.name_page(name),
        image_uri=picture(links.Side.FRONT),
        printings=count,
        back_image_uri=picture(links.Side.BACK) if layout in BACKED_LAYOUTS else None,
        prices=Prices(*prices),
    )


def printing_from_row(row: tuple[Any, ...]) -> PrintingRow:
    """Convert a row with the columns of the catalogue's query for printings."""
    card_id, code, set_name, number, scryfall_id, released_at, lang, rarity, border, frame, effects, *rest = row
    full_art, promo, illustration_id, *prices = rest
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
        frame_effects=effects,
        full_art=None if full_art is None else bool(full_art),
        promo=None if promo is None else bool(promo),
        illustration_id=_uuid(illustration_id),
        prices=Prices(*prices),
    )


def printing_entry(card: CardRow, row: PrintingRow, prices_date: str | None) -> PrintingEntry:
    """Return the entry of a printing."""
    return PrintingEntry(
        set=row.set,
        set_name=row.set_name,
        collector_number=row.collector_number,
        released_at=row.released_at,
        lang=row.lang,
        rarity=row.rarity,
        scryfall_uri=row.scryfall_uri,
        image_uri=row.image_uri,
        faces=pictured_faces(card, row.image_uri, row.back_image_uri),
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


def _picture(scryfall_id: str | None, set_code: str | None, number: str | None, side: links.Side) -> str | None:
    if scryfall_id:
        return links.picture_by_id(scryfall_id, side)
    return links.picture_by_number(set_code, number, side) if set_code and number else None


def _uuid(value: bytes | None) -> str | None:
    return str(UUID(bytes=value)) if value else None
