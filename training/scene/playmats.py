"""Playmats: large soft illustrations with logos, borders and zones with labels."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from training.camera.degradations import Pixels, smooth_field
from training.scene.lettering import WORDS, Ink, choose_font, phrase

ZONES = ("LIBRARY", "GRAVEYARD", "EXILE", "COMMAND ZONE", "DECK", "DISCARD", "BATTLEFIELD", "LANDS", "CREATURES",
         "Library", "Graveyard", "Exile", "Sideboard", "LIFE")  # fmt: skip
CELLS = 6, 3
"""Columns and rows of the places for cards."""
TINT = 60.0
"""Largest distance of a mat's colours from their common hue, of 255."""


def draw_playmat(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Draw a playmat, float32 (height, width, 3) in 0..255."""
    mat = Image.fromarray(np.asarray(np.clip(_illustrate(rng, width, height), 0, 255), np.uint8))
    pen, ink = ImageDraw.Draw(mat), _line_colour(rng)
    if rng.uniform() < 0.4:
        edge = round(height * float(rng.uniform(0.02, 0.06)))
        pen.rounded_rectangle((edge, edge, width - edge, height - edge), edge, None, ink, max(1, edge // 5))
    if rng.uniform() < 0.55:
        font = choose_font(rng, height * float(rng.uniform(0.06, 0.14)))
        text, (x, y) = phrase(rng, WORDS, 3), rng.uniform((0.05, 0.06), (0.6, 0.86)) * (width, height)
        font.write(mat, (x + 2, y + 2), text, (0, 0, 0))
        font.write(mat, (x, y), text, ink)
    if rng.uniform() < 0.5:
        _outline_zones(mat, rng, ink)
    weave = 3 * rng.standard_normal((height, width, 1), np.float32)
    return np.asarray(np.asarray(mat, np.float32) + weave, np.float32)


def _illustrate(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Return a soft illustration: a sky of blended colours, a sun or moon, ranges of hills, spots and rays of light."""
    field = smooth_field(rng, height, width, int(rng.integers(2, 6)))
    rise = np.linspace(-1, 1, height, dtype=np.float32)[:, np.newaxis] * np.float32(rng.uniform(-1, 1))
    share = np.clip(0.5 + 0.3 * field + 0.5 * rise, 0, 1)[..., np.newaxis]
    hue = rng.uniform(10, 160, 3)

    def colour() -> list[float]:
        return [float(v) for v in np.clip(hue * rng.uniform(0.3, 1.5) + rng.uniform(-TINT, TINT, 3), 0, 255)]

    low, high = np.array(colour()), np.array(colour())
    canvas = np.ascontiguousarray(low + (high - low) * share, np.float32)
    for _ in range(int(rng.integers(0, 4))):
        at = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        cv2.circle(canvas, at, int(height * rng.uniform(0.03, 0.3)), colour(), -1, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 4))):
        cells, level = int(rng.integers(4, 30)), rng.uniform(0.3, 1.0)
        ridge = height * (level + 0.12 * smooth_field(rng, 2, width, cells)[0])
        hill = np.arange(height)[:, np.newaxis] > ridge[np.newaxis]
        canvas[hill] = colour()
    canvas = cv2.GaussianBlur(canvas, (0, 0), float(rng.uniform(0.5, height / 60)))
    for _ in range(int(rng.choice([0, 0, 12, 60]))):
        at = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        cv2.circle(canvas, at, int(rng.uniform(1, height / 50)), colour(), -1, cv2.LINE_AA)
    texture = smooth_field(rng, height, width, 40) + 0.6 * smooth_field(rng, height, width, 110)
    return np.asarray(canvas + np.float32(rng.uniform(0, 14)) * texture[..., np.newaxis], np.float32)


def _outline_zones(mat: Image.Image, rng: np.random.Generator, ink: Ink) -> None:
    """Draw the outlines of places for cards, each with its name at the top, in the middle or below."""
    pen, (columns, rows) = ImageDraw.Draw(mat), CELLS
    wide, tall = mat.width / columns, mat.height / rows
    font = choose_font(rng, tall * float(rng.uniform(0.06, 0.13)))
    thick, radius = max(1, mat.height // int(rng.integers(120, 260))), round(tall * float(rng.choice([0, 0.05])))
    for cell in rng.permutation(columns * rows)[: int(rng.integers(2, 9))]:
        left, top = (cell % columns + 0.1) * wide, (cell // columns + 0.06) * tall
        area = (round(left), round(top), round(left + 0.8 * wide), round(top + 0.88 * tall))
        pen.rounded_rectangle(area, radius, None, ink, thick)
        label, y = ZONES[int(rng.integers(len(ZONES)))], top + float(rng.choice([0.1, 0.44, 0.78])) * tall
        font.write(mat, (left + 0.4 * wide, y), label, ink, "mm", 0.8 * wide)


def _line_colour(rng: np.random.Generator) -> Ink:
    shade = rng.uniform(170, 255, 3) if rng.uniform() < 0.75 else rng.uniform(0, 60, 3)
    return int(shade[0]), int(shade[1]), int(shade[2])
