"""What the finder is to say of a composed photo. Pure; the maps are those of ``engine/detection/heatmaps.py``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.values import Corners
from engine.detection.heatmaps import SECTORS, STRIDE, UNIT
from training.scene.laying import Owner
from training.scene.photo import SceneCard, ScenePhoto

Map = NDArray[np.float32]

SEEN = 0.14
"""Share of a card that shows, from which it is to be found: a title and a little more."""
DOUBTFUL = 0.06
"""Below :data:`SEEN` and above this the network may say what it likes."""
SMALLEST_PX = 14.0
"""Height below which a card, in the network's pixels, may be overlooked."""
SPREAD, SMALLEST_SPREAD = 0.11, 0.75
"""Width of a heat peak: over the root of the visible area, and at least, in cells."""
TAUGHT = 0.35
"""Heat from which a cell learns the corners."""
FULL_DEG, NONE_DEG = 30.0, 60.0
"""Up to the one a sector is wholly right, from the other on wholly wrong; between, two sectors share."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Maps of a photo of H x W pixels, h = H / STRIDE, w = W / STRIDE.

    Attributes:
        heat: float32 (2, h, w), 0..1, 1 at each card's peak.
        counted: float32 (h, w): 0 where what the network says of ``heat`` doesn't count.
        corners: float32 (8, h, w), units of ``UNIT``, from each cell's middle.
        taught: float32 (h, w): weight of ``corners`` and ``sectors`` in a cell, 0 where there is no card.
        sectors: float32 (4, h, w): shares, summing to 1 where a card is.
        tall: float32 (h, w): height of the cell's card, units of ``UNIT``.
    """

    heat: Map
    counted: Map
    corners: Map
    taught: Map
    sectors: Map
    tall: Map


def targets_of(photo: ScenePhoto) -> Targets:
    """Return the maps of a photo whose sides are multiples of the stride."""
    height, width = (side // STRIDE for side in photo.image.shape[:2])
    maps = Targets(
        np.zeros((2, height, width), np.float32), np.ones((height, width), np.float32),
        np.zeros((8, height, width), np.float32), np.zeros((height, width), np.float32),
        np.zeros((SECTORS, height, width), np.float32), np.ones((height, width), np.float32),
    )  # fmt: skip
    strongest = np.zeros((height, width), np.float32)
    owned = photo.owner[STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE][:height, :width]
    for number, card in enumerate(photo.cards):
        peak = _peak(photo.owner, number)
        if peak is None or card.visible < DOUBTFUL:
            continue
        around = _around(peak, card, (height, width))
        if card.visible < SEEN or _tall(card.corners) < SMALLEST_PX:
            maps.counted[around > TAUGHT] = 0
            continue
        kind = maps.heat[0 if card.magic else 1]
        np.maximum(kind, around, out=kind)
        mine = (around > TAUGHT) & (around > strongest) & ((owned == number) | (around == 1))
        strongest[mine] = around[mine]
        _teach(maps, mine, card, around)
    return maps


def _peak(owner: Owner, number: int) -> tuple[int, int] | None:
    """Return row and column of the cell in the middle of what shows of a card, None where nothing shows."""
    rows, columns = np.nonzero(owner[::2, ::2] == number)
    if len(rows) == 0:
        return None
    # The middle of a bent shape may lie outside it: the nearest pixel that is the card's own.
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    return int(2 * rows[nearest]) // STRIDE, int(2 * columns[nearest]) // STRIDE


def _around(peak: tuple[int, int], card: SceneCard, shape: tuple[int, int]) -> Map:
    """Return a hill of height 1 at ``peak``, float32 of ``shape``."""
    side = np.sqrt(card.visible * geometry.area(card.corners)) / STRIDE
    spread = max(SMALLEST_SPREAD, SPREAD * float(side))
    row, column = min(peak[0], shape[0] - 1), min(peak[1], shape[1] - 1)
    y = np.arange(shape[0], dtype=np.float32)[:, np.newaxis] - row
    x = np.arange(shape[1], dtype=np.float32)[np.newaxis] - column
    return np.asarray(np.exp(-(x * x + y * y) / np.float32(2 * spread * spread)), np.float32)


def _teach(maps: Targets, mine: NDArray[np.bool_], card: SceneCard, around: Map) -> None:
    rows, columns = np.nonzero(mine)
    middles = (np.stack([columns, rows], 1).astype(np.float32) + 0.5) * STRIDE
    away = (card.corners.reshape(1, 4, 2) - middles[:, np.newaxis]) / UNIT
    maps.corners[:, rows, columns] = away.reshape(-1, 8).T
    maps.sectors[:, rows, columns] = sector_shares(card.corners)[:, np.newaxis]
    maps.taught[rows, columns] = around[rows, columns]
    maps.tall[rows, columns] = max(_tall(card.corners), SMALLEST_PX) / UNIT


def sector_shares(corners: Corners) -> NDArray[np.float32]:
    """Return how right it is to say that the card's top points up, right, down, left: float32 (4,), sum 1."""
    up = corners[:2].mean(0) - corners[2:].mean(0)
    angle = np.degrees(np.arctan2(up[0], -up[1]))  # clockwise from straight up
    apart = np.abs((angle - 90.0 * np.arange(SECTORS) + 180) % 360 - 180)
    return np.asarray(np.clip((NONE_DEG - apart) / (NONE_DEG - FULL_DEG), 0, 1), np.float32)


def _tall(corners: Corners) -> float:
    return float(geometry.side_lengths(corners)[[1, 3]].mean())
