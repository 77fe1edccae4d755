"""Photo -> quads by classical means: card-shaped contours over several edge maps and thresholds.

Several hypotheses may nest (sleeve, card, inner frame, art), and
the recogniser lets the witnesses choose among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import geometry
from engine.constants import CARD_ASPECT
from engine.image import Photo
from engine.stopwatch import Stopwatch
from engine.values import Corners, Quad, Rgb

Mask = NDArray[np.uint8]
"""uint8 (height, width): 0 or 255."""

FIND_SIDE_PX = 720
"""Longer side of the picture that cards are looked for in; a card of a table of forty is still 80 px high."""
MIN_AREA_SHARE = 0.004
"""Smallest card, as a share of the picture: forty cards of a table fill it to a sixth."""
MAX_QUADS = 120
"""Quads handed on, best first; the recogniser reads far fewer."""
ASPECT_RANGE = (0.52, 0.95)
"""Short side over long side; 0.716 head-on, the rest by up to about 45 degrees of tilt."""
ANGLE_RANGE_DEG = (62.0, 118.0)
MIN_FILL = 0.86
"""Share of a quad that its contour's hull must fill."""
MAX_CONTOUR_POINTS = 400
"""Points kept of a contour for fitting its sides."""
MIN_LINE_POINTS = 10
MAX_CORNER_SHIFT = 0.08
"""Farthest a corner may move from the contour's vertex, as a share of the longest side."""
SAME_IOU = 0.82
"""Above this overlap two quads are one find; the better is kept."""


