"""Things around and on a card's face: backdrop, sleeve, toploader, fingers, dice."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from training.camera.degradations import Pixels, smooth_field

Points = NDArray[np.floating]
"""(N, 2): x and y, pixels; or (3,): a colour."""

SLEEVES = ((20, 20, 22), (245, 245, 245), (30, 60, 140), (150, 25, 35), (25, 110, 60), (95, 45, 130), (210, 170, 40))
SKINS = ((244, 208, 177), (231, 180, 143), (198, 134, 94), (141, 85, 54), (89, 52, 33))
SLEEVE_WIDTH = 0.045
"""Border of a sleeve around a card, over the card's height."""
MAX_COVERED = 0.2
"""Largest share of the face that fingers or dice cover at severity 1."""
SUPERSAMPLED_BITS = 4
"""Fractional bits of drawn coordinates."""


def draw_backdrop(rng: np.random.Generator, height: int, width: int, face: Pixels) -> Pixels:
    """Return the surroundings of a rectified card: a table, a cloth, or a neighbouring card."""
    base = rng.uniform(10, 245) + rng.uniform(-35, 35, 3)
    rough = smooth_field(rng, height, width, int(rng.integers(2, 24)))[..., np.newaxis] * rng.uniform(0, 30)
    table = base.astype(np.float32) + rough.astype(np.float32)
    neighbour = float(rng.uniform()) < 0.25
    return cast("Pixels", np.ascontiguousarray(face[:, ::-1]) if neighbour else table)


def draw_sleeve(canvas: Pixels, corners: Points, rng: np.random.Generator) -> Pixels:
    """Return ``canvas`` with a sleeve's border drawn around ``corners`` (float32 (4, 2))."""
    colour = np.array(SLEEVES[int(rng.integers(len(SLEEVES)))]) * rng.uniform(0.7, 1) + rng.uniform(-10, 10, 3)
    middle = corners.mean(0)
    wide = middle + (corners - middle) * (1 + 2 * SLEEVE_WIDTH * float(rng.uniform(0.3, 1)))
    return _polygon(canvas, wide, colour)


def add_toploader(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face in a rigid holder: a little hazy, with bright and dark lines near its sides."""
    height, width = pixels.shape[:2]
    out = pixels * np.float32(1 - 0.12 * severity) + np.float32(28 * severity)
    inset = rng.uniform(0.005, 0.05, 4) * height
    lines = [((inset[0], 0), (inset[0], height)), ((width - inset[1], 0), (width - inset[1], height)),
             ((0, inset[2]), (width, inset[2])), ((0, height - inset[3]), (width, height - inset[3]))]  # fmt: skip
    mask = np.zeros((height, width), np.float32)
    for (x1, y1), (x2, y2) in lines:
        strength = float(rng.uniform(-0.6, 1))
        cv2.line(mask, _fixed(x1, y1), _fixed(x2, y2), strength, 1, cv2.LINE_AA, SUPERSAMPLED_BITS)
    return cast("Pixels", out + np.float32(150 * severity) * mask[..., np.newaxis])


def add_fingers(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face held by one to three fingers that reach over its edges."""
    height, width = pixels.shape[:2]
    skin = np.array(SKINS[int(rng.integers(len(SKINS)))], np.float32)
    left, out = MAX_COVERED * severity * height * width, pixels
    for _ in range(int(rng.integers(1, 4))):
        thick = width * rng.uniform(0.13, 0.22)
        reach = min(height * rng.uniform(0.05, 0.3) * severity, max(0.0, left) / thick)
        left -= reach * thick
        # From outside, `reach` pixels over the edge.
        side, along = int(rng.integers(4)), float(rng.uniform(0.1, 0.9))
        inward = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)][side], float)
        x, y = along * width, along * height
        edge = np.array([(0, y), (width, y), (x, 0), (x, height)][side])
        lean = np.radians(rng.uniform(-25, 25))
        direction = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]]) @ inward
        tip, root = edge + direction * (reach - thick / 2), edge - direction * thick * 2
        out = draw_finger(out, tip, root, thick, skin * np.float32(rng.uniform(0.6, 1.05)))
    return out


def draw_finger(pixels: Pixels, tip: Points, root: Points, thick: float, skin: Points) -> Pixels:
    """Return the picture with a finger from ``root`` to ``tip`` (x, y), ``thick`` pixels wide, of colour ``skin``."""
    height, width = pixels.shape[:2]
    mask = np.zeros((height, width), np.float32)
    cv2.line(mask, _fixed(*root), _fixed(*tip), 1.0, max(1, round(thick)), cv2.LINE_AA, SUPERSAMPLED_BITS)
    mask = cv2.GaussianBlur(mask, (0, 0), max(0.5, thick * 0.04))
    # Darker towards its sides, as it is round.
    shade = cv2.GaussianBlur(mask, (0, 0), thick * 0.25)[..., np.newaxis]
    colour = skin * (0.55 + 0.55 * shade)
    return cast("Pixels", pixels + (colour - pixels) * mask[..., np.newaxis])


def add_dice(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face with one to three dice, counters or beads on it."""
    height, width = pixels.shape[:2]
    left, out = MAX_COVERED * severity * height * width, pixels
    for _ in range(int(rng.integers(1, 4))):
        side = min(width * rng.uniform(0.08, 0.24), np.sqrt(max(0.0, left)))
        left -= side * side
        out = draw_die(out, rng, side, rng.uniform(0, 1, 2) * (width, height))
    return out


def draw_die(pixels: Pixels, rng: np.random.Generator, side: float, middle: Points) -> Pixels:
    """Return the picture with a die, or a round bead, ``side`` pixels wide at ``middle`` (x, y)."""
    colour = rng.uniform(0, 255, 3)
    angle = float(rng.uniform(0, np.pi / 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    count = 4 if rng.uniform() < 0.6 else 20
    around = np.linspace(0, 2 * np.pi, count, endpoint=False) + np.pi / 4
    circle = np.stack([np.cos(around), np.sin(around)], 1)
    out = _polygon(pixels, middle + circle @ turn * side / 2 * (2**0.5 if count == 4 else 1), colour)
    pips = 255 - colour if np.ptp(colour) > 60 else np.full(3, 255.0 * (colour.mean() < 128))
    for _ in range(int(rng.integers(1, 7))):
        spot = middle + rng.uniform(-0.33, 0.33, 2) * side
        out = _polygon(out, spot + circle * side * 0.07, pips)
    return out


def _polygon(pixels: Pixels, points: Points, colour: Points) -> Pixels:
    mask = np.zeros(pixels.shape[:2], np.uint8)
    fixed = np.round(np.asarray(points) * 2**SUPERSAMPLED_BITS).astype(np.int32)
    cv2.fillConvexPoly(mask, fixed, 255, cv2.LINE_AA, SUPERSAMPLED_BITS)
    share = mask[..., np.newaxis].astype(np.float32) / 255
    return cast("Pixels", pixels + (colour.astype(np.float32) - pixels) * share)


def _fixed(x: float, y: float) -> tuple[int, int]:
    return round(x * 2**SUPERSAMPLED_BITS), round(y * 2**SUPERSAMPLED_BITS)
