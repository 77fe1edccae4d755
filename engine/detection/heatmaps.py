"""The finder's maps -> quads: pure. What the network's outputs mean is written down here, for engine and training.

The photo is divided into cells of :data:`STRIDE` pixels. For each cell the network tells

- ``heat`` (2, h, w): 0..1, how much the cell is the middle of what shows of a Magic card's face, and of
  another card (a back, another game);
- ``sectors`` (4, h, w): log odds that the card's top points up, right, down or left;
- ``corners`` (4, 8, h, w): for each of the four, x and y of the card's own top left, top right, bottom right
  and bottom left, from the middle of the cell, in units of :data:`UNIT` pixels.

Each sector has corners of its own, so that a card of which the network can't tell the top gets one of two
outlines and never their average (peaks at 45 degrees average to nothing).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.values import Quad

Maps = NDArray[np.float32]

STRIDE = 8
UNIT = 32.0
SECTORS = 4
HEAT, SECTOR, CORNERS = "heat", "sectors", "corners"
"""Names of the network's outputs."""
MIN_SCORE = 0.25
"""Heat from which a peak is a card."""
SAME_IOU = 0.8
"""Overlap from which two quads are one card found twice; cards of a fan overlap by less."""
MIN_SIDE_PX = 5.0
"""Shortest side of a quad, in the network's pixels."""


def decode_quads(heat: Maps, sectors: Maps, corners: Maps, *, least: float = MIN_SCORE) -> list[Quad]:
    """Return the quads at the peaks of a heat map, best first, in pixels of the network's input.

    Args:
        heat: float32 (h, w), 0..1.
        sectors: float32 (4, h, w), log odds.
        corners: float32 (4, 8, h, w), units of :data:`UNIT`.
        least: lowest heat of a peak.
    """
    peaks = (heat >= least) & (heat >= cv2.dilate(heat, np.ones((3, 3), np.uint8)))
    rows, columns = np.nonzero(peaks)
    found = (_quad_at(heat, sectors, corners, *place) for place in zip(rows.tolist(), columns.tolist(), strict=True))
    return suppress_overlaps([quad for quad in found if quad is not None], SAME_IOU)


def suppress_overlaps(quads: Sequence[Quad], same_iou: float) -> list[Quad]:
    """Return the quads, best first, without those that overlap a better one by ``same_iou`` or more."""
    kept: list[Quad] = []
    for quad in sorted(quads, key=lambda q: -q.score):
        if all(geometry.iou(quad.corners, other.corners) < same_iou for other in kept):
            kept.append(quad)
    return kept


def _quad_at(heat: Maps, sectors: Maps, corners: Maps, row: int, column: int) -> Quad | None:
    sector = int(np.argmax(sectors[:, row, column]))
    middle = (np.array([column, row], np.float32) + 0.5) * STRIDE
    found = (middle + corners[sector, :, row, column].reshape(4, 2) * UNIT).astype(np.float32)
    if not np.isfinite(found).all() or geometry.side_lengths(found).min() < MIN_SIDE_PX:
        return None
    if not cv2.isContourConvex(found):
        return None
    return Quad(found, float(np.clip(heat[row, column], 0, 1)), upright_known=True)
