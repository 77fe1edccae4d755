"""Snap nearly exact corners to the card's edges: fit a line to each side, and intersect the lines.

The card is rectified with a margin, so that its sides run roughly along the picture's axes. For each side all lines
near it are scored: by how strong an edge they follow, and by how far they are from the given corners. Cards have
rounded corners; lines through the middle of the sides find where the corners would be.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.rectify import Box, box_size, box_to_photo, rectify
from engine.core.values import Corners, Rgb

Strip = NDArray[np.float32]
"""float32 (SAMPLES, 2 * REACH + 1): edge strength along a side (rows) by distance from it (columns, outwards)."""

FACE_PX = 224
"""Height of the rectified card; an edge is found to a fraction of one of these pixels."""
REACH = 8
"""Pixels on either side of a side in which its edge is searched: 3.6% of the card's height."""
MARGIN = 0.06
FROM_CORNER = 0.1
"""Share of a side near each corner that is left out because it is round."""
SAMPLES = 40
"""Samples along a side."""
STRONG_PERCENTILE = 96
"""Edges stronger than this percentile of a strip are capped, so that artwork doesn't outweigh a border."""
WEIGHT = 7.0
"""Nats gained by a line that follows a strong edge all along over one that follows none."""
CALM, BAND = 3.0, (2, 6)
"""Nats lost by a line if the band this many pixels inside it is full of edges: a card's border is plain."""
DEVIATION = 1.6
"""Standard deviation in pixels of the given corners."""
LEAST_GAIN = 0.12
"""Mean edge strength, 0..1, by which the best line must exceed the median one; otherwise the side stays."""


def snap_to_edges(pixels: Rgb, corners: Corners) -> Corners:
    """Return the corners moved onto the edges along the card's sides, where there are any.

    Args:
        pixels: uint8 (H, W, 3), best at a scale at which the card is about :data:`FACE_PX` high or higher.
        corners: float32 (4, 2), pixels of ``pixels``, off by at most some 3% of the card's height.
    """
    margin_x, margin_y = MARGIN * 88 / 63, MARGIN
    box: Box = (-margin_x, -margin_y, 1 + margin_x, 1 + margin_y)
    face = cv2.GaussianBlur(rectify(pixels, corners, box, face_height=FACE_PX), (3, 3), 0).astype(np.float32)
    width, height = box_size(box, FACE_PX)
    card = (width / (1 + 2 * margin_x), height / (1 + 2 * margin_y))
    left, top = (width - card[0]) / 2, (height - card[1]) / 2
    across = _strongest(cv2.Scharr(face, cv2.CV_32F, 1, 0))
    down = _strongest(cv2.Scharr(face, cv2.CV_32F, 0, 1))
    sides = (
        _fit_side(down.T, top, left, card[0], -1), _fit_side(across, left + card[0], top, card[1], 1),
        _fit_side(down.T, top + card[1], left, card[0], 1), _fit_side(across, left, top, card[1], -1),
    )  # fmt: skip
    points = np.stack([side if number % 2 else side[:, ::-1] for number, side in enumerate(sides)])
    begins, ends = np.concatenate([points, np.ones((4, 2, 1))], axis=2).swapaxes(0, 1)
    lines = np.cross(begins, ends)
    crossings = np.cross(np.roll(lines, 1, axis=0), lines)
    if np.abs(crossings[:, 2]).min() < 1e-9:
        return corners
    moved = box_to_photo(np.asarray(crossings[:, :2] / crossings[:, 2:], np.float32), corners, box, FACE_PX)
    return moved if np.isfinite(moved).all() else corners


def _strongest(gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the greatest magnitude of three channels: (H, W, 3) to (H, W).

    OpenCV takes a tenth of the time of NumPy's maximum along a short last axis.
    """
    red, green, blue = cv2.split(np.abs(gradients))
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.float32)


def _fit_side(edges: NDArray[np.float32], at: float, start: float, length: float, outwards: int) -> NDArray[np.float64]:
    """Return two points (across, along) of the line fitted to a side, pixels of the rectified picture.

    Args:
        edges: float32 (along, across), strength of edges along the side.
        at: expected position of the side, across.
        start, length: start and length of the side, along.
        outwards: 1 if the outside is at higher positions across, else -1.
    """
    first, last = start + FROM_CORNER * length, start + (1 - FROM_CORNER) * length
    grid_x = (at + outwards * np.arange(-REACH, REACH + 1) - 0.5).astype(np.float32)
    grid_y = np.linspace(first, last, 3 * SAMPLES).astype(np.float32) - 0.5
    across, along = np.meshgrid(grid_x, grid_y)
    strip = cv2.remap(edges, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    strip = cv2.resize(strip, (2 * REACH + 1, SAMPLES), interpolation=cv2.INTER_AREA)
    begin, end = (at + outwards * offset for offset in fit_line(np.asarray(strip, np.float32)))
    return np.array([[begin, first], [end, last]])


def fit_line(strip: Strip) -> tuple[float, float]:
    """Return how far outwards the best line through a strip is at its first and last row; 0 if none is clear."""
    strong = float(np.percentile(strip, STRONG_PERCENTILE))
    if strong <= 0:
        return 0.0, 0.0
    share = np.minimum(strip / strong, 1)
    follows = share.take(_CELLS).mean(2)
    scores = WEIGHT * follows - CALM * inner_band(share).take(_CELLS).mean(2) - _FAR
    i, j = (int(n) for n in np.unravel_index(int(scores.argmax()), scores.shape))
    if follows[i, j] - float(np.median(follows)) < LEAST_GAIN:
        return 0.0, 0.0
    return i - REACH + geometry.subpixel_offset(scores[:, j], i), j - REACH + geometry.subpixel_offset(scores[i], j)


def inner_band(share: Strip) -> Strip:
    """Return for each position of a strip the mean of the band just inside it, repeating the strip's edge."""
    near, far = BAND
    padded = cv2.copyMakeBorder(share, 0, 0, far, 0, cv2.BORDER_REPLICATE)
    width = share.shape[1]
    shifted = [padded[:, far - away : far - away + width] for away in range(near, far + 1)]
    return np.asarray(np.mean(shifted, axis=0), np.float32)


_OFFSETS = np.arange(2 * REACH + 1)
_ALONG = np.linspace(0, 1, SAMPLES)
_CELLS = len(_OFFSETS) * np.arange(SAMPLES) + np.round(
    _OFFSETS[:, np.newaxis, np.newaxis] * (1 - _ALONG) + _OFFSETS[np.newaxis, :, np.newaxis] * _ALONG
).astype(np.int64)
"""For a line from offset i to offset j, the cell of a strip that it crosses in each row: (i, j, row)."""
_FAR = ((_OFFSETS[:, np.newaxis] - REACH) ** 2 + (_OFFSETS[np.newaxis] - REACH) ** 2) / (2 * DEVIATION**2)
