"""Scryfall's card objects -> printings: pure.

Where names and ids stand depends on the layout. Layouts that are not known are read like a normal card's, and faces
where there are any.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.catalogue.names import FACE_SEPARATOR
from engine.catalogue.schema import TOKEN_LAYOUTS
from training.scryfall.validation import (
    Check,
    is_day,
    is_line,
    is_name,
    is_price,
    is_text,
    is_uuid,
    list_of,
    maybe,
    object_of,
    odd_in,
)

Card = Mapping[str, Any]

ART_LAYOUTS = frozenset({"art_series", "front_card"})
"""Things of card size that are no cards of a game."""
REVERSIBLE = "reversible_card"
"""Two whole cards, back to back: each face is one, with an ``oracle_id`` and a layout of its own."""
_PRICES = dict.fromkeys(("usd", "usd_foil", "usd_etched", "eur", "eur_foil", "eur_etched"), maybe(is_price))
_ANYWHERE: Mapping[str, Check] = {
    "oracle_id": maybe(is_uuid),
    "illustration_id": maybe(is_uuid),
    **dict.fromkeys(("mana_cost", "type_line", "printed_name", "flavor_name"), maybe(is_line)),
    "image_uris": object_of(is_text),
}
"""What a card may have as a whole, or a face by itself."""
_FACE: Mapping[str, Check] = {"name": is_name, "layout": maybe(is_name), **_ANYWHERE}
_CARD: Mapping[str, Check] = {
    "id": is_uuid,
    **dict.fromkeys(("name", "set", "lang", "layout", "collector_number"), is_name),
    **_ANYWHERE,
    "card_faces": list_of(lambda face: not odd_in(face, _FACE)),
    "released_at": maybe(is_day),
    **dict.fromkeys(("rarity", "border_color", "frame", "image_status", "set_type"), maybe(is_line)),
    "frame_effects": list_of(is_line),
    "games": list_of(is_line),
    "prices": lambda prices: not odd_in(prices or {}, _PRICES),
    "legalities": object_of(is_line),
}
"""What is read of a card: what it must have comes first; an entry of which any is otherwise is left out."""


@dataclass(frozen=True, slots=True)
class Printing:
    """A printing of one card: a row of the store's table ``printings``, its columns in order.

    Attributes:
        reversible: 1 where the name is only a face's, because one object holds two cards.
        titles, bynames: JSON lists of (face, text) as printed.
        legalities: JSON object, status by format.
    """

    id: str
    name: str
    helper: int
    reversible: int
    oracle_id: str
    layout: str
    lang: str
    set_code: str
    number: str
    released_at: str
    rarity: str
    border_color: str
    frame: str
    frame_effects: str
    full_art: int
    promo: int
    usd: str
    usd_foil: str
    eur: str
    eur_foil: str
    mana_cost: str
    type_line: str
    illustration_id: str
    titles: str
    bynames: str
    legalities: str


def odd_in_card(card: object) -> list[str]:
    """Return which values of an object are missing or not as expected: none where it can be used."""
    return odd_in(card, _CARD)


def is_seen_by_cameras(card: Card) -> bool:
    """Return whether a printing exists on paper and may be shown; Arena's and Magic Online's own don't."""
    return "paper" in (card.get("games") or ()) and not card.get("digital") and not card.get("content_warning")


def printings_of(card: Card) -> Iterator[Printing]:
    """Yield the printings of an object: one, but of a reversible card one of every card on it."""
    if card["layout"] != REVERSIBLE:
        yield _printing(card, {}, faces_of(card), reversible=0)
        return
    by_card: dict[str, list[Card]] = {}
    for face in faces_of(card):
        by_card.setdefault(face.get("oracle_id") or face["name"], []).append(face)
    for faces in by_card.values():
        yield _printing(card, faces[0], [faces[0]], reversible=1)


def _printing(card: Card, face: Card, faces: list[Card], *, reversible: int) -> Printing:
    name = face.get("name") or card["name"]
    layout = face.get("layout") or ("normal" if reversible else card["layout"])
    prices = {key: str(price or "") for key, price in (card.get("prices") or {}).items()}
    return Printing(
        id=card["id"],
        name=name,
        helper=int(layout in TOKEN_LAYOUTS | ART_LAYOUTS),
        reversible=reversible,
        oracle_id=face.get("oracle_id") or card.get("oracle_id") or "",
        layout=layout,
        lang=card["lang"],
        set_code=card["set"],
        number=card["collector_number"],
        released_at=card.get("released_at") or "",
        rarity=card.get("rarity") or "",
        border_color=card.get("border_color") or "",
        frame=card.get("frame") or "",
        frame_effects="|".join(card.get("frame_effects") or ()),
        full_art=int(bool(card.get("full_art"))),
        promo=int(bool(card.get("promo"))),
        usd=prices.get("usd", ""),
        # Where there is no plain foil, the etched one's price is the foil's.
        usd_foil=prices.get("usd_foil") or prices.get("usd_etched", ""),
        eur=prices.get("eur", ""),
        eur_foil=prices.get("eur_foil") or prices.get("eur_etched", ""),
        mana_cost=_joined("mana_cost", face or card, faces),
        type_line=_joined("type_line", face or card, faces),
        illustration_id=_illustration(card, faces),
        titles=_names(card, faces, "printed_name"),
        bynames=_names(card, faces, "flavor_name"),
        legalities=json.dumps(card.get("legalities") or {}, sort_keys=True),
    )


def faces_of(card: Card) -> list[Card]:
    """Return the objects of a card's faces; none where it has but one."""
    return list(card.get("card_faces") or ())


def _joined(key: str, whole: Card, faces: list[Card]) -> str:
    if key in whole:
        return whole[key] or ""
    return FACE_SEPARATOR.join(value for face in faces if (value := face.get(key)))


def _illustration(card: Card, faces: list[Card]) -> str:
    found = card.get("illustration_id") or (faces[0].get("illustration_id") if faces else "")
    return found or ""


def _names(card: Card, faces: list[Card], key: str) -> str:
    """Return the names of a kind by face; a face without one has that half of the whole card's."""
    whole = (card.get(key) or "").split(FACE_SEPARATOR)
    count = max(len(faces), 1)
    halves = whole if len(whole) == count else whole + [""] * (count - len(whole))
    names = [(faces[i].get(key) if faces else "") or halves[i] for i in range(count)]
    english = [face["name"] for face in faces] or [card["name"]]
    return json.dumps([(i, name) for i, name in enumerate(names) if name and name != english[i]], ensure_ascii=False)
