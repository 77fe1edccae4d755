"""A card as an object: its face in a sleeve, a toploader or a graded slab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.constants import CARD_ASPECT
from engine.core.values import Corners, Rgb
from training.camera import degradations
from training.camera.occlusions import SLEEVES

Layer = NDArray[np.float32]
"""float32 (H, W): 0..1."""
Case = Literal["bare", "sleeve", "clear", "toploader", "slab"]

CORNER_RADIUS = 3 / 88
"""Of a card's corners, as a fraction of its height."""
FOIL_SEVERITY = 0.8
BORDER = (0.026, 0.036)
"""Width of a face's border over its height."""
BORDERS = ((248, 246, 240), (248, 246, 240), (14, 14, 15), (176, 178, 182), (196, 160, 82))
GLASS = 0.3
"""Opacity of clear plastic beside the card."""
COVERING = 0.6
"""Opacity from which a case hides what is below it."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A card in its case, flat.

    Attributes:
        pixels: float32 (H, W, 3), 0..255.
        opacity: float32 (H, W).
        card: float32 (H, W): 1 on the card itself.
        corners: the card's corners in ``pixels``, clockwise from its own top left.
    """

    pixels: NDArray[np.float32]
    opacity: Layer
    card: Layer
    corners: Corners


def encase(face: Rgb, case: Case, rng: np.random.Generator, *, foil: bool = False) -> Piece:
    """Put a face, uint8 (H, W, 3), into a case."""
    pixels = face.astype(np.float32)
    if foil:
        pixels = degradations.add_foil(pixels, rng, FOIL_SEVERITY)
    # The case's margin on all sides, and what it has more at the top, over the card's height.
    side = above = 0.0
    if case in ("sleeve", "clear"):
        side, above = rng.uniform(0.008, 0.032), rng.uniform(0, 0.05)
    elif case != "bare":
        side, above = rng.uniform(0.03, 0.08), rng.uniform(0.2, 0.4) if case == "slab" else 0.0
    left, top = round(side * face.shape[0]), round((side + above) * face.shape[0])
    height, width = face.shape[0] + top + left, face.shape[1] + 2 * left
    card = np.zeros((height, width), np.float32)
    inside = slice(top, top + face.shape[0]), slice(left, left + face.shape[1])
    card[inside] = rounded_rectangle(face.shape[1], face.shape[0], CORNER_RADIUS)
    canvas, opacity = _draw_case(case, height, width, top, rng)
    spot, share = canvas[inside], card[inside][..., np.newaxis]
    if case != "bare":
        # Behind plastic: a little haze, sometimes waves of light.
        haze = np.float32(rng.uniform(0, 0.2))
        pixels = pixels * (1 - haze) + 215 * haze
        pixels = degradations.add_plastic(pixels, rng, 0.7) if rng.uniform() < 0.25 else pixels
    spot += (pixels - spot) * share
    corners = np.array([left, top]) + np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * face.shape[1::-1]
    return Piece(canvas, np.maximum(opacity, card), card, corners.astype(np.float32))


def rounded_rectangle(width: int, height: int, radius: float) -> Layer:
    """Return a rectangle with round corners, float32 (height, width); ``radius`` as a fraction of the height."""
    r = max(1, round(radius * height))
    mask = np.ones((height, width), np.float32)
    y, x = np.mgrid[:r, :r].astype(np.float32)
    arc = np.clip(r + 0.5 - np.hypot(r - 0.5 - x, r - 0.5 - y), 0, 1)
    mask[:r, :r], mask[:r, -r:] = arc, arc[:, ::-1]
    mask[-r:, :r], mask[-r:, -r:] = arc[::-1], arc[::-1, ::-1]
    return mask


