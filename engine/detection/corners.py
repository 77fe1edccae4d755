"""The corner network: from a rough quad to exact corners, the way up, and whether it is a card.

The photo around the quad is rectified to a small patch with a margin. For the patch the network predicts where each
of the card's corners is, by how many quarter turns the card is rotated, and what kind of thing it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.onnx_session import OnnxModel
from engine.core.values import Corners, Rgb

Maps = NDArray[np.float32]

PATCH_HEIGHT, PATCH_WIDTH = 160, 128
MARGIN_X, MARGIN_Y = 0.21, 0.15
"""Margin of the patch on each side, as a share of the quad's width and height: about equal distances on the table."""
CELL = 4
"""Patch pixels per cell of the corner maps."""
NEAR = 2
"""Cells around a corner's peak whose probability counts as the peak's."""
WHERE, TURN, KIND = "where", "turn", "kind"
"""Names of the network's outputs."""
MAGIC, OTHER, NOTHING = range(3)
"""Kinds: a Magic card's face; a back or another game's card; no card."""
BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class CornerPredictions:
    """The network's output for N quads.

    Attributes:
        corners: float32 (N, 4, 2), photo pixels, in the order of the given quads.
        turns: float32 (N, 4): probability that the card's own top left is corner 0, 1, 2 or 3.
        kinds: float32 (N, 3): probability of :data:`MAGIC`, :data:`OTHER` and :data:`NOTHING`.
        certainty: float32 (N, 4): share of each corner's probability that is near its peak.
    """

    corners: NDArray[np.float32]
    turns: Maps
    kinds: Maps
    certainty: Maps


class CornerRefiner:
    """The corner network, opened as :class:`OnnxModel` is; thread-safe."""

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        self._model = OnnxModel(path, threads=threads)

    def predict(self, patches: Sequence[Rgb], quads: Sequence[Corners]) -> CornerPredictions:
        """Predict the corners of quads from their patches (see :func:`extract_patch`), one for each quad."""
        parts = []
        for start in range(0, len(patches), BATCH):
            batch = patch_input(patches[start : start + BATCH])
            parts.append(self._model.run(batch, (WHERE, TURN, KIND)))
        if not parts:
            none = np.zeros((0, 4), np.float32)
            return CornerPredictions(np.zeros((0, 4, 2), np.float32), none, np.zeros((0, 3), np.float32), none)
        where, turn, kind = (np.concatenate(part) for part in zip(*parts, strict=True))
        return decode_corners(where, turn, kind, quads)


def extract_patch(pixels: Rgb, corners: Corners) -> Rgb:
    """Return a quad with its surroundings, rectified: uint8 (PATCH_HEIGHT, PATCH_WIDTH, 3).

    Args:
        pixels: uint8 (H, W, 3), best at a scale at which the quad is 160 to 320 px high.
        corners: float32 (4, 2), pixels of ``pixels``.
    """
    homography = _unit_to_patch() @ geometry.quad_to_unit(corners)
    size = (PATCH_WIDTH, PATCH_HEIGHT)
    patch = cv2.warpPerspective(pixels, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(patch, np.uint8)


def patch_input(patches: Sequence[Rgb]) -> Maps:
    """Return patches as the network's input: float32 (N, 3, PATCH_HEIGHT, PATCH_WIDTH), 0..255."""
    return np.ascontiguousarray(np.stack(list(patches)).transpose(0, 3, 1, 2), np.float32)


def to_patch(points: geometry.Points, corners: Corners) -> geometry.Points:
    """Map photo points (float32 (N, 2)) to pixels of the patch of the quad ``corners``."""
    return geometry.transform(points, _unit_to_patch() @ geometry.quad_to_unit(corners))


def decode_corners(where: Maps, turn: Maps, kind: Maps, quads: Sequence[Corners]) -> CornerPredictions:
    """Decode the network's outputs.

    Args:
        where: float32 (N, 4, h, w), log odds of each cell to hold the corner; h, w: the patch's over :data:`CELL`.
        turn: float32 (N, 4) log odds.
        kind: float32 (N, 3) log odds.
        quads: the N quads of the patches, photo pixels.
    """
    corners = np.zeros((len(quads), 4, 2), np.float32)
    certainty = np.zeros((len(quads), 4), np.float32)
    from_patch = np.linalg.inv(_unit_to_patch())
    for n, quad in enumerate(quads):
        points = np.zeros((4, 2), np.float32)
        for k in range(4):
            share = np.exp(where[n, k] - where[n, k].max())
            share /= share.sum()
            row, column = (int(i) for i in np.unravel_index(int(share.argmax()), share.shape))
            near = share[max(0, row - NEAR) : row + NEAR + 1, max(0, column - NEAR) : column + NEAR + 1]
            certainty[n, k] = near.sum()
            # The logarithm of a Gaussian is a parabola (Zhang et al. 2020, distribution-aware coordinates).
            down = np.log(share[:, max(0, column - 1) : column + 2].sum(1) + 1e-9)
            across = np.log(share[max(0, row - 1) : row + 2].sum(0) + 1e-9)
            x = column + 0.5 + geometry.subpixel_offset(across, column)
            y = row + 0.5 + geometry.subpixel_offset(down, row)
            points[k] = x * CELL, y * CELL
        corners[n] = geometry.transform(points, geometry.unit_to_quad(quad) @ from_patch)
    return CornerPredictions(corners, _softmax(turn), _softmax(kind), certainty)


def _unit_to_patch() -> NDArray[np.float64]:
    across, down = PATCH_WIDTH / (1 + 2 * MARGIN_X), PATCH_HEIGHT / (1 + 2 * MARGIN_Y)
    return np.array([[across, 0, MARGIN_X * across], [0, down, MARGIN_Y * down], [0, 0, 1]])


QUAD_IN_PATCH: Corners = geometry.transform(geometry.UNIT_SQUARE, _unit_to_patch())
"""A quad's own corners in its patch."""


def _softmax(odds: Maps) -> Maps:
    share = np.exp(odds - odds.max(axis=-1, keepdims=True))
    return np.asarray(share / share.sum(axis=-1, keepdims=True), np.float32)
