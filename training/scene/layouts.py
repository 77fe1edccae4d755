"""Layouts of cards on a table: centres and turns; the lowest card of a heap comes first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.core.constants import CARD_ASPECT

Placements = NDArray[np.float64]
"""float64 (N, 3): x and y (downwards) of each card's centre in card heights, and its turn clockwise in radians."""

QUARTER = np.pi / 2
POCKET = np.array([CARD_ASPECT * 1.07, 1.06])
"""Width and height of a binder's pocket."""


def lay_row(rng: np.random.Generator) -> Placements:
    """Return one to four rows of cards without overlaps, sometimes a few turned sideways as if tapped."""
    columns, rows = int(rng.integers(2, 7)), int(rng.choice([1, 1, 2, 3, 4]))
    gap, tilt = float(rng.uniform(0.02, 0.3)), float(rng.uniform(0, 0.12))
    placed = _grid(rows, columns, np.array([CARD_ASPECT + gap, 1 + gap]))
    placed[:, :2] += rng.uniform(-0.4, 0.4, (len(placed), 2)) * gap
    placed[:, 2] = tilt * rng.standard_normal(len(placed))
    if rng.uniform() < 0.2:
        placed[:, :2] *= 1.3
        placed[rng.uniform(size=len(placed)) < 0.4, 2] += QUARTER
    return _some(rng, placed)


def lay_spread(rng: np.random.Generator) -> Placements:
    """Return cards scattered on a table, with any turn and some overlaps."""
    count = int(rng.integers(2, 13))
    placed = np.zeros((count, 3))
    placed[:, :2] = rng.uniform(-0.5, 0.5, (count, 2)) * np.sqrt(count) * float(rng.uniform(0.75, 1.4))
    placed[:, 2] = float(rng.choice([0.15, 0.5, np.pi])) * rng.uniform(-1, 1, count)
    return placed


def lay_fan(rng: np.random.Generator) -> Placements:
    """Return a hand of cards held like a fan."""
    count = int(rng.integers(2, 9))
    step = float(rng.uniform(0.1, 0.32))
    angles = (np.arange(count) - (count - 1) / 2) * step
    radius = float(rng.uniform(0.7, 1.6))
    x, y = radius * np.sin(angles), -radius * np.cos(angles)
    placed = np.stack([x, y, angles], 1) + rng.normal(0, 0.015, (count, 3))
    # Mostly the right card is on top, so that the titles on the left are visible.
    return placed if rng.uniform() < 0.7 else np.ascontiguousarray(placed[::-1])


def lay_cascade(rng: np.random.Generator) -> Placements:
    """Return columns of cards, each covering all but the title of the one before."""
    columns, rows = int(rng.integers(1, 4)), int(rng.integers(2, 8))
    step = float(rng.uniform(0.12, 0.45))
    placed = _grid(columns, rows, np.array([step, CARD_ASPECT * float(rng.uniform(1.02, 1.3))]))
    placed[:, :2] = placed[:, 1::-1]  # column by column, downwards
    return _some(rng, placed + rng.normal(0, 0.012, placed.shape))


def lay_heap(rng: np.random.Generator) -> Placements:
    """Return a few cards nearly on top of one another."""
    count = int(rng.integers(2, 7))
    placed = rng.normal(0, 1, (count, 3)) * np.array([0.06, 0.06, 0.12])
    return np.asarray(placed * float(rng.uniform(0.2, 2)))


def lay_page(rng: np.random.Generator) -> Placements:
    """Return the pockets of a binder's page, mostly nine; a few may be empty, and there may be a second page."""
    shape = (3, 3) if rng.uniform() < 0.8 else (int(rng.integers(2, 5)), int(rng.integers(2, 5)))
    placed = _grid(*shape, POCKET)
    placed[:, :2] += rng.normal(0, 0.008, (len(placed), 2))
    placed[:, 2] = rng.normal(0, 0.012, len(placed))
    if rng.uniform() < 0.15:
        beside = placed + np.array([shape[1] * POCKET[0] + 0.25, 0, 0])
        placed = np.concatenate([placed, beside])
    return _some(rng, placed) if rng.uniform() < 0.3 else placed


