"""Patches to train the corner network on: quads about as wrong as the finder's, and things that are no card. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.values import Corners, Rgb
from engine.detection.corners import CELL, MAGIC, NOTHING, OTHER, PATCH_HEIGHT, PATCH_WIDTH, extract_patch, to_patch
from training.scene.photo import ScenePhoto

SHIFT, TURN_DEG, CORNER = 0.04, 7.0, 0.06
"""Standard deviations of a quad's error, as the finder may make it: of its place, its turn, and each corner;
lengths in card heights."""
GROWN = 0.3
"""A first look is at a quad grown by up to this, for its corners to be in the patch however wrong they are."""
NEARLY_RIGHT = 0.3
"""The other half of all quads are wrong by so much of that and hardly grown, as after a first look."""
WORST = 2.2
"""An error is at most so many standard deviations."""
LOOKS = 2
TURNED = 0.3
"""Share of patches that are turned by quarter turns."""
MIN_VISIBLE, MIN_TALL_PX = 0.14, 36.0
SPREAD = 1.2
"""Standard deviation of a corner's hill, in cells."""
LOOKED_PX = 200.0
"""A photo is reduced so that the card is about this high before its patch is taken, as the engine does."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """One example.

    Attributes:
        pixels: uint8 (PATCH_HEIGHT, PATCH_WIDTH, 3).
        corners: float32 (4, 2), where the card's corners are in the patch, clockwise from the patch's top left.
        turn: which of these is the card's own top left, 0..3.
        kind: ``MAGIC``, ``OTHER`` or ``NOTHING``; the corners and the turn of nothing mean nothing.
    """

    pixels: Rgb
    corners: Corners
    turn: int
    kind: int


def patches_of(photo: ScenePhoto, rng: np.random.Generator, most: int) -> Iterator[Patch]:
    """Yield at most ``most`` patches of cards in a photo, and about one of what is no card for every four.

    A card may be looked at :data:`LOOKS` times, each time from another quad: composing costs more than learning.
    """
    cards = LOOKS * [c for c in photo.cards if c.visible >= MIN_VISIBLE and _tall(c.corners) >= MIN_TALL_PX]
    for number in rng.permutation(len(cards))[:most]:
        card = cards[int(number)]
        turn = int(rng.integers(1, 4)) if rng.uniform() < TURNED else 0
        # The patch's top left is the card's corner number `first`, so the card's own top left is the patch's 4 - first.
        first = (4 - turn) % 4
        rough = np.roll(wrong(card.corners, rng), -first, axis=0)
        true = np.roll(card.corners, -first, axis=0)
        yield _patch(photo.image, rough, true, turn, MAGIC if card.magic else OTHER)
    for _ in range(rng.binomial(max(LOOKS, min(len(cards), most)), 1 / 4)):
        nothing = _no_card(photo, rng)
        if nothing is not None:
            yield _patch(photo.image, nothing, nothing, 0, NOTHING)


def wrong(corners: Corners, rng: np.random.Generator) -> Corners:
    """Return the quad as a finder may have it: shifted, grown, turned, its corners off."""
    first = rng.uniform() < 0.5
    dice = np.clip(rng.standard_normal(11), -WORST, WORST) * (1.0 if first else NEARLY_RIGHT)
    growth = float(rng.uniform(0, GROWN) if first else rng.uniform(-0.05, 0.05))
    tall, middle = _tall(corners), corners.mean(0)
    angle = np.radians(TURN_DEG * dice[0])
    c, s = np.cos(angle), np.sin(angle)
    turned = (corners - middle) @ np.array([[c, s], [-s, c]]) * (1 + growth) + middle
    return np.asarray(turned + SHIFT * tall * dice[1:3] + CORNER * tall * dice[3:].reshape(4, 2), np.float32)


def _patch(image: Rgb, rough: Corners, true: Corners, turn: int, kind: int) -> Patch:
    scale = min(1.0, LOOKED_PX / max(_tall(rough), 1.0))
    size = max(8, round(image.shape[1] * scale)), max(8, round(image.shape[0] * scale))
    seen = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if scale < 1 else image
    by = np.array([size[0] / image.shape[1], size[1] / image.shape[0]], np.float32)
    return Patch(extract_patch(np.asarray(seen, np.uint8), rough * by), to_patch(true, rough), turn, kind)


def _no_card(photo: ScenePhoto, rng: np.random.Generator) -> Corners | None:
    """Return a quad that is no card: a flat thing, a part of a card, or any place; None where luck fails."""
    height, width = photo.image.shape[:2]
    if photo.things and rng.uniform() < 0.6:
        thing = photo.things[int(rng.integers(len(photo.things)))]
        quad = np.roll(wrong(thing, rng), int(rng.integers(4)), axis=0)
    elif photo.cards and rng.uniform() < 0.5:
        card = photo.cards[int(rng.integers(len(photo.cards)))].corners
        box = np.array([[0.08, 0.1], [0.92, 0.1], [0.92, 0.55], [0.08, 0.55]]) if rng.uniform() < 0.5 else _part(rng)
        quad = geometry.transform(box.astype(np.float32), geometry.unit_to_quad(card))
    else:
        side = float(rng.uniform(0.15, 0.9)) * min(width, height)
        turn = rng.uniform(0, 2 * np.pi)
        c, s = np.cos(turn), np.sin(turn)
        flat = (geometry.UNIT_SQUARE - 0.5) * np.array([float(rng.uniform(0.6, 0.8)), 1]) * side
        quad = flat @ np.array([[c, s], [-s, c]]) + rng.uniform(0.1, 0.9, 2) * (width, height)
    quad = quad.astype(np.float32)
    inside = geometry.coverage(quad, geometry.rectangle(width, height)) > 0.4
    alone = inside and all(geometry.iou(quad, card.corners) < 0.5 for card in photo.cards)
    return quad if alone and geometry.side_lengths(quad).min() > 12 else None


def _part(rng: np.random.Generator) -> NDArray[np.float64]:
    low = rng.uniform(-0.2, 0.5, 2)
    high = low + rng.uniform(0.3, 0.6, 2)
    return np.array([low, [high[0], low[1]], high, [low[0], high[1]]])


def hills(corners: Corners) -> NDArray[np.float32]:
    """Return where corners (patch pixels) are, as shares of cells: float32 (4, h, w); all 0 where outside the patch."""
    height, width = PATCH_HEIGHT // CELL, PATCH_WIDTH // CELL
    x = (np.arange(width, dtype=np.float32) + 0.5)[np.newaxis] - corners[:, :1] / CELL
    y = (np.arange(height, dtype=np.float32) + 0.5)[np.newaxis] - corners[:, 1:] / CELL
    across, down = np.exp(-(x**2) / (2 * SPREAD**2)), np.exp(-(y**2) / (2 * SPREAD**2))
    hill = down[:, :, np.newaxis] * across[:, np.newaxis]
    inside = np.all((corners > 0) & (corners < (PATCH_WIDTH, PATCH_HEIGHT)), axis=1).reshape(4, 1, 1)
    return np.asarray(hill / (hill.sum((1, 2), keepdims=True) + 1e-9) * inside, np.float32)


def _tall(corners: Corners) -> float:
    return float(geometry.side_lengths(corners)[[1, 3]].mean())
