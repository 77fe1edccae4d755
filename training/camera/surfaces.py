"""Table tops: wood, cloth, paper and a playmat, drawn from noise."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.values import Rgb
from training.drawing.noise import noise

Surface = Literal["wood", "cloth", "paper", "playmat"]
Plane = NDArray[np.float32]

WOODS = (((96, 58, 32), (176, 118, 70)), ((70, 46, 32), (128, 88, 60)), ((148, 112, 74), (206, 170, 124)))
"""Darkest and lightest RGB of walnut brown, dark oak and pale oak."""
CLOTHS = ((122, 36, 40), (44, 72, 58), (62, 68, 92), (196, 186, 164))
PAPERS = ((232, 228, 218), (214, 218, 222), (226, 214, 188))
MATS = (((22, 26, 44), (60, 92, 130)), ((36, 20, 40), (128, 62, 96)), ((18, 36, 32), (70, 120, 92)))
"""Ground and pattern colour of playing mats."""


def draw_surface(kind: Surface, rng: np.random.Generator, width: int, height: int) -> Rgb:
    """Return a table top seen from straight above, uint8 (height, width, 3), lit evenly."""
    return np.asarray(np.clip(_PAINTERS[kind](rng, width, height), 0, 255), np.uint8)


def _between(dark: tuple[int, ...], light: tuple[int, ...], share: Plane) -> Plane:
    low, high = np.array(dark, np.float32), np.array(light, np.float32)
    return np.asarray(low + (high - low) * np.clip(share, 0, 1)[..., np.newaxis], np.float32)


def _wood(rng: np.random.Generator, width: int, height: int) -> Plane:
    dark, light = WOODS[int(rng.integers(len(WOODS)))]
    planks = int(rng.integers(4, 7))
    share = np.empty((height, width), np.float32)
    edges = np.linspace(0, height, planks + 1).round().astype(int)
    for top, bottom in pairwise(edges):
        # A board's lightness: year rings cut lengthwise, fibres, and dark seams at its edges.
        size = (int(bottom - top), width)
        v = np.linspace(0, 1, size[0], dtype=np.float32)[:, np.newaxis]
        flow = v * float(rng.uniform(2, 4)) + 1.1 * noise(rng, size, (2, 2.5), 2)
        rings = 0.5 + 0.5 * np.sin(flow * float(rng.uniform(9, 14)) + 0.5 * noise(rng, size, (10, 3), 3))
        fibres, mottle = noise(rng, size, (size[0] / 2.5, 5), 3), noise(rng, size, (2, 3), 4)
        board = 0.52 + float(rng.uniform(-0.17, 0.17)) + 0.2 * (rings**1.6 - 0.45) + 0.11 * fibres + 0.07 * mottle
        seam = np.minimum(v, 1 - v) * size[0]
        share[top:bottom] = board * (1 - 0.9 * np.exp(-((seam / 2.4) ** 2))) + 0.10 * np.exp(-(((seam - 5) / 2) ** 2))
    return _between(dark, light, share)


def _cloth(rng: np.random.Generator, width: int, height: int) -> Plane:
    ink = np.array(CLOTHS[int(rng.integers(len(CLOTHS)))], np.float32)
    y, x = np.arange(height, dtype=np.float32)[:, np.newaxis], np.arange(width, dtype=np.float32)[np.newaxis, :]
    threads = np.sin(x * 1.9) * np.sin(y * 1.9) + 0.6 * rng.standard_normal((height, width)).astype(np.float32)
    folds = noise(rng, (height, width), (1.5, 2), 2)
    return np.asarray(ink * (1 + 0.055 * threads + 0.1 * folds)[..., np.newaxis], np.float32)


def _paper(rng: np.random.Generator, width: int, height: int) -> Plane:
    ink = np.array(PAPERS[int(rng.integers(len(PAPERS)))], np.float32)
    grain = 0.012 * rng.standard_normal((height, width)).astype(np.float32) + 0.02 * noise(
        rng, (height, width), (3, 4), 5
    )
    return np.asarray(ink * (1 + grain)[..., np.newaxis], np.float32)


def _playmat(rng: np.random.Generator, width: int, height: int) -> Plane:
    """Return a dark rubber mat printed with slow swirls."""
    ground, pattern = MATS[int(rng.integers(len(MATS)))]
    size = (height, width)
    swirl = np.sin(5 * noise(rng, size, (1.6, 2), 3) + 2 * noise(rng, size, (3, 4), 3))
    share = 0.36 + 0.2 * swirl + 0.03 * rng.standard_normal(size).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(_between(ground, pattern, share), (0, 0), 0.8), np.float32)


_PAINTERS: dict[Surface, Callable[[np.random.Generator, int, int], Plane]] = {
    "wood": _wood,
    "cloth": _cloth,
    "paper": _paper,
    "playmat": _playmat,
}
