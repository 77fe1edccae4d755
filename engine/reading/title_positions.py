"""Positions of titles on cards, by layout.

A line anywhere else names no card. Positions are given in the frame in which the title reads upright: for a sideways
title that is the card on its side, its width along the card's height. Layouts are Scryfall's, plus ``battle``, which
Scryfall calls ``transform``, and ``basic`` for basic lands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core import geometry
from engine.core.constants import CARD_ASPECT
from engine.core.values import Corners

SPLIT, AFTERMATH, BATTLE, FLIP, BASIC = "split", "aftermath", "battle", "flip", "basic"
LOW_TYPE_LINE = frozenset({"saga", "class"})
"""Layouts with the type line at the foot of the card."""
INSET = frozenset({"adventure", "prepare"})
"""Layouts with the second title in a small frame within the text box."""
TYPE_LINE_OFFSET = 0.27
"""How much lower the type line of :data:`LOW_TYPE_LINE` is, as a share of the card's height."""

TITLE_HEIGHT = (0.03, 0.085)
"""Height of a title line as a share of its frame's; half of that would be the title of one card in a page of cards."""
EDGE_TITLE_HEIGHT = (0.042, 0.13)
"""The same for a title along the edge of a whole card, as a share of the card's width; rules text is smaller."""
FOOT_TITLE_HEIGHT = (0.042, 0.085)


@dataclass(frozen=True, slots=True)
class TitlePosition:
    """A possible position of a title, in fractions of the frame in which it reads upright.

    Attributes:
        turn: quarter turns clockwise from the card's own top left to the frame's.
        left: range of its left end.
        middle: range of its vertical middle.
        height: range of its height.
    """

    turn: int
    left: tuple[float, float]
    middle: tuple[float, float]
    height: tuple[float, float] = TITLE_HEIGHT

    def contains(self, line: Corners, frame: Corners) -> bool:
        """Return whether ``line``, in reading direction, is here; both float32 (4, 2), photo pixels."""
        inside = geometry.transform(line, geometry.quad_to_unit(frame))
        left, right = float(inside[[0, 3], 0].mean()), float(inside[[1, 2], 0].mean())
        middle, height = float(inside[:, 1].mean()), float(inside[[2, 3], 1].mean() - inside[[0, 1], 1].mean())
        return (
            self.left[0] < left < self.left[1]
            and left < right < 1.05
            and self.middle[0] < middle < self.middle[1]
            and self.height[0] < height < self.height[1]
        )

    @property
    def is_sideways(self) -> bool:
        """Whether the card is on its side when the title reads upright."""
        return self.turn % 2 == 1


HEAD = TitlePosition(0, (-0.05, 0.45), (-0.03, 0.16))
"""At the top of the upright card, where nearly all titles are."""
UPWARDS = TitlePosition(3, (-0.05, 0.95), (-0.03, 0.16))
"""Along the left edge, read upwards: both halves of split cards and rooms, and battles."""
LOWER_HALF = TitlePosition(1, (0.45, 0.95), (-0.03, 0.16))
"""Along the right edge of the lower half, read downwards: the second title of an aftermath card."""
UPSIDE_DOWN = TitlePosition(2, HEAD.left, HEAD.middle)
"""The second title of a flip card, at its foot."""
FOOT = TitlePosition(0, HEAD.left, (0.85, 0.98), FOOT_TITLE_HEIGHT)
EDGES = (
    TitlePosition(3, (-0.05, 0.7), (-0.03, 0.2), EDGE_TITLE_HEIGHT),
    TitlePosition(1, (-0.05, 0.7), (-0.03, 0.2), EDGE_TITLE_HEIGHT),
)
ANY_LAYOUT = (FOOT, *EDGES)
"""Positions in special frames of any layout: believed only where the reading is certain."""


def is_readable(layout: str, face: int) -> bool:
    """Return whether a title has a readable position; an inset title would be taken for another card's at the head."""
    return face == 0 or layout not in INSET


def find_position(
    line: Corners, frame: Corners, layout: str, face: int, *, certain: bool, as_found: bool
) -> TitlePosition | None:
    """Return the position of a title on a card of a layout, or None where that layout has no title.

    Args:
        line: float32 (4, 2), the title in reading direction.
        frame: float32 (4, 2), the card's corners, from the one that is top left as the title reads.
        layout: the card's.
        face: 0 for the title of the front or first half, 1 for the other.
        certain: whether the reading is so strong that unusual positions are believed.
        as_found: whether the frame's top is the top or the foot of the detected quad. Its head then counts as the
            head, even if a card seen from very low looks wider than tall.
    """
    positions: list[TitlePosition] = []
    if layout == SPLIT or (layout == BATTLE and face == 0):
        positions.append(UPWARDS)
    elif face == 1 and layout in {AFTERMATH, FLIP}:
        positions.append(LOWER_HALF if layout == AFTERMATH else UPSIDE_DOWN)
    positions.append(HEAD)
    if certain or layout == BASIC:
        positions += ANY_LAYOUT
    sideways = is_sideways(frame)
    for position in positions:
        fits = position.is_sideways == sideways or (position is HEAD and as_found)
        if fits and position.contains(line, frame):
            return position
    return None


def is_sideways(frame: Corners) -> bool:
    """Return whether a frame is wider than tall, by the order of its corners."""
    top, right, bottom, left = geometry.side_lengths(frame)
    return bool(top + bottom > left + right)


def half_of(frame: Corners, start: float = 0.0) -> Corners:
    """Return half of a sideways frame, which is a small card: as tall as the frame, with a card's aspect ratio.

    It begins at ``start``, in fractions of the frame's width.
    """
    end = start + CARD_ASPECT**2
    part = np.array([[start, 0], [end, 0], [end, 1], [start, 1]], np.float32)
    return geometry.transform(part, geometry.unit_to_quad(frame))


def body_frame(card: Corners, position: TitlePosition, layout: str) -> Corners | None:
    """Return the frame in which an upright card's type line has its usual position; None if that is the card itself."""
    if layout in LOW_TYPE_LINE:
        lower = geometry.UNIT_SQUARE + np.array([0, TYPE_LINE_OFFSET], np.float32)
        return geometry.transform(lower, geometry.unit_to_quad(card))
    if position not in {UPWARDS, LOWER_HALF}:
        return None
    # The two halves of a room share one type line, which begins in the first.
    return half_of(np.roll(card, -position.turn, axis=0), 0.0 if position == UPWARDS else 1 - CARD_ASPECT**2)
