"""Plane geometry of quads; points are (x, y), float32 in and out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.values import Corners

Points = NDArray[np.float32]
"""float32 (N, 2)."""

UNIT_SQUARE: Corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)


def clockwise(corners: Corners) -> Corners:
    """Return the four points clockwise on the screen (y downwards), starting with the same point."""
    # The cross product of the diagonals is twice the signed area; reversing the points negates it exactly.
    one, other = (corners[2:] - corners[:2]).astype(np.float64)
    return corners if one[0] * other[1] - one[1] * other[0] >= 0 else np.ascontiguousarray(corners[[0, 3, 2, 1]])


def side_lengths(corners: Corners) -> NDArray[np.float32]:
    """Return float32 (4,): lengths of the sides 0-1, 1-2, 2-3, 3-0 in pixels."""
    return np.asarray(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1), np.float32)


def area(corners: Points) -> float:
    """Return the area of a simple polygon in square pixels."""
    return float(abs(cv2.contourArea(corners.astype(np.float32))))


def intersection_area(a: Points, b: Points) -> float:
    """Return the area in square pixels of the intersection of two convex polygons."""
    # OpenCV finds no intersection of quads that differ by 1e-5 px; rounded to a grid they are equal.
    shared = cv2.intersectConvexConvex(np.round(a.astype(np.float32), 2), np.round(b.astype(np.float32), 2))[0]
    return max(float(shared), 0.0)  # -1 for collinear points


def iou(a: Points, b: Points) -> float:
    """Return intersection over union of two convex polygons, 0..1."""
    sizes = area(a), area(b)
    shared = min(intersection_area(a, b), *sizes)
    union = sum(sizes) - shared
    return shared / union if union > 0 else 0.0


def coverage(inner: Points, outer: Points) -> float:
    """Return the share of ``inner`` that lies inside ``outer``, 0..1 (both convex)."""
    size = area(inner)
    return min(intersection_area(inner, outer) / size, 1.0) if size > 0 else 0.0


def rectangle(width: float, height: float) -> Corners:
    """Return the corners of an upright rectangle at the origin, float32 (4, 2), such as a picture's outline."""
    return UNIT_SQUARE * np.array([width, height], np.float32)


def unit_to_quad(corners: Corners) -> NDArray[np.float64]:
    """Return the (3, 3) homography from card fractions (0..1, origin at the card's top left) to pixels."""
    return np.asarray(cv2.getPerspectiveTransform(UNIT_SQUARE, corners), np.float64)


def quad_to_unit(corners: Corners) -> NDArray[np.float64]:
    """Return the (3, 3) homography from pixels to card fractions."""
    return np.asarray(cv2.getPerspectiveTransform(corners, UNIT_SQUARE), np.float64)


def transform(points: Points, homography: NDArray[np.float64]) -> Points:
    """Apply a (3, 3) homography to ``points``."""
    return np.asarray(cv2.perspectiveTransform(points.reshape(1, -1, 2).astype(np.float32), homography)[0], np.float32)


def expand(corners: Corners, share: float) -> Corners:
    """Return the quad expanded on every side by ``share`` of its size (shrunk if negative)."""
    around = UNIT_SQUARE + (UNIT_SQUARE - 0.5) * 2 * share
    return transform(around, unit_to_quad(corners))


def subpixel_offset(values: NDArray[np.floating], at: int) -> float:
    """Return how far from ``at`` the parabola through it and its neighbours peaks, -0.5..0.5; 0 at an end."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, peak, after = values[at - 1 : at + 2]
    return float(np.clip((after - before) / (2 * (2 * peak - before - after) + 1e-9), -0.5, 0.5))
