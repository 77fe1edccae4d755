"""Places for cards (table tops, keyboards, paper, stone, playmats) and clutter beside them."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from engine.core.values import Rgb
from training.camera.degradations import Pixels, smooth_field
from training.camera.surfaces import SURFACES, draw_surface
from training.scene.playmats import draw_playmat
from training.scene.printed import draw_printed

DRAWN_SIZE, MAT_SIZE = (480, 400), (800, 480)
"""Width and height of drawn places and of playmats, which have fine print, pixels."""
PRINTED = 0.5
"""Share of clutter with real text on it: what looks most like a card's name plate."""


def draw_places(count: int, seed: int) -> list[Rgb]:
    """Return ``count`` drawn places, uint8 (H, W, 3), always the same for a seed."""
    painters = [*SURFACES, "keyboard", "print", "stone", "mat", "mat"]
    drawn = []
    for i in range(count):
        kind, rng = painters[i % len(painters)], np.random.default_rng((seed, i))
        width, height = MAT_SIZE if kind == "mat" else DRAWN_SIZE
        if kind in SURFACES:
            drawn.append(draw_surface(kind, rng, width, height))
        else:
            others = {"keyboard": draw_keyboard, "print": draw_print, "stone": draw_stone, "mat": draw_playmat}
            drawn.append(np.asarray(np.clip(others[kind](rng, width, height), 0, 255), np.uint8))
    return drawn


def draw_keyboard(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Draw a keyboard's keys from above."""
    body, key = rng.uniform(10, 80, 3), float(rng.uniform(0, 240))
    canvas = np.full((height, width, 3), body, np.uint8)
    side = int(rng.integers(26, 60))
    gap = max(2, side // 7)
    for r, y in enumerate(range(0, height, side)):
        x = -int(rng.integers(0, side)) if r % 2 else 0
        while x < width:
            wide = side * (1 if rng.uniform() < 0.85 else 2)
            corner, end = (x + gap, y + gap), (x + wide - gap, y + side - gap)
            cv2.rectangle(canvas, corner, end, (key + 10, key + 8, key + 8), -1)
            letter = (x + wide // 2 - side // 8, y + side // 2 + side // 8)
            text = chr(int(rng.integers(65, 91)))
            cv2.putText(canvas, text, letter, cv2.FONT_HERSHEY_SIMPLEX, side / 90, (255 - key,) * 3, 1, cv2.LINE_AA)
            x += wide
    return canvas.astype(np.float32)


def draw_print(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Draw a printed page: lines of dark dashes on pale paper, or the reverse."""
    paper, ink = rng.uniform(200, 255, 3), rng.uniform(0, 90, 3)
    if rng.uniform() < 0.2:
        paper, ink = ink, paper
    canvas = np.full((height, width, 3), paper, np.float32)
    step = int(rng.integers(8, 24))
    for y in range(step, height - step, step):
        x = int(rng.integers(5, 40))
        while x < width - step and rng.uniform() > 0.06:
            long = int(rng.integers(step // 2, 4 * step))
            canvas[y : y + max(1, step // 3), x : min(x + long, width - 5)] = ink
            x += long + step // 2
    return canvas


def draw_stone(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Draw stone, concrete or a plain wall: one colour with smooth and fine noise."""
    base, rough = rng.uniform(10, 250, 3), float(rng.uniform(0, 30))
    hills = sum(smooth_field(rng, height, width, cells) / (i + 1) for i, cells in enumerate((2, 7, 30, 90)))
    return cast("Pixels", (base + rough * np.asarray(hills)[..., np.newaxis]).astype(np.float32))


def crop_place(place: Rgb, rng: np.random.Generator, width: int, height: int) -> Pixels:
    """Return a random part of a place, float32 (height, width, 3), sometimes turned or mirrored."""
    if rng.uniform() < 0.3:
        place = np.ascontiguousarray(np.rot90(place, int(rng.integers(1, 4))))
    high, wide = place.shape[:2]
    largest = min(wide / width, high / height)
    share = largest * float(rng.uniform(0.35, 1))
    w, h = max(2, int(width * share)), max(2, int(height * share))
    x, y = int(rng.integers(0, wide - w + 1)), int(rng.integers(0, high - h + 1))
    part = place[y : y + h, x : x + w]
    part = part[:, ::-1] if rng.uniform() < 0.5 else part
    how = cv2.INTER_AREA if w > width else cv2.INTER_LINEAR
    resized = cv2.resize(np.ascontiguousarray(part), (width, height), interpolation=how)
    return np.asarray(resized, np.float32)


def draw_clutter(rng: np.random.Generator, places: list[Rgb], size: int) -> Rgb:
    """Return a flat object other than a card, uint8 (size, width, 3): a printed thing, a sheet, a picture or a box."""
    if rng.uniform() < PRINTED:
        return draw_printed(rng, places, size)
    height, width = size, max(8, round(size * float(rng.uniform(0.4, 1.0))))
    kind = int(rng.integers(4))
    if kind == 0:
        canvas = draw_print(rng, width, height)
    elif kind == 1 and places:
        canvas = crop_place(places[int(rng.integers(len(places)))], rng, width, height)
    else:
        canvas = np.full((height, width, 3), rng.uniform(0, 255, 3), np.float32)
    if kind >= 2:
        edge, inner = max(2, size // int(rng.integers(10, 40))), rng.uniform(0, 255, 3)
        canvas[edge:-edge, edge:-edge] = inner
    return np.asarray(np.clip(canvas, 0, 255), np.uint8)
