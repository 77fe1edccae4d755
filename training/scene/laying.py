"""Draw pieces into a photo, with shadows, fingers and dice, and record the card visible at each pixel."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.values import Corners
from training.camera import occlusions
from training.camera.degradations import Pixels
from training.scene import pieces
from training.scene.pieces import Piece

Owner = NDArray[np.int16]
"""int16 (H, W): number of the card visible at each pixel, -1 for none."""

NOBODY = -1
MOST_THINGS, HALF_A_THING = 12, 0.03
"""Most fingers or dice on one card, and about half the share that one of them hides."""
VISIBLE_CHANGE = 25
"""Change of a pixel, of 255, from which it counts as covered."""
SHADOW, SHADOW_REACH = 0.55, 0.02
"""Darkness of a card's shadow, and its length and softness over the card's height."""
PAGE_COLOURS = ((16, 16, 18), (235, 235, 238), (90, 96, 104), (30, 44, 90))


def draw_page(canvas: Pixels, quads: list[Corners], rng: np.random.Generator) -> None:
    """Draw a binder's page below its cards; ``canvas`` is changed in place."""
    hull = cv2.convexHull(np.concatenate(quads))[:, 0]
    wide = hull.mean(0) + (hull - hull.mean(0)) * float(rng.uniform(1.02, 1.2))
    colour = np.array(PAGE_COLOURS[int(rng.integers(len(PAGE_COLOURS)))]) + rng.uniform(-12, 12, 3)
    mask = np.zeros(canvas.shape[:2], np.float32)
    cv2.fillConvexPoly(mask, np.round(wide).astype(np.int32), float(rng.uniform(0.3, 1)), cv2.LINE_AA)
    canvas += (colour.astype(np.float32) - canvas) * mask[..., np.newaxis]


def draw_piece(
    canvas: Pixels, owner: Owner | None, number: int, piece: Piece, quad: Corners, lamp: float | None
) -> None:
    """Draw a piece with its card's corners at ``quad``; ``canvas`` and ``owner`` are changed in place.

    ``lamp`` is the direction of the light in radians; without it, there is no shadow.
    """
    to_photo = cv2.getPerspectiveTransform(piece.corners, quad)
    whole = geometry.UNIT_SQUARE * np.array(piece.pixels.shape[1::-1], np.float32)
    outline = geometry.transform(whole.astype(np.float32), to_photo)
    tall = float(geometry.side_lengths(quad)[[1, 3]].mean())
    pad = 2 + (2 * SHADOW_REACH * tall if lamp is not None else 0)
    low = np.clip(np.floor(outline.min(0) - pad), 0, canvas.shape[1::-1]).astype(int)
    high = np.clip(np.ceil(outline.max(0) + pad), 0, canvas.shape[1::-1]).astype(int)
    if (high - low).min() < 2 or geometry.area(outline) < 4:
        return
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    # Colours are premultiplied, so that a piece's transparent border doesn't darken its edge.
    colours = piece.pixels * piece.opacity[..., np.newaxis]
    layers: tuple[NDArray[np.float32], ...] = (colours, piece.opacity, piece.card)
    height, width = piece.opacity.shape
    # Reduced first, because warping would alias.
    scale = min(1.0, tall / float(piece.corners[3, 1] - piece.corners[0, 1]))
    if scale < 1:
        reduced = (max(2, round(width * scale)), max(2, round(height * scale)))
        layers = tuple(cv2.resize(layer, reduced, interpolation=cv2.INTER_AREA) for layer in layers)
    grow = np.diag([width / layers[1].shape[1], height / layers[1].shape[0], 1.0])
    # A pixel's centre is at 0.5.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    homography = np.array([[1, 0, -low[0] - 0.5], [0, 1, -low[1] - 0.5], [0, 0, 1.0]]) @ to_photo @ grow @ half
    pixels, opacity, card = (cv2.warpPerspective(layer, homography, size, flags=cv2.INTER_LINEAR) for layer in layers)
    part = canvas[low[1] : high[1], low[0] : high[0]]
    if lamp is not None:
        away = SHADOW_REACH * tall * np.array([np.cos(lamp), np.sin(lamp)])
        moved = cv2.warpAffine(opacity, np.array([[1, 0, away[0]], [0, 1, away[1]]]), opacity.shape[::-1])
        soft = cv2.GaussianBlur(moved, (0, 0), max(0.6, SHADOW_REACH * tall / 2))
        part *= 1 - (np.float32(SHADOW) * soft * (1 - opacity))[..., np.newaxis]
    part += pixels - part * opacity[..., np.newaxis]
    if owner is not None:
        mine = owner[low[1] : high[1], low[0] : high[0]]
        mine[opacity > pieces.COVERING] = NOBODY
        mine[card > 0.5] = number


def cover_card(
    canvas: Pixels, owner: Owner, number: int, quad: Corners, rng: np.random.Generator, share: float
) -> Pixels:
    """Return the photo with fingers over a card's edges, or dice on it, that hide about ``share`` of it.

    ``owner`` is changed in place. Cards partly outside the photo may stay more visible.
    """
    is_held, side = rng.uniform() < 0.65, np.sqrt(geometry.area(quad))
    whole = float((owner == number).sum())
    for _ in range(MOST_THINGS):
        if whole == 0 or 1 - float((owner == number).sum()) / whole >= share - HALF_A_THING:
            break
        before = canvas.copy()
        if is_held:
            edge, skin = int(rng.integers(4)), occlusions.SKINS[int(rng.integers(len(occlusions.SKINS)))]
            colour = np.array(skin, np.float32) * float(rng.uniform(0.6, 1.05))
            foot = quad[edge] + (quad[(edge + 1) % 4] - quad[edge]) * float(rng.uniform(0.1, 0.9))
            inward = quad.mean(0) - foot
            inward = inward / (np.linalg.norm(inward) + 1e-6) + rng.uniform(-0.3, 0.3, 2)
            reach, thick = side * float(rng.uniform(0.1, 0.2 + share)), side * float(rng.uniform(0.12, 0.24))
            tip, root = foot + inward * (reach - thick / 2), foot - inward * side * 3
            canvas = occlusions.draw_finger(canvas, tip, root, thick, colour)
        else:
            size = side * float(rng.uniform(0.1, 0.2 + 0.5 * share))
            at = quad[0] + (quad[1] - quad[0]) * float(rng.uniform()) + (quad[3] - quad[0]) * float(rng.uniform())
            canvas = occlusions.draw_die(canvas, rng, size, at)
        owner[np.abs(canvas - before).max(2) > VISIBLE_CHANGE] = NOBODY
    return canvas
