"""Rows of the store: the printings and pictures of Scryfall's card objects.

Which keys hold names, ids and links depends on the layout. Unknown layouts are read like a normal card, with faces if
there are any. Links to pictures are in the card, or in each face that has a side of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from msgspec import UNSET, UnsetType

from engine.catalogue.links import Side
from engine.catalogue.names import ENGLISH, FACE_SEPARATOR
from engine.catalogue.schema import TOKEN_LAYOUTS
from training.catalogue.build import REGULAR_SETS
from training.scryfall.client import check_host
from training.scryfall.errors import ForeignHost
from training.scryfall.options import JPEG_SIZES
from training.scryfall.records import CardPrices, ScryfallCard, ScryfallFace

ART_LAYOUTS = frozenset({"art_series", "front_card"})
"""Card-sized things that are not game cards."""
REVERSIBLE = "reversible_card"
"""Two whole cards, back to back: each face is one, with an ``oracle_id`` and a layout of its own."""
REAL_IMAGES = frozenset({"lowres", "highres_scan"})
"""Values of ``image_status`` of real pictures; all others mean a placeholder or nothing."""
SUFFIXES = frozenset({".webp", ".jpg", ".png"})
USUAL_BORDERS = frozenset({"black", "white"})
UNUSUAL_FRAMES = frozenset({"showcase", "extendedart", "inverted", "etched", "fullart", "shatteredglass", "textless"})
"""Frame effects that make a printing look unlike the card's others."""
_EPOCH = re.compile(r"[0-9]{1,20}")
"""Becomes part of a file's name, so its length is limited."""

Row = dict[str, str | int]
"""A row of a table in the store, by column."""


def is_on_paper(card: ScryfallCard) -> bool:
    """Return whether a printing exists on paper and may be shown; Arena's and Magic Online's own don't."""
    return "paper" in (card.games or ()) and not card.digital and not card.content_warning


def printings_of(card: ScryfallCard) -> Iterator[Row]:
    """Yield the printings of an object: one, or for a reversible card one for each card on it."""
    faces = card.card_faces or []
    if card.layout != REVERSIBLE:
        yield _printing(card, None, faces)
        return
    firsts: dict[str, ScryfallFace] = {}
    for face in faces:
        firsts.setdefault(face.oracle_id or face.name, face)
    for face in firsts.values():
        yield _printing(card, face, [face])


def _printing(card: ScryfallCard, face: ScryfallFace | None, faces: Sequence[ScryfallFace]) -> Row:
    """Return the row of a card, or of one face of a reversible card."""
    whole = face or card
    layout = (face.layout or "normal") if face else card.layout
    prices = card.prices or CardPrices()
    return {
        "id": card.id,
        "name": whole.name,
        "helper": int(layout in TOKEN_LAYOUTS | ART_LAYOUTS),
        "reversible": int(face is not None),
        "oracle_id": whole.oracle_id or card.oracle_id or "",
        "layout": layout,
        "lang": card.lang,
        "set_code": card.set,
        "number": card.collector_number,
        "released_at": card.released_at or "",
        "rarity": card.rarity or "",
        "border_color": card.border_color or "",
        "frame": card.frame or "",
        "frame_effects": "|".join(card.frame_effects or ()),
        "artist": card.artist or "",
        "full_art": int(bool(card.full_art)),
        "promo": int(bool(card.promo)),
        "usd": str(prices.usd or ""),
        # Without a plain foil, the etched one's price is the foil's.
        "usd_foil": str(prices.usd_foil or prices.usd_etched or ""),
        "eur": str(prices.eur or ""),
        "eur_foil": str(prices.eur_foil or prices.eur_etched or ""),
        "mana_cost": _joined(whole.mana_cost, (face.mana_cost for face in faces)),
        "type_line": _joined(whole.type_line, (face.type_line for face in faces)),
        "illustration_id": card.illustration_id or (faces[0].illustration_id if faces else "") or "",
        "titles": _names_by_face(card, faces, "printed_name"),
        "bynames": _names_by_face(card, faces, "flavor_name"),
        "legalities": json.dumps(card.legalities or {}, sort_keys=True),
    }


