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
from engine.reading.ocr import Line
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
        card: number of its card in the photo.
    """

    title: Corners
    cost: Corners | None
    visible: float
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
            _, visible = _visible_pixels(line, photo.owner, number)
            share = float(visible.sum()) / max(round(geometry.area(line)), 1)
            plates.append(ScenePlate(line, seen, share, number))
    return plates


def make_plate_targets(photo: ScenePhoto, faces: Sequence[TitledFace]) -> PlateTargets:
    """Return the maps of a photo whose sides are multiples of the stride."""
    height, width = photo.image.shape[:2]
    full = np.zeros((3, height, width), np.float32)  # middle of titles, of costs, and what doesn't count
    cells = height // STRIDE, width // STRIDE
    shape, strongest = np.zeros((3, *cells), np.float32), np.zeros(cells, np.float32)
    for plate in scene_plates(photo, faces):
        title = Line(plate.title, 1.0)
        hidden = title.height < MIN_HEIGHT_PX or plate.visible * title.width < MIN_VISIBLE_WIDTH * title.height
        told = np.array([*title.direction, np.log2(max(title.height, 1.0) / UNIT)], np.float32)
        for part, line in enumerate((plate.title, plate.cost)):
            if line is None:
                continue
            window, visible = _visible_pixels(line if hidden else core_of(line), photo.owner, plate.card)
            full[2 if hidden else part][window][visible] = 1.0
            if hidden:
                continue
            # The cells that this line fills more than any other do learn its shape.
            rows, columns = np.nonzero(visible)
            rows, columns = (rows + window[0].start) // STRIDE, (columns + window[1].start) // STRIDE
            inside = (rows < cells[0]) & (columns < cells[1])
            counts = np.zeros(cells, np.float32)
            np.add.at(counts, (rows[inside], columns[inside]), 1 / STRIDE**2)
            better = counts > strongest
            strongest[better] = counts[better]
            shape[:, better] = told[:, np.newaxis]
    reduced = np.stack([cv2.resize(one, cells[::-1], interpolation=cv2.INTER_AREA) for one in full])
    weight = np.asarray((reduced[2] <= 0.02) | (reduced[:2].max(0) > 0.3), np.float32)
    return PlateTargets(reduced[:2], weight, shape, strongest * (strongest > 0.3))


def core_of(line: Corners) -> Corners:
    """Return the middle of a line: :data:`CORE` as high, and shorter at both ends by as much as at the sides."""
    whole, side = Line(line, 1.0), (1 - CORE) / 2
    end = min(side * whole.height / max(whole.width, 1e-3), 0.45)
    inner = np.array([[end, side], [1 - end, side], [1 - end, 1 - side], [end, 1 - side]], np.float32)
    return geometry.transform(inner, geometry.unit_to_quad(line))


def _visible_pixels(line: Corners, owner: Owner, card: int) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
    """Return the window of a photo around a line, rows and columns, and which of its pixels show the line on its card.

    The window of a line outside the photo is empty.
    """
    height, width = owner.shape
    low = np.clip(np.floor(line.min(0)).astype(int), 0, (width, height))
    high = np.maximum(np.clip(np.ceil(line.max(0)).astype(int) + 1, 0, (width, height)), low)
    window = slice(low[1], high[1]), slice(low[0], high[0])
    mask = np.zeros(owner[window].shape, np.uint8)
    if mask.size:
        cv2.fillConvexPoly(mask, np.round((line - low - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    return window, (mask > 0) & (owner[window] == card)
