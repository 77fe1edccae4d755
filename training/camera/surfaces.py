"""Table tops: wood, cloth, paper and a playmat, drawn from noise."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import cv2
import numpy as np

from engine.core.values import Rgb
from training.camera.degradations import Field, Pixels
from training.drawing.noise import noise

Surface = Literal["wood", "cloth", "paper", "playmat"]
SURFACES: tuple[Surface, ...] = ("wood", "cloth", "paper", "playmat")

WOODS = (((96, 58, 32), (176, 118, 70)), ((70, 46, 32), (128, 88, 60)), ((148, 112, 74), (206, 170, 124)))
"""Darkest and lightest RGB of walnut brown, dark oak and pale oak."""
CLOTHS = ((122, 36, 40), (44, 72, 58), (62, 68, 92), (196, 186, 164))
PAPERS = ((232, 228, 218), (214, 218, 222), (226, 214, 188))
MATS = (((22, 26, 44), (60, 92, 130)), ((36, 20, 40), (128, 62, 96)), ((18, 36, 32), (70, 120, 92)))
"""Ground and pattern colour of playmats."""


def draw_surface(kind: Surface, rng: np.random.Generator, width: int, height: int) -> Rgb:
    """Return a table top seen from straight above, evenly lit, uint8 (height, width, 3)."""
    size = (height, width)
    if kind == "wood":
        top = _draw_wood(rng, width, height)
    elif kind == "cloth":
        colour = np.array(CLOTHS[int(rng.integers(len(CLOTHS)))], np.float32)
        y, x = np.arange(height, dtype=np.float32)[:, np.newaxis], np.arange(width, dtype=np.float32)[np.newaxis, :]
        threads = np.sin(x * 1.9) * np.sin(y * 1.9) + 0.6 * rng.standard_normal(size).astype(np.float32)
        folds = noise(rng, size, (1.5, 2), 2)
        top = np.asarray(colour * (1 + 0.055 * threads + 0.1 * folds)[..., np.newaxis], np.float32)
    elif kind == "paper":
        colour = np.array(PAPERS[int(rng.integers(len(PAPERS)))], np.float32)
        grain = 0.012 * rng.standard_normal(size).astype(np.float32) + 0.02 * noise(rng, size, (3, 4), 5)
        top = np.asarray(colour * (1 + grain)[..., np.newaxis], np.float32)
    else:
        # Dark rubber printed with slow swirls.
        ground, pattern = MATS[int(rng.integers(len(MATS)))]
        swirl = np.sin(5 * noise(rng, size, (1.6, 2), 3) + 2 * noise(rng, size, (3, 4), 3))
        share = 0.36 + 0.2 * swirl + 0.03 * rng.standard_normal(size).astype(np.float32)
        top = np.asarray(cv2.GaussianBlur(_blend(ground, pattern, share), (0, 0), 0.8), np.float32)
    return np.asarray(np.clip(top, 0, 255), np.uint8)


def _draw_wood(rng: np.random.Generator, width: int, height: int) -> Pixels:
    dark, light = WOODS[int(rng.integers(len(WOODS)))]
    planks = int(rng.integers(4, 7))
    share = np.empty((height, width), np.float32)
    edges = np.linspace(0, height, planks + 1).round().astype(int)
    for top, bottom in pairwise(edges):
        # A board's brightness: year rings cut lengthwise, fibres, and dark seams at its edges.
        size = (int(bottom - top), width)
        v = np.linspace(0, 1, size[0], dtype=np.float32)[:, np.newaxis]
        flow = v * float(rng.uniform(2, 4)) + 1.1 * noise(rng, size, (2, 2.5), 2)
        rings = 0.5 + 0.5 * np.sin(flow * float(rng.uniform(9, 14)) + 0.5 * noise(rng, size, (10, 3), 3))
        fibres, mottle = noise(rng, size, (size[0] / 2.5, 5), 3), noise(rng, size, (2, 3), 4)
        board = 0.52 + float(rng.uniform(-0.17, 0.17)) + 0.2 * (rings**1.6 - 0.45) + 0.11 * fibres + 0.07 * mottle
        seam = np.minimum(v, 1 - v) * size[0]
        share[top:bottom] = board * (1 - 0.9 * np.exp(-((seam / 2.4) ** 2))) + 0.10 * np.exp(-(((seam - 5) / 2) ** 2))
    return _blend(dark, light, share)


def _blend(dark: tuple[int, ...], light: tuple[int, ...], share: Field) -> Pixels:
    low, high = np.array(dark, np.float32), np.array(light, np.float32)
    return np.asarray(low + (high - low) * np.clip(share, 0, 1)[..., np.newaxis], np.float32)