def _joined(whole: str | UnsetType | None, of_faces: Iterable[str | UnsetType | None]) -> str:
    """Return the whole card's text, or if it has none those of its faces."""
    if whole is not UNSET:
        return whole or ""
    return FACE_SEPARATOR.join(text for text in of_faces if isinstance(text, str) and text)


def _names_by_face(card: ScryfallCard, faces: Sequence[ScryfallFace], key: str) -> str:
    """Return the names under a key, by face; a face without one has its half of the whole card's."""
    english = [face.name for face in faces] or [card.name]
    halves = (getattr(card, key) or "").split(FACE_SEPARATOR)
    names = [own or half for own, half in zip_longest((getattr(face, key) for face in faces), halves[: len(english)])]
    found = ((i, name) for i, name in enumerate(names) if name and name != english[i])
    return json.dumps(list(found), ensure_ascii=False)


def pictures_of(card: ScryfallCard, size: str, api: str) -> Iterator[Row]:
    """Yield an object's pictures of a size: one of every side that has one of its own, none for placeholders."""
    if card.image_status not in REAL_IMAGES:
        return
    faces = card.card_faces or []
    links = [face.image_uris or {} for face in faces] or [{}]
    links[0] = links[0] or card.image_uris or {}
    sides = [(place, uris) for place, uris in enumerate(links) if uris]
    for side, (place, uris) in zip(Side, sides, strict=False):
        found = size if size in uris else JPEG_SIZES.get(size, size)
        url = uris.get(found, "")
        epoch = epoch_of(url, api)
        suffix = PurePosixPath(urlsplit(url).path).suffix if epoch else ""
        if suffix in SUFFIXES:
            path = f"images/{found}/{card.id[:2]}/{card.id}-{side}-{epoch}{suffix}"
            yield _picture(card, faces[place] if faces and len(sides) > 1 else None, side, url, path)


def _picture(card: ScryfallCard, face: ScryfallFace | None, side: Side, url: str, path: str) -> Row:
    """Return the row of a picture; ``face`` is given if the card has more than one picture."""
    reversible = card.layout == REVERSIBLE
    part = face or next(iter(card.card_faces or ()), None)
    kind = "token" if card.layout in TOKEN_LAYOUTS else "art" if card.layout in ART_LAYOUTS else "card"
    border = "black" if card.border_color is UNSET else card.border_color
    # How the printing differs from the card's usual look, the worst trait first.
    traits = (
        card.lang != ENGLISH,
        bool(card.oversized),
        card.image_status == "lowres",
        reversible,
        card.set_type not in REGULAR_SETS,
        bool(card.promo or card.variation),
        bool(card.full_art or card.textless or UNUSUAL_FRAMES & set(card.frame_effects or ()))
        or border not in USUAL_BORDERS,
        not card.collector_number.isdigit(),
    )
    return {
        "id": card.id,
        "side": side,
        "kind": kind,
        "name": part.name if reversible and part else card.name,
        "oracle_id": (part and part.oracle_id) or card.oracle_id or "",
        "reversible": int(reversible),
        "face": face.name if face and not reversible else "",
        "art": (part and part.illustration_id) or card.illustration_id or f"{card.id} {side}",
        "set_code": card.set,
        "number": card.collector_number,
        "rank": sum(trait << place for place, trait in enumerate(reversed(traits))),
        "released_at": card.released_at or "",
        "url": url,
        "path": path,
    }


def epoch_of(url: str, api: str) -> str | None:
    """Return the time stamp of a picture's address, or None for a placeholder's or a foreign host's.

    >>> epoch_of("https://cards.scryfall.io/thumb/front/8/e/8ebe.webp?1559591595", "https://api.scryfall.com")
    '1559591595'
    >>> epoch_of("https://errors.scryfall.com/soon.jpg", "https://api.scryfall.com")
    """
    try:
        check_host(url, api)
    except ForeignHost:
        return None
    query = urlsplit(url).query
    return query if _EPOCH.fullmatch(query) else None
