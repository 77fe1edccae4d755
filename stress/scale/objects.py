"""Build Scryfall's card object of a printing, as in the bulk files since July 2026."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.catalogue.schema import TOKEN_LAYOUTS
from stress.scale.drawing import CardFace, face_art, sides
from stress.scale.plan import BACKED, Printing
from tests.support.scryfall.source import BASE

EPOCH = 1_785_000_000
"""Time of all pictures, seconds since 1970: July 2026."""
WORDS = {"aftermath": "split"}
"""Scryfall's name for layouts that the catalogue distinguishes further."""
API, SITE, SOURCE = "https://api.scryfall.com", "https://scryfall.com", "utm_source=api"
FORMATS = (
    "standard", "future", "historic", "timeless", "gladiator", "pioneer", "modern", "legacy", "pauper", "vintage",
    "penny", "commander", "oathbreaker", "standardbrawl", "brawl", "competitivebrawl", "alchemy", "paupercommander",
    "duel", "oldschool", "premodern", "predh", "tlr",
)  # fmt: skip
LEGAL_IN = (0, 5, 23)
"""Numbers of formats in which a card is legal, counted from the last."""


@dataclass(frozen=True, slots=True)
class PictureKey:
    """A size of Scryfall's pictures: its height in pixels, and the file extension."""

    height: int
    extension: str


PICTURES = {
    "thumb": PictureKey(204, "webp"),
    "grid": PictureKey(680, "webp"),
    "display": PictureKey(936, "webp"),
    "small": PictureKey(204, "jpg"),
    "normal": PictureKey(680, "jpg"),
    "large": PictureKey(936, "jpg"),
    "png": PictureKey(1040, "png"),
}
"""Pictures of whole cards; Scryfall's art crops are not drawn."""


def card_object(printing: Printing) -> dict[str, Any]:
    """Return the card object of a printing; the links to its pictures begin with :data:`BASE`."""
    shown = sides(printing)
    two_pictures = printing.layout in BACKED
    return {
        "object": "card",
        "id": printing.id,
        **({} if printing.layout == "reversible_card" else {"oracle_id": printing.card_id}),
        "multiverse_ids": [UUID(printing.id).int % 700_000],
        "resource_id": f"res{UUID(printing.id).int % 10**9}",
        "name": printing.name,
        "lang": printing.lang,
        "released_at": printing.released_at,
        "uri": f"{API}/cards/{printing.id}",
        "scryfall_uri": f"{SITE}/card/{printing.set}/{printing.number}/{_slug(printing.name)}?{SOURCE}",
        "layout": WORDS.get(printing.layout, printing.layout),
        "highres_image": True,
        "image_status": "highres_scan",
        "image_updated_at": "2026-07-25T17:20:00Z",
        **({} if two_pictures else _look(printing, shown[0], "front")),
        **({"card_faces": _faces(printing, shown)} if len(shown) > 1 else {}),
        **_rules(printing),
        **_printed(printing),
        **_links(printing),
    }


def _look(printing: Printing, side: CardFace, which: str) -> dict[str, Any]:
    """Return the links to a face's pictures, and its illustration id."""
    folder = f"{which}/{printing.id[0]}/{printing.id[1]}/{printing.id}"
    links = {key: f"{BASE}/{key}/{folder}.{kind.extension}?{EPOCH}" for key, kind in PICTURES.items()}
    return {"image_uris": links, "illustration_id": side.illustration_id}


def _faces(printing: Printing, shown: Sequence[CardFace]) -> list[dict[str, Any]]:
    """Return the face objects, two for a card with two sides, with pictures where each side has its own."""
    backed = printing.layout in BACKED
    if backed:
        shown = (shown[0], shown[-1])
    return [
        {
            "object": "card_face",
            "name": side.title,
            "mana_cost": printing.mana_cost if at == 0 else "",
            "type_line": side.type_line,
            "oracle_text": "",
            "artist": "Ada Drawn",
            "illustration_id": face_art(printing.illustration_id, at),
            **(_look(printing, side, ("front", "back")[at]) if backed else {}),
            **({"oracle_id": printing.card_id, "layout": "normal"} if printing.layout == "reversible_card" else {}),
        }
        for at, side in enumerate(shown)
    ]


