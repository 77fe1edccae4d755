"""A quad, roughly right -> its corners to the pixel, which way up, and whether it is a card: one look at full size.

The photo around the quad is straightened to a small patch with a margin; the network tells for each of
the patch's corners where the card's corner is, by how many quarter turns the card is turned, and what
kind of thing it is. Preparation and interpretation are pure.
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
"""Seen beyond the quad on each side, as a share of its width and height: about the same on the table."""
CELL = 4
"""Pixels of the patch to a cell of the corner maps."""
NEAR = 2
"""Cells around a corner's peak whose probability counts as the peak's own."""
WHERE, TURN, KIND = "where", "turn", "kind"
"""Names of the network's outputs."""
MAGIC, OTHER, NOTHING = range(3)
"""Kinds of things: a Magic card's face, another card or a back, and what is no card."""
BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class CornerPredictions:
    """What a closer look at N quads shows.

    Attributes:
        corners: float32 (N, 4, 2), photo pixels, in the order of the quads given.
        turns: float32 (N, 4): probability that the card's own top left is corner 0, 1, 2 or 3.
        kinds: float32 (N, 3): probability of :data:`MAGIC`, :data:`OTHER` and :data:`NOTHING`.
        sureness: float32 (N, 4): share of each corner's probability that lies around its peak.
    """

    corners: NDArray[np.float32]
    turns: Maps
    kinds: Maps
    sureness: Maps


class CornerRefiner:
    """The network that looks closer; thread-safe.

    Args:
        path: the ``.onnx`` file.
        threads: threads one call may use; all cores unless given.

    Raises:
        ArtifactDamaged: the file can't be opened.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        self._model = OnnxModel(path, threads=threads)

    def predict(self, patches: Sequence[Rgb], quads: Sequence[Corners]) -> CornerPredictions:
        """Look at the patches (see :func:`extract_patch`) of as many quads."""
        parts = []
        for start in range(0, len(patches), BATCH):
            batch = patch_input(patches[start : start + BATCH])
            parts.append(self._model.run(batch, (WHERE, TURN, KIND)))
        if not parts:
            none = np.zeros((0, 4), np.float32)
            return CornerPredictions(np.zeros((0, 4, 2), np.float32), none, np.zeros((0, 3), np.float32), none)
        where, turn, kind = (np.concatenate(of) for of in zip(*parts, strict=True))
        return decode_corners(where, turn, kind, quads)


def extract_patch(pixels: Rgb, corners: Corners) -> Rgb:
    """Return the surroundings of a quad straightened: uint8 (PATCH_HEIGHT, PATCH_WIDTH, 3).

    Args:
        pixels: uint8 (H, W, 3), best at a scale at which the quad is 160 to 320 px high.
        corners: float32 (4, 2), pixels of ``pixels``.
    """
    homography = _unit_to_patch() @ geometry.quad_to_unit(corners)
    size = (PATCH_WIDTH, PATCH_HEIGHT)
    seen = cv2.warpPerspective(pixels, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def patch_input(patches: Sequence[Rgb]) -> Maps:
    """Return patches as the network takes them: float32 (N, 3, PATCH_HEIGHT, PATCH_WIDTH), 0..255."""
    return np.ascontiguousarray(np.stack(list(patches)).transpose(0, 3, 1, 2), np.float32)


def to_patch(points: geometry.Points, corners: Corners) -> geometry.Points:
    """Return photo points (float32 (N, 2)) as pixels of the patch of the quad ``corners``."""
    return geometry.transform(points, _unit_to_patch() @ geometry.quad_to_unit(corners))


def decode_corners(where: Maps, turn: Maps, kind: Maps, quads: Sequence[Corners]) -> CornerPredictions:
    """Return what the network's outputs mean.

    Args:
        where: float32 (N, 4, h, w), scores of each cell to hold the corner; h, w: the patch's over :data:`CELL`.
        turn: float32 (N, 4) log odds.
        kind: float32 (N, 3) log odds.
        quads: the N quads whose patches were looked at, photo pixels.
    """
    corners = np.zeros((len(quads), 4, 2), np.float32)
    sureness = np.zeros((len(quads), 4), np.float32)
    from_patch = np.linalg.inv(_unit_to_patch())
    for n, quad in enumerate(quads):
        found = [_peak(where[n, k]) for k in range(4)]
        points = np.array([point for point, _ in found], np.float32)
        corners[n] = geometry.transform(points, geometry.unit_to_quad(quad) @ from_patch)
        sureness[n] = [sure for _, sure in found]
    return CornerPredictions(corners, _softmax(turn), _softmax(kind), sureness)


def _peak(scores: Maps) -> tuple[tuple[float, float], float]:
    """Return where in the patch (x, y; pixels) the highest peak is, and its share of all probability."""
    share = np.exp(scores - scores.max())
    share /= share.sum()
    row, column = (int(i) for i in np.unravel_index(int(share.argmax()), share.shape))
    near = share[max(0, row - NEAR) : row + NEAR + 1, max(0, column - NEAR) : column + NEAR + 1]
    # A hill's logarithm is a parabola (Zhang et al. 2020, distribution-aware coordinates).
    down = np.log(share[:, max(0, column - 1) : column + 2].sum(1) + 1e-9)
    across = np.log(share[max(0, row - 1) : row + 2].sum(0) + 1e-9)
    y = row + 0.5 + geometry.subpixel_offset(down, row)
    x = column + 0.5 + geometry.subpixel_offset(across, column)
    return (x * CELL, y * CELL), float(near.sum())


def _unit_to_patch() -> NDArray[np.float64]:
    across, down = PATCH_WIDTH / (1 + 2 * MARGIN_X), PATCH_HEIGHT / (1 + 2 * MARGIN_Y)
    return np.array([[across, 0, MARGIN_X * across], [0, down, MARGIN_Y * down], [0, 0, 1]])


QUAD_IN_PATCH: Corners = geometry.transform(geometry.UNIT_SQUARE, _unit_to_patch())
"""Where in its patch the quad lies that was looked at."""


def _softmax(odds: Maps) -> Maps:
    share = np.exp(odds - odds.max(axis=-1, keepdims=True))
    return np.asarray(share / share.sum(axis=-1, keepdims=True), np.float32)
