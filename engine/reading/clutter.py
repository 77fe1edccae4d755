"""Detect whether a photo shows anything besides its cards; far cheaper than searching for text."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from engine.core import geometry
from engine.core.values import Corners, Rgb

CLUTTER_SIDE_PX, CLUTTER_CELL_PX = 720, 16
"""Longest side of the picture, and side of its cells."""
CLUTTER_CANNY = (60, 140)
CLUTTER_SHARE, CLUTTERED_CELLS = 0.10, 3
"""Text covers at least a tenth of a cell with edges; a title takes three cells even on a small card."""


def is_cluttered(pixels: Rgb, cards: Sequence[Corners]) -> bool:
    """Return whether anything outside ``cards`` has as much fine detail as text."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    edges = cv2.Canny(grey, *CLUTTER_CANNY)
    for corners in cards:
        cv2.fillConvexPoly(edges, geometry.expand(corners, 0.04).astype(np.int32), 0)
    # The mean over a cell is the share of its pixels that are edges, times 255.
    cells = cv2.resize(edges, None, fx=1 / CLUTTER_CELL_PX, fy=1 / CLUTTER_CELL_PX, interpolation=cv2.INTER_AREA)
    return int((cells > 255 * CLUTTER_SHARE).sum()) >= CLUTTERED_CELLS
