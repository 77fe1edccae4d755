"""A small Scryfall of invented cards: every layout, and every peculiarity of printings."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from PIL import Image

from tests.support.scryfall.source import BASE
from training.drawing.cards import demo_cards, draw_card

Card = dict[str, Any]

EPOCH = 1_700_000_000
SIZES = {
    **dict.fromkeys(("thumb", "grid", "display", "crop", "art"), "webp"),
    **dict.fromkeys(("small", "normal", "large", "border_crop", "art_crop"), "jpg"),
    "png": "png",
}
DRAWN_HEIGHT = 204
DRAWN = 6
"""Number of different pictures; cards share them, as no test looks at their content."""
FORMATS = {".webp": "WEBP", ".jpg": "JPEG", ".png": "PNG"}

PLAIN = (
    *("normal", "meld", "leveler", "class", "case", "saga", "mutate", "prototype", "battle", "planar", "scheme"),
    *("vanguard", "augment", "host", "holographic"),
)
"""Layouts with one face and one picture; the last is unknown."""
HALVED = ("split", "flip", "adventure", "prepare")
"""Two names on one picture."""
BACKED = ("transform", "modal_dfc")
"""Two names, each with a picture."""


def ident(*parts: str) -> str:
    """Return the id made from some words."""
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))


def uris(card_id: str, side: str = "front", epoch: int = EPOCH) -> dict[str, str]:
    """Return the links to a picture in all sizes."""
    at = f"{side}/{card_id[0]}/{card_id[1]}/{card_id}"
    return {key: f"{BASE}/{key}/{at}.{suffix}?{epoch}" for key, suffix in SIZES.items()}


def card(name: str, *, set_code: str = "one", number: str = "1", lang: str = "en", **other: Any) -> Card:
    """Return a card object with one picture; ``other`` replaces or adds keys."""
    card_id = ident(set_code, number, lang)
    value: Card = {
        "object": "card",
        "id": card_id,
        "oracle_id": ident("oracle", name),
        "name": name,
        "lang": lang,
        "released_at": "2020-05-05",
        "layout": "normal",
        "image_status": "highres_scan",
        "image_updated_at": "2023-11-14T22:13:20Z",
        "image_uris": uris(card_id),
        "mana_cost": "{1}{G}",
        "type_line": "Creature — Bear",
        "legalities": {"standard": "not_legal", "modern": "legal", "vintage": "restricted"},
        "games": ["paper", "mtgo"],
        "digital": False,
        "set": set_code,
        "set_name": f"Set {set_code}",
        "set_type": "expansion",
        "collector_number": number,
        "rarity": "common",
        "border_color": "black",
        "frame": "2015",
        "full_art": False,
        "promo": False,
        "illustration_id": ident("art", name),
        "finishes": ["nonfoil", "foil"],
        "prices": {"usd": "1.25", "usd_foil": "3.50", "eur": "0.99", "eur_foil": None, "tix": "0.02"},
    }
    return value | other


def two_faced(front: str, back: str, layout: str, *, pictures: int, **other: Any) -> Card:
    """Return a card object with two faces, which share a picture or have one each."""
    value = card(f"{front} // {back}", layout=layout, **other)
    value["card_faces"] = [{"object": "card_face", "name": name, "mana_cost": "{G}"} for name in (front, back)]
    if pictures > 1:
        for key in ("image_uris", "mana_cost", "illustration_id"):
            value.pop(key)
        for face, side in zip(value["card_faces"], ("front", "back"), strict=True):
            face |= {"image_uris": uris(value["id"], side), "illustration_id": ident("art", face["name"])}
        value["card_faces"][1]["mana_cost"] = ""
    return value


def reversible(name: str, **other: Any) -> Card:
    """Return a card object with the same card on both sides, each with its own picture."""
    value = two_faced(name, name, "reversible_card", pictures=2, **other)
    for key in ("oracle_id", "type_line"):
        value.pop(key)
    for face, look in zip(value["card_faces"], "ab", strict=True):
        face |= {"oracle_id": ident("oracle", name), "layout": "normal", "type_line": "Artifact", "cmc": 0.0}
        face["illustration_id"] = ident("art", name, look)
    return value


def usual_cards() -> list[Card]:
    """Return the cards of ``default_cards``: one of every layout, then printings with one peculiarity each."""
    numbers = iter(map(str, range(1, 1000)))
    cards = [card(f"Lone {layout.title()}", layout=layout, number=next(numbers)) for layout in PLAIN]
    cards += [two_faced(f"Upper {x}", f"Lower {x}", x, pictures=1, number=next(numbers)) for x in HALVED]
    cards += [two_faced(f"Sunny {x}", f"Moonlit {x}", x, pictures=2, number=next(numbers)) for x in BACKED]
    tokens: Card = {"set_code": "tone", "set_type": "token", "legalities": {}}
    cards += [
        card("Bear", layout="token", number="1", type_line="Token Creature — Bear", **tokens),
        card("Emblem of Bears", layout="emblem", number="2", type_line="Emblem", **tokens),
        two_faced("Bear", "Crow", "double_faced_token", pictures=2, number="3", type_line="Token // Token", **tokens),
        reversible("Lone Normal", set_code="sld", number="1556", set_type="box"),
        reversible("Mirrored Alone", set_code="sld", number="1557", set_type="box"),
        two_faced("Lone Saga", "Lone Saga", "art_series", pictures=2, set_code="aone", set_type="memorabilia"),
        card("Forest Walk Front", layout="front_card", set_code="fone", set_type="memorabilia", type_line="Card"),
    ]
    return cards + _odd_printings()


def _odd_printings() -> list[Card]:
    again = {"set_code": "two", "released_at": "2024-02-02", "set_type": "masters"}
    soon = dict.fromkeys(SIZES, "https://errors.scryfall.com/soon.jpg")
    return [
        card("Lone Normal", number="12★", **again),
        card("Lone Normal", number="300", illustration_id=ident("art", "new"), border_color="borderless", **again),
        card("Lone Saga", number="301", layout="saga", frame_effects=["showcase"], full_art=True, promo=True, **again),
        card("Lone Class", number="302", layout="class", flavor_name="Schooled by the Sea", **again),
        card("Lone Case", number="303", layout="case", printed_name="Webbed Mystery", **again),
        card(
            "Lone Meld", number="304", layout="meld", image_status="lowres", legalities={"modern": "not_legal"}, **again
        ),
        card("No Picture Yet", number="305", image_status="missing", image_uris=soon, **again),
        card("Stand-in Only", number="306", image_status="placeholder", **again),
        card("Broken Link", number="307", image_uris=soon, **again),
        card("Elsewhere", number="308", image_uris={"thumb": "https://example.org/a.webp?1"}, **again),
        card("Small Jpeg", number="309", image_uris={"small": uris(ident("two", "309", "en"))["small"]}, **again),
        card("Nihon no Kuma", number="310", lang="ja", printed_name="日本の熊", **again),
        card("A-Lone Host", number="A-311", games=["arena"], digital=True, **again),
        card("Online Only", set_code="oly", games=["mtgo"], digital=True, promo=True),
        card("Not To Be Shown", number="312", content_warning=True, **again),
        card("Etched Alone", number="313", finishes=["etched"], prices={"usd_etched": "7.00", "usd": None}, **again),
    ]


def foreign_cards() -> list[Card]:
    """Return the cards that only ``all_cards`` has."""
    both = two_faced("Sunny transform", "Moonlit transform", "transform", pictures=2, number="20", lang="de")
    for face, name in zip(both["card_faces"], ("Sonnig", "Mondhell"), strict=True):
        face["printed_name"] = name
    return [
        card("Lone Normal", lang="de", printed_name="Einsamer Normaler"),
        card("Lone Normal", lang="fr", printed_name="Normal solitaire", image_status="placeholder"),
        two_faced(
            "Upper split", "Lower split", "split", pictures=1, number="16", lang="de", printed_name="Oben // Unten"
        ),
        both,
    ]


def migration(number: int, old: str, new: str | None, day: int = 1) -> dict[str, Any]:
    """Return a migration object of a day of November: a merge, or without ``new`` a deletion."""
    return {
        "object": "migration",
        "id": f"migration {number}",
        "performed_at": f"2026-11-{day:02d}",
        "migration_strategy": "merge" if new else "delete",
        "old_scryfall_id": old,
        "new_scryfall_id": new,
        "note": None,
        "metadata": None,
    }


@dataclass
class MadeUpSource:
    """The invented cards as a source; all of it may be changed while a server runs.

    Attributes:
        cards: of ``default_cards``.
        foreign: only in ``all_cards``.
        moved: migration objects, newest first.
        gone: ids of printings without pictures.
        broken: ids of printings whose pictures can't be decoded.
    """

    updated_at: str = "2026-11-23T21:09:00.000+00:00"
    cards: list[Card] = field(default_factory=usual_cards)
    foreign: list[Card] = field(default_factory=foreign_cards)
    moved: list[dict[str, Any]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    def bulk(self, kind: str) -> Iterator[Card]:
        """Yield the cards of a bulk file."""
        yield from self.cards
        if kind == "all_cards":
            yield from self.foreign

    def picture(self, key: str, side: str, ident: str) -> bytes | None:
        """Return one of the drawn pictures."""
        if ident in self.gone:
            return None
        body = drawn(int(ident[:8], 16) % DRAWN + (side == "back"), f".{SIZES[key]}")
        return body[: len(body) // 2] if ident in self.broken else body

    def migrations(self) -> list[dict[str, Any]]:
        """Return the migration objects, newest first."""
        return self.moved

    def next_day(self) -> None:
        """Make the bulk files a day newer."""
        day = int(self.updated_at[8:10]) + 1
        self.updated_at = f"{self.updated_at[:8]}{day:02d}{self.updated_at[10:]}"

    def the(self, set_code: str, number: str) -> Card:
        """Return the card object of a printing."""
        return next(c for c in self.cards if (c["set"], c["collector_number"]) == (set_code, number))


@lru_cache(maxsize=64)
def drawn(number: int, suffix: str) -> bytes:
    """Return a demo card's picture as a file."""
    out = io.BytesIO()
    Image.fromarray(draw_card(demo_cards()[number], DRAWN_HEIGHT)).save(out, FORMATS[suffix])
    return out.getvalue()
