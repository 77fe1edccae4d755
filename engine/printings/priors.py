"""How common each printing of a card is among players' cards, and the printings of The List that a catalogue lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from engine.catalogue.entries import NO_PRICES
from engine.catalogue.rows import PrintingRow
from engine.printings.expected_line import REPRINT_SETS
from engine.printings.expected_look import VARIED_SINCE, collector_number

REPRINTED, UNLISTED, PROMO = 0.08, 0.04, 0.04
"""Prior of a printing with another's collector line: on The List, on The List though the catalogue lacks it, or
stamped as a promotion."""
VARIANT = 0.15
"""Prior of a card's higher number in a set since 2019: borderless, showcase and so on."""
RARE_SETS: Mapping[str, float] = {
    "masterpiece": 0.05, "from_the_vault": 0.1, "promo": 0.04, "memorabilia": 0.03, "premium_deck": 0.3, "funny": 0.3,
    "box": 0.15, "spellbook": 0.1, "arsenal": 0.05, "archenemy": 0.3, "planechase": 0.3, "duel_deck": 0.5,
    "treasure_chest": 0.02, "vanguard": 0.02,
}  # fmt: skip
"""Prior of printings by Scryfall's type of their set: how much rarer they are than those of a set sold in boosters."""
RARE_CODES: Mapping[str, float] = {
    "lea": 0.2, "leb": 0.4, "2ed": 0.5, "sum": 0.0005, "fbb": 0.05, "4bb": 0.05, "bchr": 0.05, "ren": 0.05, "rin": 0.05,
}  # fmt: skip
"""The same for some of the first sets: small print runs, one of which was recalled, and black-bordered foreign ones."""
LIST_STARTED = "2020-09-26"
"""Release of the first cards of The List."""

_FOIL = ("★", "†")
_STAMPED = ("p", "s")
"""Scryfall's suffixes for the number of another set's card: foil, promo pack, prerelease."""


def priors(rows: Sequence[PrintingRow]) -> list[float]:
    """Return how common each printing is among players' cards; that of an ordinary one is 1."""
    codes = {row.set for row in rows}
    lowest: dict[str, int] = {}
    for row in rows:
        lowest[row.set] = min(collector_number(row), lowest.get(row.set, 1 << 30))
    unlisted = sum(row.set in REPRINT_SETS and row.scryfall_id is None for row in rows)
    shares = []
    for row in rows:
        # Another set's card with a stamp on its art, or foil.
        is_stamped = row.set.startswith("p") and (row.set[1:] in codes or row.collector_number.endswith(_STAMPED))
        if row.set in REPRINT_SETS:
            share = UNLISTED / unlisted if row.scryfall_id is None and unlisted else REPRINTED
        elif is_stamped or row.collector_number.endswith(_FOIL):
            share = PROMO
        else:
            share = RARE_CODES.get(row.set, RARE_SETS.get(row.set_type, 1.0))
            if row.released_at >= VARIED_SINCE and collector_number(row) > lowest[row.set]:
                share *= VARIANT
        shares.append(share)
    return shares


def unlisted_reprints(rows: Sequence[PrintingRow], reprinted_sets: Collection[str]) -> list[PrintingRow]:
    """Return the printings of The List that the catalogue lacks: one for each other printing of a set it reprints.

    Their numbers follow from the originals': ``M14-184`` is that of M14 184.
    """
    listed = {row.collector_number.lower() for row in rows if row.set in REPRINT_SETS}
    reprints = []
    for row in rows:
        number = f"{row.set.upper()}-{row.collector_number}"
        if row.set in reprinted_sets and row.collector_number.isdecimal() and number.lower() not in listed:
            reprints.append(
                replace(
                    row,
                    set="plst",
                    set_name="The List",
                    collector_number=number,
                    scryfall_id=None,
                    border_color="black",
                    released_at=LIST_STARTED,
                    prices=NO_PRICES,
                )
            )
    return reprints
