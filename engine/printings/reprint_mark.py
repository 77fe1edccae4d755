"""Find The List's small planeswalker symbol left of the collector line, by its shape.

The shape is correlated with the corner twice, with the grey values and with their differences from those around: the
edge of a border resembles it in the first way, and scattered letters in the second.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.rectify import Box, rectify
from engine.core.values import Corners, Rgb

CORNER: Box = (-0.03, 0.89, 0.12, 1.0)
"""Lower left corner of the card and a little beyond."""
FACE_HEIGHT_PX = 1200
HEIGHTS = (0.0235, 0.026, 0.0285, 0.0315)
"""Heights of the symbol that are tried, as shares of the card's height."""
ASPECT = 0.57
"""Its width over its height."""
SHAPE = (
    (0.5, 0.0), (0.57, 0.40), (0.65, 0.42), (0.72, 0.10), (0.80, 0.45), (0.88, 0.46), (0.95, 0.21), (1.0, 0.52),
    (0.74, 0.64), (0.60, 0.80), (0.5, 1.0), (0.40, 0.80), (0.26, 0.64), (0.0, 0.52), (0.05, 0.21), (0.12, 0.46),
    (0.20, 0.45), (0.28, 0.10), (0.35, 0.42), (0.43, 0.40),
)  # fmt: skip
"""Its outline, over its width and height: five points above a drop."""
RIM, BLUR, AROUND = 0.3, 0.04, 0.18
"""Dark rim of the shape, deviation of its blur, and that of what counts as around a spot, over the symbol's height."""
MIN_CORRELATION = 0.62
"""Correlation from which a spot has the symbol's shape: 235 cards without it had up to .603, the four with it .643 to
.889."""
MIN_CONTRAST = 8.0
"""Least deviation of the corner's brightness, in grey levels of 255: below, nothing is legible in it."""

Grey = NDArray[np.float32]


def is_marked(pixels: Rgb, corners: Corners) -> bool | None:
    """Return whether the upright card between ``corners`` has the symbol; None if its corner is illegible."""
    corner = rectify(pixels, corners, CORNER, face_height=FACE_HEIGHT_PX)
    grey = cv2.cvtColor(corner, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if float(grey.std()) < MIN_CONTRAST:
        return None
    return any(_correlation(grey, share) >= MIN_CORRELATION for share in HEIGHTS)


def _correlation(grey: Grey, share: float) -> float:
    """Return how well the best spot of a corner fits the symbol at a share of the card's height, -1..1."""
    shape, around = _shape(share), AROUND * share * FACE_HEIGHT_PX
    plain = cv2.matchTemplate(grey, shape, cv2.TM_CCOEFF_NORMED)
    fine = cv2.matchTemplate(_differences(grey, around), _differences(shape, around), cv2.TM_CCOEFF_NORMED)
    return float(np.minimum(plain, fine).max())


def _differences(grey: Grey, around: float) -> Grey:
    return np.asarray(grey - cv2.GaussianBlur(grey, (0, 0), around), np.float32)


@cache
def _shape(share: float) -> Grey:
    """Return the symbol at a share of the card's height, bright on black."""
    height, fine = share * FACE_HEIGHT_PX, 4
    size = round((ASPECT + 2 * RIM) * height), round((1 + 2 * RIM) * height)
    points = (np.array(SHAPE) * (ASPECT * height, height) + RIM * height) * fine
    drawn = np.zeros((size[1] * fine, size[0] * fine), np.uint8)
    cv2.fillPoly(drawn, [points.round().astype(np.int32)], 255)
    soft = cv2.GaussianBlur(drawn, (0, 0), BLUR * height * fine)
    return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_AREA), np.float32)
