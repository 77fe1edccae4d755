"""Where titles stand on a card, by its layout: pure geometry, so that a line elsewhere names no card.

Positions are told in the frame in which a title reads upright: for a sideways title that is the card on its
side, its width along the card's height. Layouts are Scryfall's words, besides ``battle``, which Scryfall has as
``transform``, and ``basic`` for basic lands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core import geometry
from engine.core.constants import CARD_ASPECT
from engine.core.values import Corners

SPLIT, AFTERMATH, BATTLE, FLIP, BASIC = "split", "aftermath", "battle", "flip", "basic"
LOW_TYPE_LINE = frozenset({"saga", "class"})
"""Layouts whose type line stands at the foot of the card."""
INSET = frozenset({"adventure", "prepare"})
"""Layouts whose second title stands in a small frame of its own amid the text."""
LOWER_BY = 0.27
"""How much lower it stands there, as a share of the card's height."""

TITLE_HEIGHT = (0.03, 0.085)
"""Height of a title line as a share of its frame's: a line half as tall is the title of a card in a page of cards."""
EDGE_TITLE_HEIGHT = (0.042, 0.13)
"""The same for a title along the edge of a whole card, over the card's width; rules text is smaller."""
FOOT_TITLE_HEIGHT = (0.042, 0.085)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a title may stand, in fractions of the frame in which it reads upright.

    Attributes:
        turn: quarter turns clockwise from the card's own top left to the frame's.
        left: range in which it begins.
        middle: range of its middle line, from the top.
        height: range of its height.
    """

    turn: int
    left: tuple[float, float]
    middle: tuple[float, float]
    height: tuple[float, float] = TITLE_HEIGHT

    def holds(self, line: Corners, frame: Corners) -> bool:
        """Return whether ``line``, in reading direction, lies here; both float32 (4, 2), photo pixels."""
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
        """Whether the card lies on its side when the title reads upright."""
        return self.turn % 2 == 1


HEAD = Place(0, (-0.05, 0.45), (-0.03, 0.16))
"""At the top of the upright card, where nearly all titles are."""
UPWARDS = Place(3, (-0.05, 0.95), (-0.03, 0.16))
"""Along the left edge, read upwards: both halves of a split card or a room, and a battle."""
LOWER_HALF = Place(1, (0.45, 0.95), (-0.03, 0.16))
"""Along the lower half's right edge, read downwards: the second title of an aftermath card."""
UPSIDE_DOWN = Place(2, HEAD.left, HEAD.middle)
"""At the foot of a flip card: its second title."""
FOOT = Place(0, HEAD.left, (0.85, 0.98), FOOT_TITLE_HEIGHT)
EDGES = (
    Place(3, (-0.05, 0.7), (-0.03, 0.2), EDGE_TITLE_HEIGHT),
    Place(1, (-0.05, 0.7), (-0.03, 0.2), EDGE_TITLE_HEIGHT),
)
ANYWHERE = (FOOT, *EDGES)
"""Where cards of any layout may bear their title in a special frame: to be believed only when it is beyond doubt."""


def is_read(layout: str, face: int) -> bool:
    """Return whether a title can stand where any is read: at the head one that is set amid text is another card's."""
    return face == 0 or layout not in INSET


def place_of(
    line: Corners, frame: Corners, layout: str, face: int, *, beyond_doubt: bool, as_found: bool
) -> Place | None:
    """Return the place where a title of a card of that layout stands, or None where none of them does.

    Args:
        line: float32 (4, 2), the title in reading direction.
        frame: float32 (4, 2), the card between its corners, from the one that is top left as the title reads.
        layout: the card's.
        face: 0 for the title of its front or first half, 1 for the other.
        beyond_doubt: whether the title is read so well that it may stand where few do.
        as_found: whether the frame's top is the top or the foot that the detector gave the card: then its head
            is its head, though a card seen from very low looks wider than tall.
    """
    places: list[Place] = [*_own_places(layout, face), HEAD]
    if beyond_doubt or layout == BASIC:
        places += ANYWHERE
    sideways = lies_on_its_side(frame)
    for place in places:
        fits = place.is_sideways == sideways or (place is HEAD and as_found)
        if fits and place.holds(line, frame):
            return place
    return None


def _own_places(layout: str, face: int) -> tuple[Place, ...]:
    if layout == SPLIT or (layout == BATTLE and face == 0):
        return (UPWARDS,)
    if layout == AFTERMATH and face == 1:
        return (LOWER_HALF,)
    return (UPSIDE_DOWN,) if layout == FLIP and face == 1 else ()


def lies_on_its_side(frame: Corners) -> bool:
    """Return whether a card's frame is wider than tall, as the corners' order has it."""
    top, right, bottom, left = geometry.side_lengths(frame)
    return bool(top + bottom > left + right)


def half_of(frame: Corners, start: float = 0.0) -> Corners:
    """Return the card in small that half of a sideways frame is: as tall as it, and of a card's own shape.

    Args:
        frame: float32 (4, 2), a card on its side.
        start: where the half begins, in fractions of the frame's width.
    """
    end = start + CARD_ASPECT**2
    part = np.array([[start, 0], [end, 0], [end, 1], [start, 1]], np.float32)
    return geometry.transform(part, geometry.unit_to_quad(frame))


def body_of(card: Corners, place: Place, layout: str) -> Corners | None:
    """Return a frame in which the type line stands where most cards have it; None where the card's own is one.

    Args:
        card: float32 (4, 2), the upright card.
        place: where its title stands.
        layout: the card's.
    """
    if layout in LOW_TYPE_LINE:
        lower = geometry.UNIT_SQUARE + np.array([0, LOWER_BY], np.float32)
        return geometry.transform(lower, geometry.unit_to_quad(card))
    if place not in {UPWARDS, LOWER_HALF}:
        return None
    # The two halves of a room share one type line, which begins in the first.
    return half_of(np.roll(card, -place.turn, axis=0), 0.0 if place == UPWARDS else 1 - CARD_ASPECT**2)
