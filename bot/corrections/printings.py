"""In which order printings are offered, and which of them a typed set means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.store import AnsweredCard
from engine import PrintingEntry

Place = tuple[str, str]
"""Set code and collector number of a printing."""
THE_LIST = "plst"
STAMPED = "ps★"
"""What follows the number of a card that is stamped as a promotion, or foil only."""
MIN_SET_NAME = 3
"""Fewest letters that may stand for the name of a set."""


def place_of(printing: PrintingEntry) -> Place:
    """Return set code and collector number, which no two printings share."""
    return printing.set, printing.collector_number


def order_printings(card: AnsweredCard, printings: Sequence[PrintingEntry]) -> list[PrintingEntry]:
    """Return printings as they are offered: the likeliest, then the others, copies of another directly after it.

    Args:
        printings: all of the card's name, newest first.
    """
    likely = [card.printing] if card.printing else card.printings
    known = {place_of(one): one for one in printings}
    first = [place for one in likely if (place := (one.set, one.collector_number)) in known]
    after: defaultdict[Place, list[Place]] = defaultdict(list)
    rest = []
    for place in known:
        original = original_of(*place)
        if place in first:
            continue
        if original in known and original != place:
            after[original].append(place)
        else:
            rest.append(place)
    ordered: list[PrintingEntry] = []

    def add(place: Place) -> None:
        ordered.append(known[place])
        # A copy may have copies: pm10 146p is one of m10 146p, which is one of m10 146.
        for copy in after.pop(place, ()):
            add(copy)

    for place in (*first, *rest):
        add(place)
    return ordered


def original_of(code: str, number: str) -> Place:
    """Return the printing that this one is a copy of by its number, which may not exist; itself if it is no copy.

    On The List, ``plst M14-184`` is ``m14 184``; the promotion ``pxln 5p`` is ``xln 5``.
    """
    if code == THE_LIST:
        first_set, _, first_number = number.partition("-")
        return first_set.lower(), first_number
    if code.startswith("p") and len(code) > len("xln"):
        code = code[1:]
    return code, number.rstrip(STAMPED) or number


def printings_in(printings: Sequence[PrintingEntry], typed: str) -> list[PrintingEntry]:
    """Return the printings of the set that somebody typed: its code, its name, or a part of that."""
    wanted = " ".join(typed.strip("() ").casefold().split())
    names = [one.set_name.casefold() for one in printings]
    by_code = [one for one in printings if one.set.casefold() == wanted]
    by_name = [one for one, name in zip(printings, names, strict=True) if name == wanted]
    parts = [one for one, name in zip(printings, names, strict=True) if len(wanted) >= MIN_SET_NAME and wanted in name]
    return by_code or by_name or parts
