"""Decode the finder's heat maps into quads. Engine and training share this definition of the network's outputs.

The photo is divided into cells of :data:`STRIDE` pixels. For each cell the network predicts

- ``heat`` (2, h, w): 0..1, how much the cell is the centre of the visible part of a Magic card's face, and of
  another card (a back, another game);
- ``sectors`` (4, h, w): log odds that the card's top points up, right, down or left;
- ``corners`` (4, 8, h, w): for each sector, x and y of the card's own top left, top right, bottom right and
  bottom left, from the middle of the cell, in units of :data:`UNIT` pixels.

Each sector has its own corners, so that a card whose top is ambiguous gets one of two outlines and never their
average.
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
"""Least heat of a peak that counts as a card."""
SAME_IOU = 0.8
"""IoU from which two quads are the same card found twice; cards of a fan overlap less."""
MIN_SIDE_PX = 5.0
"""Shortest side of a quad, in the network's pixels."""


def decode_quads(heat: Maps, sectors: Maps, corners: Maps, *, least: float = MIN_SCORE) -> list[Quad]:
    """Return the quads at the peaks of the heat map, best first, in pixels of the network's input.

    Args:
        heat: float32 (h, w), 0..1.
        sectors: float32 (4, h, w), log odds.
        corners: float32 (4, 8, h, w), units of :data:`UNIT`.
        least: least heat of a peak.
    """
    peaks = (heat >= least) & (heat >= cv2.dilate(heat, np.ones((3, 3), np.uint8)))
    quads = []
    for row, column in np.argwhere(peaks).tolist():
        sector = int(np.argmax(sectors[:, row, column]))
        middle = (np.array([column, row], np.float32) + 0.5) * STRIDE
        found = (middle + corners[sector, :, row, column].reshape(4, 2) * UNIT).astype(np.float32)
        if not np.isfinite(found).all() or geometry.side_lengths(found).min() < MIN_SIDE_PX:
            continue
        if cv2.isContourConvex(found):
            quads.append(Quad(found, float(np.clip(heat[row, column], 0, 1))))
    return suppress_overlaps(quads, SAME_IOU)


def suppress_overlaps(quads: Sequence[Quad], same_iou: float) -> list[Quad]:
    """Return the quads, best first, without those whose IoU with a better one is ``same_iou`` or more (NMS)."""
    kept: list[Quad] = []
    for quad in sorted(quads, key=lambda q: -q.score):
        if all(geometry.iou(quad.corners, other.corners) < same_iou for other in kept):
            kept.append(quad)
    return kept
