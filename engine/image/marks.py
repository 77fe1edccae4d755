"""Where an annotated photo has each card's outline, number and name, so that no number or name hides another.

All sizes are relative to the picture and to the visible part of the card: of 75 cards in stacks, each shows a bar a
fiftieth of the picture high.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

Font = ImageFont.ImageFont | ImageFont.FreeTypeFont
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

STRIP = 0.65
"""Height over width of a visible part below which the card is mostly covered: only the bar with its title is seen."""
DISC_RADIUS, DISC_SHARE, DISC_SHARE_OF_STRIP = (0.55, 1.5), 0.2, 0.45
"""Smallest and largest radius of a number's disc in percent of the picture's longer side, and its radius over the width
of a card or the height of a strip."""
LABEL_SIZE, LABEL_SHARE, LABEL_SHARE_OF_STRIP = (0.8, 1.7), 0.1, 0.5
"""The same for the height of a name's letters; its plate is not much higher."""
SMALLEST_SHARE = 10
"""Percentile of the cards' own sizes of number and name that is taken for all."""
MAX_HIDDEN = 0.15
"""Most by which one disc may reach over another, in radii: it is better than a number far from its title."""
LINE_WIDTH, LINE_SHARE = 0.35, 0.05
"""Width of an outline in percent of the picture's longer side, and its upper limit over the card's shorter side."""
FEWEST_LETTERS, LETTERS = 4, 34
"""Fewest letters to which a name is shortened, and most letters of one."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name on a plate."""

    text: str
    box: Box
    letters_px: float


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn of one card.

    Attributes:
        outline: its four corners, pixels.
        line_px: width of the outline.
        disc: centre and radius of the disc with its number, pixels.
        label: its name; None where it was not wanted or would hide another card's number or name.
    """

    outline: tuple[tuple[float, float], ...]
    line_px: float
    disc: tuple[float, float, float]
    label: Label | None


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """The visible part of a card: float64 (4, 2) corners from its own top left, and the lengths of its sides."""

    corners: NDArray[np.float64]
    width: float
    height: float

    @property
    def is_strip(self) -> bool:
        return self.height < STRIP * self.width


def place_marks(
    outlines: Sequence[Sequence[tuple[float, float]]], names: Sequence[str], size: tuple[int, int]
) -> list[Mark]:
    """Return the mark of each card, in order.

    Args:
        outlines: four corners each, pixels, from the card's own top left: of its visible part.
        names: what the labels say, "" for none.
        size: the picture's width and height, pixels.
    """
    if not outlines:
        return []
    unit = max(size) / 100
    shapes = [_measure(outline) for outline in outlines]
    radius = _common_size(shapes, DISC_RADIUS, DISC_SHARE, DISC_SHARE_OF_STRIP, unit)
    letters_px = round(_common_size(shapes, LABEL_SIZE, LABEL_SHARE, LABEL_SHARE_OF_STRIP, unit))
    discs: list[tuple[float, float, float]] = []
    for shape in shapes:
        discs.append((*_place_disc(shape, radius, discs, size), radius))
    labels: list[Label | None] = []
    for shape, name in zip(shapes, names, strict=True):
        placed = [label.box for label in labels if label is not None]
        labels.append(_place_label(shape, name, letters_px, placed, discs, size) if name else None)
    lines = [max(1.0, min(LINE_WIDTH * unit, LINE_SHARE * min(shape.width, shape.height))) for shape in shapes]
    points = [tuple((float(x), float(y)) for x, y in shape.corners) for shape in shapes]
    return [Mark(*mark) for mark in zip(points, lines, discs, labels, strict=True)]


@lru_cache(maxsize=64)
def load_font(letters_px: float) -> Font:
    """Return the font in which letters are so high."""
    return ImageFont.load_default(size=letters_px)


def _measure(outline: Sequence[tuple[float, float]]) -> _Shape:
    corners = np.array(outline, np.float64)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return _Shape(corners, float(sides[0] + sides[2]) / 2, float(sides[1] + sides[3]) / 2)


def _common_size(
    shapes: Sequence[_Shape], limits: tuple[float, float], share: float, share_of_strip: float, unit: float
) -> float:
    """Return the size in pixels of a number or a name that suits nearly all cards."""
    own = [share_of_strip * shape.height if shape.is_strip else share * shape.width for shape in shapes]
    return min(max(float(np.percentile(own, SMALLEST_SHARE)), limits[0] * unit), limits[1] * unit)


def _place_disc(
    shape: _Shape, radius: float, placed: Sequence[tuple[float, float, float]], size: tuple[int, int]
) -> tuple[float, float]:
    """Return the middle of the disc, at the first place where it hides no other one, or hides the least."""
    top_left, top_right, bottom_right, bottom_left = shape.corners
    out = (top_left - top_right) / max(shape.width, 1.0) * radius
    left, right = (top_left + bottom_left) / 2 + 0.4 * out, (top_right + bottom_right) / 2 - 0.4 * out
    # On a whole card the corner is clear of the title; in a strip it would be on the card above.
    places = [left, left + 0.6 * out, left - 0.6 * out, right] if shape.is_strip else [top_left, left]
    places += [top_right, bottom_left, shape.corners.mean(0), bottom_right]
    inside = [np.clip(place, radius, np.maximum(np.array(size) - radius, radius)) for place in places]

    def hidden(place: NDArray[np.float64]) -> float:
        return max((r + radius - math.hypot(x - place[0], y - place[1]) for x, y, r in placed), default=0.0)

    x, y = next((place for place in inside if hidden(place) <= MAX_HIDDEN * radius), min(inside, key=hidden)).tolist()
    return x, y


def _place_label(
    shape: _Shape,
    name: str,
    letters_px: float,
    labels: Sequence[Box],
    discs: Sequence[tuple[float, float, float]],
    size: tuple[int, int],
) -> Label | None:
    """Return the name at the first place where it hides no number and no other name; None if there is no such place."""
    # In a strip the plate leaves room for its number and that of the strip beside it.
    room = shape.width - 2 * discs[0][2] if shape.is_strip else float(np.ptp(shape.corners[:, 0]))
    text, width, height = _fit(name, letters_px, room)
    top_left, top_right, bottom_right, bottom_left = shape.corners
    inwards = (top_left - top_right) / max(shape.width, 1.0) * width / 2
    right_end, left_end = (top_right + bottom_right) / 2 + inwards, (top_left + bottom_left) / 2 - inwards
    middle = shape.corners.mean(0)
    foot = shape.corners[np.argsort(shape.corners[:, 1])[2:]].mean(0) - (0, height / 2)
    for x, y in [right_end, middle, left_end] if shape.is_strip else [foot, middle, left_end, right_end]:
        x = min(max(x, width / 2), max(size[0] - width / 2, width / 2))
        y = min(max(y, height / 2), max(size[1] - height / 2, height / 2))
        box = (float(x - width / 2), float(y - height / 2), float(x + width / 2), float(y + height / 2))
        if not any(_overlap(box, other) for other in labels) and not any(_touches(box, disc) for disc in discs):
            return Label(text, box, letters_px)
    return None


def _fit(name: str, letters_px: float, room: float) -> tuple[str, float, float]:
    """Return the name, shortened so that its plate is at most ``room`` wide, with the plate's width and height."""
    font, margin = load_font(letters_px), 0.35 * letters_px
    # A question mark at the end says that the name is not sure.
    end = "?" if name.endswith("?") else ""
    text, kept = name, len(name) - len(end)
    while kept > FEWEST_LETTERS and (len(text) > LETTERS or font.getlength(text) + 2 * margin > room):
        kept -= 1
        text = f"{name[:kept].rstrip()}…{end}"
    return text, font.getlength(text) + 2 * margin, 1.45 * letters_px


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _touches(box: Box, disc: tuple[float, float, float]) -> bool:
    x, y, radius = disc
    return math.hypot(x - min(max(x, box[0]), box[2]), y - min(max(y, box[1]), box[3])) < radius