def lay_gallery(rng: np.random.Generator) -> Placements:
    """Return a regular grid, as deck builders show it, sometimes with overlapping rows."""
    rows, columns = int(rng.integers(1, 5)), int(rng.integers(2, 8))
    gap = float(rng.uniform(0.01, 0.12))
    overlap = float(rng.uniform(0.15, 0.5)) if rng.uniform() < 0.25 else 1 + gap
    return _some(rng, _grid(rows, columns, np.array([CARD_ASPECT + gap, overlap])))


def lay_hand(rng: np.random.Generator) -> Placements:
    """Return a hand or a small stack held together: each card shows little more than its title over the next."""
    count = int(rng.integers(2, 13))
    slide = float(rng.choice([rng.uniform(-0.05, 0.05), rng.uniform(-0.25, 0.25)]))
    placed = np.zeros((count, 3))
    placed[:, 1] = np.cumsum(rng.uniform(0.08, 0.3) * rng.uniform(0.7, 1.4, count))
    placed[:, 0] = slide * placed[:, 1] + rng.normal(0, 0.03, count)
    placed[:, 2] = float(rng.uniform(-0.06, 0.06)) * np.arange(count) + rng.normal(0, 0.05, count)
    return placed


def lay_columns(rng: np.random.Generator) -> Placements:
    """Return a deck as players lay it out: columns of cards that show their titles, copies in equal steps."""
    columns, most = int(rng.integers(2, 9)), int(rng.integers(2, 14))
    step, gap = float(rng.uniform(0.085, 0.2)), float(rng.uniform(0.01, 0.25))
    drift = float(rng.choice([0.004, 0.015]))
    placed = []
    for column in range(columns):
        count = int(rng.integers(1, most + 1))
        one = np.zeros((count, 3))
        one[:, 0] = column * (CARD_ASPECT + gap) + rng.normal(0, drift, count)
        one[:, 1] = np.arange(count) * step + rng.normal(0, drift, count)
        one[:, 2] = rng.normal(0, drift, count)
        placed.append(one)
    return np.concatenate(placed)


def lay_piles(rng: np.random.Generator) -> Placements:
    """Return piles of copies, nearly on top of one another, in one or two rows."""
    rows, columns = int(rng.integers(1, 3)), int(rng.integers(1, 6))
    cells = _grid(rows, columns, np.array([CARD_ASPECT + float(rng.uniform(0.03, 0.3)), 1.2]))
    heaps = []
    for cell in cells:
        heap = np.repeat(cell[np.newaxis], int(rng.integers(1, 7)), axis=0)
        heaps.append(heap + rng.normal(0, 1, heap.shape) * np.array([0.02, 0.02, 0.02]))
    return np.concatenate(heaps)


def lay_side_fan(rng: np.random.Generator) -> Placements:
    """Return cards pushed apart sideways: all but the top one show a strip along an edge, and the start of a title."""
    count = int(rng.integers(2, 10))
    placed = np.zeros((count, 3))
    placed[:, 0] = np.cumsum(float(rng.uniform(0.12, 0.5)) * rng.uniform(0.8, 1.2, count))
    placed[:, 1] = rng.normal(0, 0.03, count)
    placed[:, 2] = np.linspace(-1, 1, count) * float(rng.uniform(0, 0.4)) + rng.normal(0, 0.02, count)
    return placed if rng.uniform() < 0.3 else np.ascontiguousarray(placed[::-1])


def _grid(rows: int, columns: int, cell: NDArray[np.float64]) -> Placements:
    y, x = np.mgrid[:rows, :columns].reshape(2, -1).astype(np.float64)
    return np.stack([(x - (columns - 1) / 2) * cell[0], (y - (rows - 1) / 2) * cell[1], np.zeros_like(x)], 1)


def _some(rng: np.random.Generator, placed: Placements) -> Placements:
    """Return the placements, sometimes only a part of them, but at least one."""
    if rng.uniform() < 0.6:
        return placed
    kept = rng.uniform(size=len(placed)) < float(rng.uniform(0.5, 1))
    kept[int(rng.integers(len(placed)))] = True
    return placed[kept]


LAYOUTS: dict[str, Callable[[np.random.Generator], Placements]] = {
    "single": lambda _: np.zeros((1, 3)), "row": lay_row, "spread": lay_spread, "fan": lay_fan,
    "cascade": lay_cascade, "heap": lay_heap, "page": lay_page, "gallery": lay_gallery,
    "hand": lay_hand, "columns": lay_columns, "piles": lay_piles, "side fan": lay_side_fan,
}  # fmt: skip
