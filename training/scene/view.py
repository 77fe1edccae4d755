"""Project a layout's cards into a photo by a tilted camera."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.constants import CARD_ASPECT
from engine.core.values import Corners
from training.scene.layouts import LAYOUTS
from training.scene.recipes import Recipe

Matrix = NDArray[np.float64]
"""float64 (3, 3): a homography."""

FOCAL = (0.9, 2.6)
"""Smallest and largest distance of the camera over the layout's size."""
SCAN_STRETCH = 0.1
"""Largest stretch of a scan to fill the picture, as a logarithm."""
MAX_SIDE = 6.0
"""Cards that reach beyond this many photo sides, because of the tilt, are left out."""


def place_cards(recipe: Recipe, rng: np.random.Generator, size: tuple[int, int]) -> list[Corners]:
    """Return where each card's corners are in the photo."""
    if recipe.layout == "none":
        return []
    placed = LAYOUTS[recipe.layout](rng)
    quads = []
    for x, y, turn in placed:
        c, s = np.cos(turn), np.sin(turn)
        flat = (geometry.UNIT_SQUARE - 0.5) * np.array([CARD_ASPECT, 1.0])
        quads.append(np.asarray(flat @ np.array([[c, s], [-s, c]]) + (x, y), np.float32))
    on_table = np.concatenate(quads)
    # The camera tilts in a random direction and rolls.
    middle, reach = on_table.mean(0), float(np.ptp(on_table, axis=0).max())
    towards, tilt = float(rng.uniform(0, 2 * np.pi)), np.radians(recipe.tilt_deg)
    axis = np.array([np.cos(towards), np.sin(towards), 0.0]) * tilt
    turned = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0, 0, np.radians(recipe.turn_deg)]))[0]
    distance = reach * float(rng.uniform(*FOCAL))
    pose = np.diag([distance, distance, 1.0]) @ np.column_stack([turned[:, :2], [0, 0, distance]])
    seen = geometry.transform(on_table, pose @ np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]]))
    framed = geometry.transform(seen, _frame(seen, recipe, rng, size, len(placed))).reshape(-1, 4, 2)
    largest = MAX_SIDE * max(size)
    return [quad for quad in framed if np.abs(quad).max() < largest and geometry.side_lengths(quad).min() > 3]


def _frame(
    points: NDArray[np.float32], recipe: Recipe, rng: np.random.Generator, size: tuple[int, int], count: int
) -> Matrix:
    """Return the zoom and shift with which the cards span ``fill`` of the photo, at a random place in it."""
    low, high = points.min(0).astype(np.float64), points.max(0).astype(np.float64)
    extent = np.maximum(high - low, 1e-6)
    ratio = np.array(size) / extent
    zoom = recipe.fill * float(ratio.min())
    if count == 1 and recipe.flat and recipe.fill > 0.96 and abs(np.log(ratio[0] / ratio[1])) < SCAN_STRETCH:
        # A scan shows nothing but the card.
        stretch = recipe.fill * ratio
        shift = np.array(size) / 2 - stretch * (low + high) / 2
        return np.array([[stretch[0], 0, shift[0]], [0, stretch[1], shift[1]], [0, 0, 1]])
    free = np.abs(np.array(size) - zoom * extent)
    middle = np.array(size) / 2 + rng.uniform(-0.5, 0.5, 2) * free * (0.9 if recipe.fill < 1 else 1.0)
    shift = middle - zoom * (low + high) / 2
    return np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]], [0, 0, 1]])