def repaint_border(face: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a face, uint8 (H, W, 3), with a white, black, silver or gold border of a little noise."""
    shade = np.array(BORDERS[int(rng.integers(len(BORDERS)))]) + rng.uniform(-12, 12, 3)
    edge = round(face.shape[0] * float(rng.uniform(*BORDER)))
    painted = np.empty(face.shape, np.float32)
    painted[:] = shade + rng.uniform(0, 5) * rng.standard_normal((*face.shape[:2], 1))
    painted[edge:-edge, edge:-edge] = face[edge:-edge, edge:-edge]
    return np.asarray(np.clip(painted, 0, 255), np.uint8)


def draw_card_back(rng: np.random.Generator, height: int = 256) -> Rgb:
    """Draw a card's back, uint8 (height, width, 3): mottled, with a border, an oval and five dots."""
    width = round(height * CARD_ASPECT)
    colours = (96, 60, 34), (60, 40, 30), (24, 44, 84), (110, 24, 30)
    ground = np.array(colours[int(rng.choice(4, p=[0.6, 0.2, 0.1, 0.1]))])
    back = ground + 18 * degradations.smooth_field(rng, height, width, 14)[..., np.newaxis] + rng.uniform(-8, 8, 3)
    back = np.ascontiguousarray(back, np.float32)
    edge = round(height * float(rng.uniform(0.02, 0.05)))
    border = tuple(float(v) for v in rng.uniform(0, 40, 3))
    cv2.rectangle(back, (0, 0), (width - 1, height - 1), border, 2 * edge)
    middle, axes = (width // 2, height // 2), (round(width * 0.38), round(height * 0.42))
    oval = tuple(float(v) for v in ground * 1.5 + 20)
    cv2.ellipse(back, middle, axes, 0, 0, 360, oval, -1, cv2.LINE_AA)
    cv2.ellipse(back, middle, axes, 0, 0, 360, (20, 16, 12), max(1, height // 90), cv2.LINE_AA)
    for k, colour in enumerate(((230, 225, 200), (60, 110, 180), (40, 36, 40), (200, 70, 50), (60, 130, 70))):
        angle = -np.pi / 2 + k * 2 * np.pi / 5
        spot = (round(middle[0] + width * 0.16 * np.cos(angle)), round(middle[1] + width * 0.16 * np.sin(angle)))
        cv2.circle(back, spot, max(2, width // 22), colour, -1, cv2.LINE_AA)
    cv2.ellipse(back, (middle[0], round(height * 0.19)), (round(width * 0.3), round(height * 0.06)), 0, 0, 360,
                (60, 90, 140), -1, cv2.LINE_AA)  # fmt: skip
    return np.asarray(np.clip(back, 0, 255), np.uint8)


def _draw_case(
    case: Case, height: int, width: int, top: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], Layer]:
    """Return the case's pixels and its opacity beside the card."""
    if case in ("bare", "sleeve"):
        colour = np.array(SLEEVES[int(rng.integers(len(SLEEVES)))]) * rng.uniform(0.6, 1) + rng.uniform(-15, 15, 3)
        colour = np.clip(colour, 0, 255) if rng.uniform() < 0.7 else rng.uniform(0, 255, 3)
        canvas = np.full((height, width, 3), colour, np.float32)
        return canvas, rounded_rectangle(width, height, 0.015) * np.float32(case == "sleeve")
    canvas = np.full((height, width, 3), rng.uniform(170, 235), np.float32)
    opacity = np.full((height, width), GLASS * float(rng.uniform(0.2, 1)), np.float32)
    edge = max(1, height // 120)
    cv2.rectangle(opacity, (0, 0), (width - 1, height - 1), float(rng.uniform(0.3, 0.9)), edge)
    if case == "slab":
        # A grader's label with lines of print above the card.
        low, high = round(top * 0.18), round(top * 0.82)
        paper = rng.uniform(180, 250, 3) if rng.uniform() < 0.6 else rng.uniform(20, 200, 3)
        canvas[low:high, width // 12 : -width // 12], opacity[low:high, width // 12 : -width // 12] = paper, 1
        for line in np.linspace(low, high, 5)[1:4]:
            end = round(width * float(rng.uniform(0.3, 0.9)))
            canvas[round(line) : round(line) + max(1, top // 20), width // 8 : end] = 255 - paper
    return canvas, opacity
