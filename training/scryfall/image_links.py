"""Scryfall's card objects -> pictures: pure.

Where the links stand depends on the layout: at the card, or at each face that has a side of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from engine.catalogue.links import Side
from engine.catalogue.names import ENGLISH
from engine.catalogue.schema import TOKEN_LAYOUTS
from training.catalogue.build import REGULAR_SETS
from training.scryfall.cards import ART_LAYOUTS, REVERSIBLE, Card, faces_of
from training.scryfall.hosts import epoch_of
from training.scryfall.options import STAND_INS

SEEN = frozenset({"lowres", "highres_scan"})
"""Values of ``image_status`` of real pictures; all others mean a stand-in or nothing."""
SUFFIXES = frozenset({".webp", ".jpg", ".png"})
USUAL_BORDERS = frozenset({"black", "white"})
UNUSUAL = frozenset({"showcase", "extendedart", "inverted", "etched", "fullart", "shatteredglass", "textless"})
"""Effects of a frame that make a printing look unlike the card's others."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a printing: a row of the store's table ``pictures``, its columns in order.

    Attributes:
        kind: ``card``, ``token`` or ``art``.
        face: name of the face, empty where the card has one picture alone.
        art: the same for pictures of the same illustration.
        rank: 0 or more; the lower, the more the printing looks as the card usually does.
        path: relative to the folder of data; tells id, side and time of the picture.
    """

    id: str
    side: str
    kind: str
    name: str
    oracle_id: str
    reversible: int
    face: str
    art: str
    set_code: str
    number: str
    rank: int
    released_at: str
    url: str
    path: str


def pictures_of(card: Card, key: str, api: str) -> Iterator[Picture]:
    """Yield an object's pictures of a size: one of every side that has one of its own, none for placeholders."""
    if card.get("image_status", "highres_scan") not in SEEN:
        return
    faces = faces_of(card)
    links = [face.get("image_uris") or {} for face in faces] or [{}]
    links[0] = links[0] or card.get("image_uris") or {}
    sides = [(i, uris) for i, uris in enumerate(links) if uris]
    for side, (place, uris) in zip(Side, sides, strict=False):
        size = key if key in uris else STAND_INS.get(key, key)
        url = uris.get(size, "")
        if (epoch := epoch_of(url, api)) and PurePosixPath(urlsplit(url).path).suffix in SUFFIXES:
            face = faces[place] if faces and len(sides) > 1 else {}
            yield _picture(card, face, side, url, _path(card["id"], size, side, epoch, url))


def _path(ident: str, size: str, side: Side, epoch: str, url: str) -> str:
    suffix = PurePosixPath(urlsplit(url).path).suffix
    return f"images/{size}/{ident[:2]}/{ident}-{side}-{epoch}{suffix}"


def _picture(card: Card, face: Card, side: Side, url: str, path: str) -> Picture:
    reversible = card["layout"] == REVERSIBLE
    one = face or (faces_of(card) or [{}])[0]
    return Picture(
        id=card["id"],
        side=side,
        kind=_kind(card["layout"]),
        name=one.get("name", card["name"]) if reversible else card["name"],
        oracle_id=one.get("oracle_id") or card.get("oracle_id") or "",
        reversible=int(reversible),
        face="" if reversible else face.get("name", ""),
        art=one.get("illustration_id") or card.get("illustration_id") or f"{card['id']} {side}",
        set_code=card["set"],
        number=card["collector_number"],
        rank=_rank(card),
        released_at=card.get("released_at") or "",
        url=url,
        path=path,
    )


def _kind(layout: str) -> str:
    if layout in TOKEN_LAYOUTS:
        return "token"
    return "art" if layout in ART_LAYOUTS else "card"


def _rank(card: Card) -> int:
    """Return how unlike the card's usual look a printing is, its worst trait first."""
    traits = (
        card["lang"] != ENGLISH,
        bool(card.get("oversized")),
        card.get("image_status") == "lowres",
        card["layout"] == REVERSIBLE,
        card.get("set_type") not in REGULAR_SETS,
        bool(card.get("promo") or card.get("variation")),
        bool(card.get("full_art") or card.get("textless") or UNUSUAL & set(card.get("frame_effects") or ()))
        or card.get("border_color", "black") not in USUAL_BORDERS,
        not card["collector_number"].isdigit(),
    )
    return sum(trait << place for place, trait in enumerate(reversed(traits)))