def _rules(printing: Printing) -> dict[str, Any]:
    colours = [letter for letter in "WUBRG" if letter in printing.mana_cost]
    common, wide, none = LEGAL_IN
    legal = 0 if printing.is_token else (common, wide, none)[UUID(printing.card_id).int % 3]
    return {
        "mana_cost": printing.mana_cost,
        "cmc": float(printing.mana_cost.count("{")),
        "type_line": printing.type_line,
        "oracle_text": f"{printing.name.split(' // ')[0]} does on this table what it says. " * 3,
        "colors": colours,
        "color_identity": colours,
        "keywords": [],
        "legalities": {name: "legal" if at >= len(FORMATS) - legal else "not_legal" for at, name in enumerate(FORMATS)},
        "games": ["paper", "mtgo"],
        "reserved": False,
        "game_changer": False,
        "foil": True,
        "nonfoil": True,
        "finishes": ["nonfoil", "foil"],
        "oversized": printing.layout in {"planar", "scheme", "vanguard"},
        "promo": printing.promo,
        "reprint": False,
        "variation": False,
    }


def _printed(printing: Printing) -> dict[str, Any]:
    set_type = "token" if printing.layout in TOKEN_LAYOUTS else printing.set_type
    return {
        "set_id": str(UUID(int=UUID(printing.card_id).int ^ 1)),
        "set": printing.set,
        "set_name": printing.set_name,
        "set_type": set_type,
        "set_uri": f"{API}/sets/{printing.set}",
        "set_search_uri": f"{API}/cards/search?order=set&q=e%3A{printing.set}&unique=prints",
        "scryfall_set_uri": f"{SITE}/sets/{printing.set}?{SOURCE}",
        "rulings_uri": f"{API}/cards/{printing.id}/rulings",
        "prints_search_uri": f"{API}/cards/search?order=released&q=oracleid%3A{printing.card_id}&unique=prints",
        "collector_number": printing.number,
        "digital": False,
        "rarity": printing.rarity,
        "card_back_id": "0aeebaf5-8c7d-4636-9e82-8c27447861f7",
        "artist": "Ada Drawn",
        "artist_ids": [str(UUID(int=UUID(printing.illustration_id).int ^ 2))],
        "border_color": printing.border,
        "frame": printing.frame,
        **({"frame_effects": printing.frame_effects.split(",")} if printing.frame_effects else {}),
        "security_stamp": None,
        "full_art": printing.full_art,
        "textless": False,
        "booster": True,
        "story_spotlight": False,
        "edhrec_rank": UUID(printing.card_id).int % 30_000,
        **({"printed_name": printing.name} if printing.lang != "en" else {}),
    }


def _links(printing: Printing) -> dict[str, Any]:
    prices = printing.prices
    cents = {"usd": prices.usd, "usd_foil": prices.usd_foil, "eur": prices.eur, "eur_foil": prices.eur_foil}
    name = _slug(printing.name)
    return {
        "prices": {
            **{key: None if value is None else f"{value / 100:.2f}" for key, value in cents.items()},
            "usd_etched": None,
            "tix": None,
        },
        "related_uris": {
            "gatherer": f"https://gatherer.wizards.com/Pages/Card/Details.aspx?multiverseid={name}&printed=false",
            "tcgplayer_infinite_articles": f"https://partner.tcgplayer.com/c/4931599/1830156/21018?subId1=api&q={name}",
            "tcgplayer_infinite_decks": f"https://partner.tcgplayer.com/c/4931599/1830156/21018?subId1=api&d={name}",
            "edhrec": f"https://edhrec.com/route/?cc={name}",
        },
        "purchase_uris": {
            "tcgplayer": f"https://partner.tcgplayer.com/c/4931599/1830156/21018?subId1=api&u={name}",
            "cardmarket": f"https://www.cardmarket.com/en/Magic/Products?idProduct=1&referrer=scryfall&s={name}",
            "cardhoarder": f"https://www.cardhoarder.com/cards/1?affiliate_id=scryfall&ref=card-profile&s={name}",
        },
    }


def _slug(name: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())
