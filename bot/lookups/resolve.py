"""A name as somebody wrote it -> the card that is meant, or the few that may be. An exact name is never asked about."""

from __future__ import annotations

from dataclasses import dataclass

from bot.recognition.recogniser import LookupEngine
from engine import CardEntry, PrintingEntry

CANDIDATES = 5
"""Names offered where none is clearly meant."""
CLEAR, LEAD = 0.8, 0.05
"""Score from which a name that leads the next one by so much is taken as meant.

Of names with one and two wrong letters 234 of 237 and 240 of 245 were understood without asking, one of them wrongly;
of 245 cut off at 70% of their length 201, one wrongly.
"""
FACE_SEPARATOR = " // "
PREFIX_FROM = 4
"""Letters from which the beginning of one known name alone means that name."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name was understood as.

    Attributes:
        entry: the card, or None.
        exact: whether the name is spelt as the card's is, case, accents and punctuation aside.
        candidates: where there is no card: those that may be meant, likeliest first; maybe none.
    """

    entry: CardEntry | None = None
    exact: bool = False
    candidates: tuple[CardEntry, ...] = ()


def resolve(name: str, engine: LookupEngine) -> Resolved:
    """Return what a name is understood as."""
    entry = engine.card(name)
    if entry is not None:
        return Resolved(entry, exact=True)
    found = engine.lookup(name, top_k=CANDIDATES)
    # A card that has another's name on one of its faces is no rival: between the two the whole name is meant.
    rivals = [one for one in found if one is found[0] or found[0].name not in one.name.split(FACE_SEPARATOR)]
    if found and _is_clear(name, rivals):
        return Resolved(found[0])
    return Resolved(candidates=tuple(found))


def printing_of(printings: list[PrintingEntry], set_code: str, number: str) -> PrintingEntry | None:
    """Return the printing of a set and, unless it is empty, of a number (leading zeros don't matter), or None."""
    wanted = number.lstrip("0")
    return next(
        (
            one
            for one in printings
            if one.set == set_code and (not wanted or one.collector_number.lower().lstrip("0") == wanted)
        ),
        None,
    )


def _is_clear(name: str, found: list[CardEntry]) -> bool:
    """Return whether the first of these is surely meant: it leads by far, or is the only one that begins so."""
    beginning = name.strip().casefold()
    begun = [entry for entry in found if entry.name.casefold().startswith(beginning)]
    if begun == found[:1]:
        return len(beginning) >= PREFIX_FROM or _leads(found)
    # Whoever writes "lightning" has not misspelt Blightning.
    return _leads(found) and (not begun or begun[0] is found[0])


def _leads(found: list[CardEntry]) -> bool:
    second = found[1].score if len(found) > 1 else 0.0
    return found[0].score >= CLEAR and found[0].score - second >= LEAD
