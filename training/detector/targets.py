"""The finder's training targets for a composed photo: the maps of ``engine/detection/heatmaps.py``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.values import Corners
from engine.detection.heatmaps import SECTORS, STRIDE, UNIT
from training.scene.laying import Owner
from training.scene.photo import ScenePhoto

Map = NDArray[np.float32]

MIN_VISIBLE = 0.14
"""Visible share of a card from which it must be found: a title and a little more."""
MIN_IGNORED = 0.06
"""Between this and :data:`MIN_VISIBLE` the network's answer doesn't count."""
MIN_HEIGHT_PX = 14.0
"""Height of a card, in the network's pixels, below which the answer doesn't count either."""
SPREAD, MIN_SPREAD = 0.11, 0.75
"""Standard deviation of a heat peak over the root of the visible area, and its lower limit, in cells."""
MIN_HEAT = 0.35
"""Heat from which a cell learns the corners."""
FULL_DEG, NONE_DEG = 30.0, 60.0
"""A sector is fully right up to the first angle and wrong from the second on; in between, two sectors share."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Maps of a photo of H x W pixels, h = H / STRIDE, w = W / STRIDE.

    Attributes:
        heat: float32 (2, h, w), 0..1, 1 at each card's peak.
        heat_weight: float32 (h, w): 0 where the predicted heat doesn't count.
        corners: float32 (8, h, w), units of ``UNIT``, from each cell's middle.
        card_weight: float32 (h, w): weight of ``corners`` and ``sectors`` in a cell, 0 where there is no card.
        sectors: float32 (4, h, w): shares, which sum to 1 where there is a card.
        card_height: float32 (h, w): height of the cell's card, units of ``UNIT``.
    """

    heat: Map
    heat_weight: Map
    corners: Map
    card_weight: Map
    sectors: Map
    card_height: Map


def make_targets(photo: ScenePhoto) -> Targets:
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
        peak = _peak_cell(photo.owner, number)
        if peak is None or card.visible < MIN_IGNORED:
            continue
        # A hill of height 1 at the peak, whose width follows the visible area.
        spread = max(MIN_SPREAD, SPREAD * float(np.sqrt(card.visible * geometry.area(card.corners)) / STRIDE))
        y = np.arange(height, dtype=np.float32)[:, np.newaxis] - min(peak[0], height - 1)
        x = np.arange(width, dtype=np.float32)[np.newaxis] - min(peak[1], width - 1)
        around = np.asarray(np.exp(-(x * x + y * y) / np.float32(2 * spread * spread)), np.float32)
        if card.visible < MIN_VISIBLE or card_height(card.corners) < MIN_HEIGHT_PX:
            maps.heat_weight[around > MIN_HEAT] = 0
            continue
        kind = maps.heat[0 if card.magic else 1]
        np.maximum(kind, around, out=kind)
        mine = (around > MIN_HEAT) & (around > strongest) & ((owned == number) | (around == 1))
        strongest[mine] = around[mine]
        rows, columns = np.nonzero(mine)
        middles = (np.stack([columns, rows], 1).astype(np.float32) + 0.5) * STRIDE
        away = (card.corners.reshape(1, 4, 2) - middles[:, np.newaxis]) / UNIT
        maps.corners[:, rows, columns] = away.reshape(-1, 8).T
        maps.sectors[:, rows, columns] = sector_shares(card.corners)[:, np.newaxis]
        maps.card_weight[rows, columns] = around[rows, columns]
        maps.card_height[rows, columns] = max(card_height(card.corners), MIN_HEIGHT_PX) / UNIT
    return maps


def _peak_cell(owner: Owner, number: int) -> tuple[int, int] | None:
    """Return row and column of the cell at the centre of a card's visible part, None if nothing is visible."""
    rows, columns = np.nonzero(owner[::2, ::2] == number)
    if len(rows) == 0:
        return None
    # The centre of a concave shape may be outside it: take the card's nearest pixel.
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    return int(2 * rows[nearest]) // STRIDE, int(2 * columns[nearest]) // STRIDE


def sector_shares(corners: Corners) -> NDArray[np.float32]:
    """Return how right it is that the card's top points up, right, down or left: float32 (4,), sum 1."""
    up = corners[:2].mean(0) - corners[2:].mean(0)
    angle = np.degrees(np.arctan2(up[0], -up[1]))  # clockwise from straight up
    apart = np.abs((angle - 90.0 * np.arange(SECTORS) + 180) % 360 - 180)
    return np.asarray(np.clip((NONE_DEG - apart) / (NONE_DEG - FULL_DEG), 0, 1), np.float32)


def card_height(corners: Corners) -> float:
    """Return the mean length of a card's left and right side."""
    return float(geometry.side_lengths(corners)[[1, 3]].mean())
