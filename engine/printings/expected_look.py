"""How the cards of a printing look: frame and border as the catalogue knows, or as set and number suggest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.catalogue import PrintingRow
from engine.printings.expected_line import REPRINT_SETS, print_date

LOOKS = (
    "1993 black", "1993 white", "1997 black", "1997 white", "2003 black", "2003 white", "2015 black",
    "future", "special", "gold", "silver",
)  # fmt: skip
"""Frames with their borders, in the order of the network's output.

``special``: borderless, extended art, showcase. ``gold`` and ``silver`` borders are told in any frame.
"""
FRAMES = (("2014-07-01", "2015"), ("2003-07-01", "2003"), ("1996-10-01", "1997"), ("", "1993"))
"""The frames with the dates of their first sets, the latest first."""
VARIED_SINCE = "2019-09-01"
"""Throne of Eldraine: the first set that prints a card anew under a higher number, in another look."""
SPECIAL_EFFECTS = frozenset({"showcase", "extendedart", "inverted", "fullart", "shatteredglass", "placeholderimage"})
"""Scryfall's frame effects that change the whole look."""
SPECIAL_TYPES = frozenset({"masterpiece"})
"""Scryfall's types of sets of which most cards have a look of their own."""
SPECIAL_SETS = frozenset({"sld", "slx", "slp", "slc"})
SURE = 0.96
"""Probability of the look that the catalogue tells; the others share the rest."""
VARIANT = {"special": 0.58, "2015 black": 0.24, "1997 black": 0.15}
"""Looks of a card's higher numbers in a set since 2019."""
SECRET = {"special": 0.6, "2015 black": 0.25, "1997 black": 0.08, "2003 black": 0.03}
"""Looks of sets in which every card is designed anew."""


def expected_looks(rows: Sequence[PrintingRow]) -> NDArray[np.float64]:
    """Return the probability of each of :data:`LOOKS` for each printing of one name, float64 (rows, looks)."""
    dates = {row.set: row.released_at for row in rows}
    lowest: dict[str, int] = defaultdict(lambda: 1 << 30)
    for row in rows:
        lowest[row.set] = min(lowest[row.set], collector_number(row))
    expected = np.zeros((len(rows), len(LOOKS)))
    for n, row in enumerate(rows):
        is_variant = row.released_at >= VARIED_SINCE and collector_number(row) > lowest[row.set]
        for look, share in _looks_of(row, print_date(row, dates), is_variant).items():
            expected[n, LOOKS.index(look)] += share
    expected += (1 - expected.sum(axis=1, keepdims=True)) / len(LOOKS)
    return expected


def _looks_of(row: PrintingRow, printed: str, is_variant: bool) -> Mapping[str, float]:
    """Return the probabilities of a printing's likely looks; they leave some for all others."""
    frame = row.frame or next(name for since, name in FRAMES if printed >= since)
    border = row.border_color or "black"
    if border in ("gold", "silver"):
        return {border: SURE}
    look = frame if frame == "future" else f"{frame} {border}"
    look = look if look in LOOKS else "2015 black"
    is_special = border == "borderless" or bool(SPECIAL_EFFECTS & set((row.frame_effects or "").split("|")))
    if is_special or row.full_art:
        return {"special": 0.8, look: SURE - 0.8}
    if row.frame is None and row.set not in REPRINT_SETS:
        if row.set in SPECIAL_SETS or row.set_type in SPECIAL_TYPES:
            return SECRET
        if is_variant:
            return VARIANT
    return {look: SURE}


def collector_number(row: PrintingRow) -> int:
    """Return the digits of a printing's number, 0 without any."""
    digits = "".join(char for char in row.collector_number if char.isdigit())
    return int(digits) if digits else 0
