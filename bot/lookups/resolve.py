"""Finds the card that a name means, or the few it may mean. An exact name always means its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.recognition.recogniser import LookupEngine
from engine import CardEntry, PrintingEntry

MAX_CANDIDATES = 5
"""Names offered if the name is ambiguous."""
CLEAR, LEAD = 0.8, 0.05
"""Least score, and least lead over the next name, to take a name without asking.

Of names with one and two wrong letters 234 of 237 and 240 of 245 were understood without asking, one of them wrongly;
of 245 cut off at 70% of their length 201, one wrongly.
"""
FACE_SEPARATOR = " // "
MIN_PREFIX = 4
"""Least length of a text that means a name because no other name begins with it."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name was understood as.

    Attributes:
        entry: the card, or None.
        exact: whether the name is spelt as the card's, apart from case, accents and punctuation.
        candidates: without a card, those that may be meant, likeliest first; may be empty.
    """

    entry: CardEntry | None = None
    exact: bool = False
    candidates: tuple[CardEntry, ...] = ()


def resolve(name: str, engine: LookupEngine) -> Resolved:
    """Return the card that a name means, or the candidates."""
    entry = engine.card(name)
    if entry is not None:
        return Resolved(entry, exact=True)
    found = engine.lookup(name, top_k=MAX_CANDIDATES)
    # A card with this name on one of its faces is no rival: without the other face's name it isn't meant.
    rivals = [one for one in found if one is found[0] or found[0].name not in one.name.split(FACE_SEPARATOR)]
    if found and _is_clear(name, rivals):
        return Resolved(found[0])
    return Resolved(candidates=tuple(found))


def find_printing(printings: Sequence[PrintingEntry], set_code: str, number: str) -> PrintingEntry | None:
    """Return the printing in a set, or None; any number if it is "", leading zeros don't matter."""
    wanted = number.lstrip("0")
    for one in printings:
        if one.set == set_code and (not wanted or one.collector_number.lower().lstrip("0") == wanted):
            return one
    return None


def _is_clear(name: str, found: list[CardEntry]) -> bool:
    """Return whether the first of these is surely meant: it leads clearly, or is the only one with this prefix."""
    second = found[1].score if len(found) > 1 else 0.0
    leads = found[0].score >= CLEAR and found[0].score - second >= LEAD
    prefix = name.strip().casefold()
    matching = [entry for entry in found if entry.name.casefold().startswith(prefix)]
    if matching == found[:1]:
        return len(prefix) >= MIN_PREFIX or leads
    # "lightning" is not a misspelt Blightning.
    return leads and (not matching or matching[0] is found[0])