class ContourDetector:
    """Finds card-shaped contours over several edge maps and thresholds."""

    def __call__(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return at most :data:`MAX_QUADS` quads in photo pixels, best first, nested ones included."""
        with clock.time("decode"):
            view = photo.view(FIND_SIDE_PX)
        with clock.time("detect"):
            found = self.quads(view.pixels)
            return [Quad(quad.corners / np.float32(view.scale), quad.score) for quad in found]

    def quads(self, pixels: Rgb) -> list[Quad]:
        """Return the quads in a picture, uint8 (H, W, 3), in its own pixels."""
        height, width = pixels.shape[:2]
        min_area = MIN_AREA_SHARE * height * width
        outlines = [outline for mask in _masks(pixels) for outline in _outlines(mask, min_area)]
        quads = [_refined(outline) for outline in _distinct(outlines)]
        whole = whole_picture(width, height)
        return ([*quads, whole] if whole else quads)[:MAX_QUADS]


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A contour that has about a card's shape, and the quad whose vertices lie on it."""

    quad: Quad
    contour: geometry.Points


def whole_picture(width: int, height: int) -> Quad | None:
    """Return the picture's own outline as a quad if it has about a card's shape, else None."""
    short, long = sorted((width, height))
    if not ASPECT_RANGE[0] <= short / long <= ASPECT_RANGE[1]:
        return None
    outline = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return Quad(geometry.portrait(outline), 0.05)


def _masks(pixels: Rgb) -> Iterator[Mask]:
    """Yield binary pictures in whose contours a card's outline may show."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    saturation = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)[..., 1]
    light = cv2.GaussianBlur(lab[..., 0], (5, 5), 0)
    even = cv2.createCLAHE(2.0, (8, 8)).apply(light)
    closing = cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5))
    for channel, low, high in ((light, 20, 60), (light, 50, 140), (even, 60, 160), (saturation, 50, 140)):
        edges = cv2.Canny(channel, low, high)
        yield cv2.morphologyEx(edges, cv2.MORPH_CLOSE, closing)
    for channel in (light, cv2.GaussianBlur(saturation, (5, 5), 0)):
        _, bright = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        yield bright
        yield cv2.bitwise_not(bright)
    for share in (0.35, 0.65):
        # Fixed shares of the range find black borders on grey and white borders on wood, where Otsu splits elsewhere.
        lo, hi = np.percentile(light, (2, 98))
        _, dark = cv2.threshold(light, float(lo + share * (hi - lo)), 255, cv2.THRESH_BINARY_INV)
        yield dark


def _outlines(mask: Mask, min_area: float) -> Iterator[Outline]:
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        _, _, width, height = cv2.boundingRect(contour)
        if width * height < min_area:
            continue
        quad = _fit_quad(contour, min_area)
        if quad is not None:
            yield Outline(quad, contour[:: max(1, len(contour) // MAX_CONTOUR_POINTS), 0].astype(np.float32))


def _fit_quad(contour: NDArray[np.int32], min_area: float) -> Quad | None:
    """Return the quad that the contour's hull fills, or None if it is no card's shape."""
    hull = cv2.convexHull(contour)
    hull_area = float(cv2.contourArea(hull))
    if hull_area < min_area:
        return None
    rough = _four_corners(hull)
    if rough is None:
        return None
    corners = geometry.portrait(rough)
    fill = hull_area / max(geometry.area(corners), 1.0)
    if not MIN_FILL <= fill <= 1.12 or not is_card_shaped(corners):
        return None
    return Quad(corners, _shape_score(corners, fill))


def _four_corners(hull: NDArray[np.int32]) -> Corners | None:
    """Return the hull reduced to four corners (float32 (4, 2)), or None if it doesn't go."""
    length = cv2.arcLength(hull, True)
    for tolerance in (0.01, 0.02, 0.03, 0.045, 0.06):
        polygon = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(polygon) == 4:
            return np.asarray(polygon[:, 0], np.float32)
        if len(polygon) < 4:
            return None
    return None


def _refined(outline: Outline) -> Quad:
    """Return the quad with its corners at the crossings of lines fitted to the contour along each side.

    Cards have round corners: the polygon's vertices lie on the arcs, the crossings where the
    sides would meet.
    """
    corners = outline.quad.corners
    ends = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    lines = [_side_line(start, end, outline.contour) for start, end in ends]
    known = [line for line in lines if line is not None]
    if len(known) < 4:
        return outline.quad
    crossings = np.array([np.cross(known[i - 1], known[i]) for i in range(4)])
    if np.abs(crossings[:, 2]).min() < 1e-9:
        return outline.quad
    moved = np.ascontiguousarray(crossings[:, :2] / crossings[:, 2:], np.float32)
    near = np.abs(moved - corners).max() < MAX_CORNER_SHIFT * float(geometry.side_lengths(corners).max())
    return Quad(moved, outline.quad.score) if near and is_card_shaped(moved) else outline.quad


def _side_line(
    start: NDArray[np.float32], end: NDArray[np.float32], contour: geometry.Points
) -> NDArray[np.float64] | None:
    """Return the line (homogeneous, (3,)) through the contour's points along a side, None where there are few.

    The points near the corners (outer 15% of the side) lie on the arcs and are left out.
    """
    length = float(np.hypot(*(end - start))) + 1e-6
    along = (end - start) / length
    relative = contour - start
    position = relative @ along / length
    distance = np.abs(relative @ np.array([-along[1], along[0]], np.float32))
    near = contour[(position > 0.15) & (position < 0.85) & (distance < 0.025 * length + 1.5)]
    if len(near) < MIN_LINE_POINTS:
        return None
    vx, vy, x, y = cv2.fitLine(near, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return np.cross([x, y, 1.0], [x + vx, y + vy, 1.0])


def is_card_shaped(corners: Corners) -> bool:
    """Return whether portrait corners have angles and sides a tilted card can show."""
    sides = geometry.side_lengths(corners)
    if sides.min() < 12:
        return False
    aspect = float((sides[0] + sides[2]) / (sides[1] + sides[3]))
    angles = geometry.corner_angles(corners)
    return (
        ASPECT_RANGE[0] <= aspect <= ASPECT_RANGE[1]
        and bool((angles >= ANGLE_RANGE_DEG[0]).all() and (angles <= ANGLE_RANGE_DEG[1]).all())
        and float(sides[0] / sides[2]) < 2
        and float(sides[2] / sides[0]) < 2
        and bool(cv2.isContourConvex(corners))
    )


def _shape_score(corners: Corners, fill: float) -> float:
    """Return 0..1: how close to a head-on card of 63 x 88 mm the quad is, and how well it is filled."""
    sides = geometry.side_lengths(corners)
    aspect = float((sides[0] + sides[2]) / (sides[1] + sides[3]))
    squareness = 1 - float(np.abs(geometry.corner_angles(corners) - 90).mean()) / 45
    aspect_fit = max(0.0, 1 - abs(np.log(aspect / CARD_ASPECT)) / 0.5)
    return float(np.clip((0.5 * aspect_fit + 0.5 * squareness) * min(fill, 1.0), 0, 1))


def _distinct(outlines: list[Outline]) -> list[Outline]:
    """Return the outlines without near-copies, best first."""
    kept: list[Outline] = []
    for outline in sorted(outlines, key=lambda o: -o.quad.score):
        if all(_apart(outline.quad, other.quad) for other in kept):
            kept.append(outline)
    return kept


def _apart(a: Quad, b: Quad) -> bool:
    # The centres are compared first: polygon intersection is the dear part and mostly not needed.
    reach = 0.3 * max(a.height, b.height)
    if np.abs(a.corners.mean(0) - b.corners.mean(0)).max() > reach:
        return True
    return geometry.iou(a.corners, b.corners) < SAME_IOU
