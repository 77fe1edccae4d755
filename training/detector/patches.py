"""Patches to train the corner network on: cards at quads with errors like the finder's, and other things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.values import Corners, Rgb
from engine.detection.corners import CELL, MAGIC, NOTHING, OTHER, PATCH_HEIGHT, PATCH_WIDTH, extract_patch, to_patch
from training.detector.targets import MIN_VISIBLE, card_height
from training.scene.photo import ScenePhoto

SHIFT, TURN_DEG, CORNER = 0.04, 7.0, 0.06
"""Standard deviations of the finder's errors: a quad's position, turn and each corner; lengths in card heights."""
GROWN = 0.3
"""Largest growth of a first look's quad, which keeps the true corners inside the patch."""
NEARLY_RIGHT = 0.3
"""Half of all quads have this share of the errors and hardly any growth, as in a second look."""
WORST = 2.2
"""Largest error, in standard deviations."""
LOOKS = 2
TURNED = 0.3
"""Share of patches turned by quarter turns."""
MIN_TALL_PX = 36.0
SPREAD = 1.2
"""Standard deviation of a corner's peak, in cells."""
CARD_PX = 200.0
"""A photo is reduced until the card is about this high before its patch is cut, as the engine does."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """One example.

    Attributes:
        pixels: uint8 (PATCH_HEIGHT, PATCH_WIDTH, 3).
        corners: float32 (4, 2), the card's corners in the patch, clockwise from the patch's top left.
        turn: which of these is the card's own top left, 0..3.
        kind: ``MAGIC``, ``OTHER`` or ``NOTHING``; corners and turn mean nothing for ``NOTHING``.
    """

    pixels: Rgb
    corners: Corners
    turn: int
    kind: int


def cut_patches(photo: ScenePhoto, rng: np.random.Generator, most: int) -> Iterator[Patch]:
    """Yield at most ``most`` patches of a photo's cards, and about one of something else for every four of them.

    A card may be cut out :data:`LOOKS` times, each time at another quad, because composing photos is expensive.
    """
    cards = LOOKS * [c for c in photo.cards if c.visible >= MIN_VISIBLE and card_height(c.corners) >= MIN_TALL_PX]
    for number in rng.permutation(len(cards))[:most]:
        card = cards[int(number)]
        turn = int(rng.integers(1, 4)) if rng.uniform() < TURNED else 0
        # The patch's top left is the card's corner number `first`, so the card's own top left is the patch's 4 - first.
        first = (4 - turn) % 4
        rough = np.roll(perturb(card.corners, rng), -first, axis=0)
        true = np.roll(card.corners, -first, axis=0)
        yield _patch(photo.image, rough, true, turn, MAGIC if card.magic else OTHER)
    for _ in range(rng.binomial(max(LOOKS, min(len(cards), most)), 1 / 4)):
        nothing = _quad_without_card(photo, rng)
        if nothing is not None:
            yield _patch(photo.image, nothing, nothing, 0, NOTHING)


def perturb(corners: Corners, rng: np.random.Generator) -> Corners:
    """Return a quad as the finder may report it: shifted, grown, turned, with displaced corners."""
    first = rng.uniform() < 0.5
    dice = np.clip(rng.standard_normal(11), -WORST, WORST) * (1.0 if first else NEARLY_RIGHT)
    growth = float(rng.uniform(0, GROWN) if first else rng.uniform(-0.05, 0.05))
    tall, middle = card_height(corners), corners.mean(0)
    angle = np.radians(TURN_DEG * dice[0])
    c, s = np.cos(angle), np.sin(angle)
    turned = (corners - middle) @ np.array([[c, s], [-s, c]]) * (1 + growth) + middle
    return np.asarray(turned + SHIFT * tall * dice[1:3] + CORNER * tall * dice[3:].reshape(4, 2), np.float32)


def _patch(image: Rgb, rough: Corners, true: Corners, turn: int, kind: int) -> Patch:
    scale = min(1.0, CARD_PX / max(card_height(rough), 1.0))
    size = max(8, round(image.shape[1] * scale)), max(8, round(image.shape[0] * scale))
    seen = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if scale < 1 else image
    by = np.array([size[0] / image.shape[1], size[1] / image.shape[0]], np.float32)
    return Patch(extract_patch(np.asarray(seen, np.uint8), rough * by), to_patch(true, rough), turn, kind)


def _quad_without_card(photo: ScenePhoto, rng: np.random.Generator) -> Corners | None:
    """Return a quad on a flat object, on part of a card, or anywhere; None if it is unsuitable."""
    height, width = photo.image.shape[:2]
    if photo.things and rng.uniform() < 0.6:
        thing = photo.things[int(rng.integers(len(photo.things)))]
        quad = np.roll(perturb(thing, rng), int(rng.integers(4)), axis=0)
    elif photo.cards and rng.uniform() < 0.5:
        card = photo.cards[int(rng.integers(len(photo.cards)))].corners
        low, high = np.array([0.08, 0.1]), np.array([0.92, 0.55])
        if rng.uniform() >= 0.5:
            low = rng.uniform(-0.2, 0.5, 2)
            high = low + rng.uniform(0.3, 0.6, 2)
        box = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
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


def corner_heatmaps(corners: Corners) -> NDArray[np.float32]:
    """Return a map that sums to 1 for each corner (patch pixels), or to 0 for one outside: float32 (4, h, w)."""
    height, width = PATCH_HEIGHT // CELL, PATCH_WIDTH // CELL
    x = (np.arange(width, dtype=np.float32) + 0.5)[np.newaxis] - corners[:, :1] / CELL
    y = (np.arange(height, dtype=np.float32) + 0.5)[np.newaxis] - corners[:, 1:] / CELL
    across, down = np.exp(-(x**2) / (2 * SPREAD**2)), np.exp(-(y**2) / (2 * SPREAD**2))
    hill = down[:, :, np.newaxis] * across[:, np.newaxis]
    inside = np.all((corners > 0) & (corners < (PATCH_WIDTH, PATCH_HEIGHT)), axis=1).reshape(4, 1, 1)
    return np.asarray(hill / (hill.sum((1, 2), keepdims=True) + 1e-9) * inside, np.float32)
