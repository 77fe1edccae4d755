"""Two titles of one card: the halves of a split card are found and read one by one, and are one card all the same.

Only layouts with both titles on the same side of the card can show both. The other title of an adventure is never read
(see :func:`engine.reading.title_positions.is_readable`), and the faces of a double-faced card are on different sides:
where both are seen there are two cards.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.values import Corners
from engine.reading.ocr import Line
from engine.reading.title_positions import AFTERMATH, FLIP, SPLIT
from engine.reading.title_search import TitledQuad


@dataclass(frozen=True, slots=True)
class Halves:
    """Where the second title of a layout is, seen from the first.

    Attributes:
        turn: quarter turns clockwise from the first title's reading direction to the second's.
        along, down: from the beginning of the first title to that of the second, in the first's reading direction and
            across it, in heights of the first.
        slant_deg: largest angle between the direction in which the second title is and the expected one. Titles beside
            each other show the direction themselves; others may be seen in perspective.
    """

    turn: int
    along: float
    down: float
    slant_deg: float


HALVES: Mapping[str, Halves] = {
    # Beside it: half the length of the card away (44 mm); its lines are two thirds as high as on other cards.
    SPLIT: Halves(0, along=12.0, down=0.0, slant_deg=8.0),
    # From the head to the right edge of the lower half (54 and 41 mm), read downwards.
    AFTERMATH: Halves(1, along=10.6, down=8.0, slant_deg=20.0),
    # From the head to the foot (55 and 76 mm), read upside down.
    FLIP: Halves(2, along=10.8, down=14.9, slant_deg=20.0),
}
"""By layout, for lines as text detection gives them, 5.1 mm high; those of name plates are 3.9 mm high."""
MAX_LENGTH_RATIO = 1.7
"""Largest ratio of the distance to the expected one: lines of plates, and cards in perspective."""
MAX_TURN_DEG = 25.0
"""Largest angle between the second title's reading direction and the expected one: short titles give it coarsely."""


def find_halves(cards: Sequence[TitledQuad], layout_of: Callable[[int], str]) -> list[tuple[int, int]]:
    """Return the pairs of cards that are the two halves of one: their numbers, each in one pair at most.

    Of two copies each gets its own halves: the pairs that fit best go first.

    Args:
        layout_of: returns the layout of a card by its id in the catalogue, as in
            :mod:`engine.reading.title_positions`.
    """
    fits = []
    for n, one in enumerate(cards):
        for m, other in enumerate(cards[:n]):
            misfit = _misfit(other, one, layout_of)
            if misfit is not None:
                fits.append((misfit, m, n))
    pairs: list[tuple[int, int]] = []
    paired: set[int] = set()
    for _, m, n in sorted(fits):
        if not paired & {m, n}:
            pairs.append((m, n))
            paired |= {m, n}
    return pairs


def _misfit(one: TitledQuad, other: TitledQuad, layout_of: Callable[[int], str]) -> float | None:
    """Return how badly two cards fit as the halves of one, 0 and up; None if they can't be."""
    if not one.reading.matches or not other.reading.matches:
        return None
    title, second_title = one.reading.matches[0].title, other.reading.matches[0].title
    if title.card_id != second_title.card_id or title.face == second_title.face:
        return None
    if title.face > second_title.face:
        one, other = other, one
    halves, line, second = HALVES.get(layout_of(title.card_id)), one.reading.line, other.reading.line
    if halves is None or line is None or second is None:
        return None
    direction = _direction(line)
    turned = _angle_between(direction * 1j**halves.turn, _direction(second))
    # The beginning of each title: the middle of its left end.
    step = complex(*(second[[0, 3]].mean(0) - line[[0, 3]].mean(0)).tolist()) / max(Line(line, 1.0).height, 1.0)
    if halves.turn == 0:
        # Both lines show the direction, the longer one more exactly.
        direction = _direction(line + second)
    expected = complex(halves.along, halves.down) * direction
    length, aside = abs(step) / abs(expected), _angle_between(expected, step)
    if turned > MAX_TURN_DEG or aside > halves.slant_deg or not 1 / MAX_LENGTH_RATIO < length < MAX_LENGTH_RATIO:
        return None
    return abs(math.log(length)) / math.log(MAX_LENGTH_RATIO) + aside / halves.slant_deg


def _direction(line: Corners) -> complex:
    """Return the reading direction of a line as a complex number of length 1: 1 to the right, 1j downwards."""
    along = complex(*(line[1] - line[0] + line[2] - line[3]).tolist())
    return along / max(abs(along), float(np.finfo(np.float32).tiny))


def _angle_between(one: complex, other: complex) -> float:
    """Return the angle between two directions in degrees, 0..180."""
    return abs(math.degrees(cmath.phase(other * one.conjugate())))
