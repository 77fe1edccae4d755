"""Choose the printings of the scale run: the shipped catalogue's, and made-up promos up to the requested number."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from uuid import UUID, uuid5

from engine.catalogue.entries import NO_PRICES, Prices
from engine.catalogue.schema import BACKED_LAYOUTS, TOKEN_LAYOUTS, TOKEN_TYPES

BACKED = BACKED_LAYOUTS | {"reversible_card", "art_series"}
"""Layouts with a picture on each side."""
LATER = 300
"""Number of cards released after the first sync: for the incremental run."""
TOKEN_SHARE = 100
"""One token or emblem for this many printings of cards."""
OWN_ART = 6
"""One in this many printings of unknown illustration has one of its own; in Magic, about half of all printings do."""
IDS = UUID("5b1d2f8e-6c1c-4a50-9d0b-3c6a4a9f7e21")
"""Namespace of made-up ids."""
MADE_UP_SET = ("zz", "Cardglass Scale Promos", "promo", "2026-11-01")
"""Prefix of the code, name, type and release date of made-up sets."""
SET_SIZE = 500
FRAMES = (("2014-07-18", "2015"), ("2003-07-28", "2003"), ("1996-10-08", "1997"))
"""First release date of the frames, the newest first; earlier cards have frame 1993."""
ORDER_SEED = 14

_QUERY = """
SELECT c.id, c.name, k.layout, c.mana_cost, k.type_line, c.oracle_id, s.code, s.name, s.type,
       coalesce(p.released_at, s.released_at), p.number, l.lang, l.rarity, l.border_color, l.frame, l.frame_effects,
       l.full_art, l.promo, p.scryfall_id, p.illustration_id, p.usd, p.usd_foil, p.eur, p.eur_foil
FROM cards c JOIN kinds k ON k.id = c.kind_id LEFT JOIN printings p ON p.card_id = c.id
LEFT JOIN sets s ON s.id = p.set_id LEFT JOIN looks l ON l.id = p.look_id ORDER BY c.id, p.place
"""


@dataclass(frozen=True, slots=True)
class Printing:
    """One printing of a card.

    Attributes:
        id: Scryfall's, or made up from set, number and language.
        card_id, illustration_id: Scryfall's or made up; equal for printings of one card or of one illustration.
        name: of all faces.
        frame: ``1993`` to ``2015``, or ``future``.
        made_up: whether the card has no such printing.
    """

    id: str
    card_id: str
    illustration_id: str
    name: str
    layout: str
    mana_cost: str
    type_line: str
    set: str
    set_name: str
    set_type: str
    released_at: str
    number: str
    lang: str
    rarity: str
    border: str
    frame: str
    frame_effects: str
    full_art: bool
    promo: bool
    prices: Prices
    made_up: bool = False

    @property
    def is_token(self) -> bool:
        """Whether it is a token or an emblem."""
        return self.layout in TOKEN_LAYOUTS or self.type_line.startswith(TOKEN_TYPES)


def printings(catalogue: Path, count: int) -> list[Printing]:
    """Return ``count`` printings of cards and some of tokens, shuffled, then :data:`LATER` more cards.

    The last ones are cards of a single printing, which no earlier row has: a new set.

    Raises:
        ValueError: the catalogue has too few cards of a single printing.
    """
    with closing(sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True)) as connection:
        real: dict[str, Printing] = {}
        for row in connection.execute(_QUERY):
            printing = _read_printing(row)
            real[printing.id] = printing
    rows = list(real.values())
    dice = Random(ORDER_SEED)  # noqa: S311 - an order, no secret
    dice.shuffle(rows)
    tokens = [row for row in rows if row.is_token]
    cards = [row for row in rows if not row.is_token]
    printed = Counter(row.card_id for row in cards)
    later = [row for row in cards if printed[row.card_id] == 1][:LATER]
    if len(later) < LATER:
        raise ValueError(f"{catalogue} has {len(later)} cards of one printing; {LATER} are wanted")
    held = {row.id for row in later}
    first = [row for row in cards if row.id not in held]
    first += _make_promos(first, count - len(first))
    first = first[:count] + tokens[: count // TOKEN_SHARE]
    dice.shuffle(first)
    return first + later


def _read_printing(row: Sequence) -> Printing:  # type: ignore[type-arg]  # a row of sqlite3 is of any types
    number_of_card, name, layout, mana_cost, type_line, oracle, *of_printing = row
    code, set_name, set_type, released, number, lang, rarity, border, frame, effects, full, promo, *rest = of_printing
    ident, illustration, *prices = rest
    made_up = code is None
    if made_up:
        code, set_name, set_type, released = _make_set(number_of_card)
    number = number or str(number_of_card)
    card_id = _id(oracle, "card", name, number_of_card)
    own = _id(ident, "printing", code, number, lang)
    return Printing(
        id=own,
        card_id=card_id,
        illustration_id=_id(illustration, "art", own if illustration or UUID(own).int % OWN_ART == 0 else card_id),
        name=name,
        layout=layout or "normal",
        mana_cost=mana_cost,
        type_line=type_line,
        set=code,
        set_name=set_name,
        set_type=set_type or "expansion",
        released_at=released,
        number=number,
        lang=lang or "en",
        rarity=rarity or ("common", "uncommon", "rare", "mythic")[UUID(card_id).int % 4],
        border=border or "black",
        frame=frame or next((name for begin, name in FRAMES if released >= begin), "1993"),
        frame_effects=effects or "",
        full_art=bool(full),
        promo=bool(promo),
        prices=Prices(*prices),
        made_up=made_up,
    )


def _id(known: bytes | None, *parts: object) -> str:
    if not known:
        return str(uuid5(IDS, "\n".join(map(str, parts))))
    # As str(UUID(bytes=known)), for a hundred thousand printings.
    text = known.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _make_promos(rows: Sequence[Printing], count: int) -> list[Printing]:
    """Return promos of different cards: every second one with the card's illustration, the others with a new one."""
    made = []
    for at in range(max(count, 0)):
        row = rows[at % len(rows)]
        code, name, kind, released = _make_set(at)
        ident = _id(None, "promo", row.id, at)
        made.append(
            replace(
                row, id=ident, set=code, set_name=name, set_type=kind, released_at=released, number=f"{at + 1}p",
                frame="2015", full_art=at % 2 == 1, promo=True, prices=NO_PRICES, made_up=True,
                illustration_id=row.illustration_id if at % 2 == 0 else _id(None, "art", ident),
            )
        )  # fmt: skip
    return made


def _make_set(at: int) -> tuple[str, str, str, str]:
    code, name, kind, released = MADE_UP_SET
    return f"{code}{at // SET_SIZE:x}", f"{name} {at // SET_SIZE}", kind, released
