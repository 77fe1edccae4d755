"""The plate finder's training targets for a composed photo: the maps of ``engine/detection/plates.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.values import Corners
from engine.detection.plates import CORE, STRIDE, UNIT
from training.detector.titled_faces import TitledFace
from training.scene.laying import Owner
from training.scene.photo import ScenePhoto

Map = NDArray[np.float32]

MIN_HEIGHT_PX = 6.0
"""Height of a line, in the network's pixels, below which its cells don't count."""
MIN_VISIBLE_WIDTH = 1.2
"""Visible width of a line over its height below which its cells don't count either."""


@dataclass(frozen=True, slots=True, eq=False)
class ScenePlate:
    """A name plate in a composed photo.

    Attributes:
        title, cost: float32 (4, 2), photo pixels, in reading direction; no cost where there is none.
        visible: 0..1, share of the title that is visible.
        face: index of its face among the stock's Magic faces.
    """

    title: Corners
    cost: Corners | None
    visible: float
    face: int
    card: int


@dataclass(frozen=True, slots=True, eq=False)
class PlateTargets:
    """Maps of a photo of H x W pixels, h = H / STRIDE, w = W / STRIDE.

    Attributes:
        parts: float32 (2, h, w), 0..1: how much of each cell is the middle of a title, and of a mana cost.
        weight: float32 (h, w): 0 where the predicted parts don't count.
        shape: float32 (3, h, w), see ``engine/detection/plates.py``.
        shape_weight: float32 (h, w): weight of ``shape`` in a cell.
    """

    parts: Map
    weight: Map
    shape: Map
    shape_weight: Map


def scene_plates(photo: ScenePhoto, faces: Sequence[TitledFace]) -> list[ScenePlate]:
    """Return the plates of all Magic cards in a photo, visible or not."""
    plates = []
    for number, card in enumerate(photo.cards):
        if card.face < 0:
            continue
        to_photo = geometry.unit_to_quad(card.corners)
        for title, cost in faces[card.face].lines():
            line = geometry.transform(title, to_photo)
            seen = None if cost is None else geometry.transform(cost, to_photo)
            whole, visible = _draw(line, photo.owner, number)
            share = float(visible.sum()) / max(float(whole), 1.0)
            plates.append(ScenePlate(line, seen, share, card.face, number))
    return plates


def make_plate_targets(photo: ScenePhoto, faces: Sequence[TitledFace]) -> PlateTargets:
    """Return the maps of a photo whose sides are multiples of the stride."""
    height, width = photo.image.shape[:2]
    full = np.zeros((3, height, width), np.float32)  # middle of titles, of costs, and what doesn't count
    cells = height // STRIDE, width // STRIDE
    shape, strongest = np.zeros((3, *cells), np.float32), np.zeros(cells, np.float32)
    for plate in scene_plates(photo, faces):
        tall = float(geometry.side_lengths(plate.title)[[1, 3]].mean())
        wide = float(geometry.side_lengths(plate.title)[[0, 2]].mean())
        hidden = tall < MIN_HEIGHT_PX or plate.visible * wide < MIN_VISIBLE_WIDTH * tall
        along = plate.title[1] - plate.title[0] + plate.title[2] - plate.title[3]
        along = along / (np.linalg.norm(along) + 1e-6)
        told = np.array([*along, np.log2(max(tall, 1.0) / UNIT)], np.float32)
        for part, line in enumerate((plate.title, plate.cost)):
            if line is None:
                continue
            if hidden:
                _mark(full[2], line, photo.owner, plate.card)
                continue
            mine = _mark(full[part], core_of(line), photo.owner, plate.card)
            if mine is None:
                continue
            (left, top), mask = mine
            # The cells that this line fills more than any other do learn its shape.
            rows, columns = np.nonzero(mask)
            counts = np.zeros(cells, np.float32)
            inside = ((rows + top) // STRIDE < cells[0]) & ((columns + left) // STRIDE < cells[1])
            np.add.at(counts, ((rows + top)[inside] // STRIDE, (columns + left)[inside] // STRIDE), 1 / STRIDE**2)
            better = counts > strongest
            strongest[better] = counts[better]
            shape[:, better] = told[:, np.newaxis]
    reduced = np.stack([cv2.resize(one, cells[::-1], interpolation=cv2.INTER_AREA) for one in full])
    weight = np.asarray((reduced[2] <= 0.02) | (reduced[:2].max(0) > 0.3), np.float32)
    return PlateTargets(reduced[:2], weight, shape, strongest * (strongest > 0.3))


def core_of(line: Corners) -> Corners:
    """Return the middle of a line: :data:`CORE` as high, and shorter at both ends by as much as at the sides."""
    tall = geometry.side_lengths(line)[[1, 3]].mean()
    wide = max(float(geometry.side_lengths(line)[[0, 2]].mean()), 1e-3)
    side = (1 - CORE) / 2
    end = min(side * float(tall) / wide, 0.45)
    inner = np.array([[end, side], [1 - end, side], [1 - end, 1 - side], [end, 1 - side]], np.float32)
    return geometry.transform(inner, geometry.unit_to_quad(line))


def _draw(line: Corners, owner: Owner, card: int) -> tuple[int, NDArray[np.bool_]]:
    """Return the number of pixels of a line, inside and outside the photo, and which of those inside its card shows."""
    found = _mark(np.zeros(owner.shape, np.float32), line, owner, card)
    mask = np.zeros((0, 0), bool) if found is None else found[1]
    return round(geometry.area(line)), mask


def _mark(canvas: Map, line: Corners, owner: Owner, card: int) -> tuple[tuple[int, int], NDArray[np.bool_]] | None:
    """Set the visible pixels of a line in ``canvas`` to 1; return left and top of a window, and which pixels in it.

    None if the line lies outside the photo.
    """
    height, width = canvas.shape
    low = np.clip(np.floor(line.min(0)).astype(int), 0, (width, height))
    high = np.clip(np.ceil(line.max(0)).astype(int) + 1, 0, (width, height))
    if (high <= low).any():
        return None
    window = slice(low[1], high[1]), slice(low[0], high[0])
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round((line - low - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    visible = (mask > 0) & (owner[window] == card)
    canvas[window][visible] = 1.0
    return (int(low[0]), int(low[1])), visible
