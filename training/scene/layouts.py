"""How cards lie on a table: centres and turns, in card heights, the lowest card of a heap first. Pure geometry."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.core.constants import CARD_ASPECT

Placements = NDArray[np.float64]
"""float64 (N, 3): x and y of each card's middle, card heights (y downwards), and its turn clockwise, radians."""

QUARTER = np.pi / 2
POCKET = np.array([CARD_ASPECT * 1.07, 1.06])
"""Width and height of a binder's pocket."""


def single(rng: np.random.Generator) -> Placements:
    """Return one card, straight."""
    del rng
    return np.zeros((1, 3))


def row(rng: np.random.Generator) -> Placements:
    """Return one to three rows of cards, none over another, some turned sideways as if tapped."""
    columns, rows = int(rng.integers(2, 7)), int(rng.choice([1, 1, 2, 3, 4]))
    gap, askew = float(rng.uniform(0.02, 0.3)), float(rng.uniform(0, 0.12))
    placed = _grid(rows, columns, np.array([CARD_ASPECT + gap, 1 + gap]))
    placed[:, :2] += rng.uniform(-0.4, 0.4, (len(placed), 2)) * gap
    placed[:, 2] = askew * rng.standard_normal(len(placed))
    if rng.uniform() < 0.2:
        placed[:, :2] *= 1.3
        placed[rng.uniform(size=len(placed)) < 0.4, 2] += QUARTER
    return _some(rng, placed)


def spread(rng: np.random.Generator) -> Placements:
    """Return cards thrown on a table at any turn, over one another here and there."""
    count = int(rng.integers(2, 13))
    placed = np.zeros((count, 3))
    placed[:, :2] = rng.uniform(-0.5, 0.5, (count, 2)) * np.sqrt(count) * float(rng.uniform(0.75, 1.4))
    placed[:, 2] = float(rng.choice([0.15, 0.5, np.pi])) * rng.uniform(-1, 1, count)
    return placed


def fan(rng: np.random.Generator) -> Placements:
    """Return a hand of cards held like a fan."""
    count = int(rng.integers(2, 9))
    step = float(rng.uniform(0.1, 0.32))
    angles = (np.arange(count) - (count - 1) / 2) * step
    radius = float(rng.uniform(0.7, 1.6))
    x, y = radius * np.sin(angles), -radius * np.cos(angles)
    placed = np.stack([x, y, angles], 1) + rng.normal(0, 0.015, (count, 3))
    # Which card lies uppermost: mostly the right one, so that titles on the left show.
    return placed if rng.uniform() < 0.7 else np.ascontiguousarray(placed[::-1])


def cascade(rng: np.random.Generator) -> Placements:
    """Return columns of cards, each over the one above it but for its title."""
    columns, rows = int(rng.integers(1, 4)), int(rng.integers(2, 8))
    step = float(rng.uniform(0.12, 0.45))
    placed = _grid(columns, rows, np.array([step, CARD_ASPECT * float(rng.uniform(1.02, 1.3))]))
    placed[:, :2] = placed[:, 1::-1]  # column by column, downwards
    return _some(rng, placed + rng.normal(0, 0.012, placed.shape))


def heap(rng: np.random.Generator) -> Placements:
    """Return a few cards nearly on top of one another."""
    count = int(rng.integers(2, 7))
    placed = rng.normal(0, 1, (count, 3)) * np.array([0.06, 0.06, 0.12])
    return np.asarray(placed * float(rng.uniform(0.2, 2)))


def page(rng: np.random.Generator) -> Placements:
    """Return the nine pockets of a binder's page; a few may be empty, a second page may lie beside it."""
    shape = (3, 3) if rng.uniform() < 0.8 else (int(rng.integers(2, 5)), int(rng.integers(2, 5)))
    placed = _grid(*shape, POCKET)
    placed[:, :2] += rng.normal(0, 0.008, (len(placed), 2))
    placed[:, 2] = rng.normal(0, 0.012, len(placed))
    if rng.uniform() < 0.15:
        beside = placed + np.array([shape[1] * POCKET[0] + 0.25, 0, 0])
        placed = np.concatenate([placed, beside])
    return _some(rng, placed) if rng.uniform() < 0.3 else placed


def gallery(rng: np.random.Generator) -> Placements:
    """Return an even grid, as deck builders show it: no card askew, gaps all alike, sometimes overlapping downwards."""
    rows, columns = int(rng.integers(1, 5)), int(rng.integers(2, 8))
    gap = float(rng.uniform(0.01, 0.12))
    overlap = float(rng.uniform(0.15, 0.5)) if rng.uniform() < 0.25 else 1 + gap
    return _some(rng, _grid(rows, columns, np.array([CARD_ASPECT + gap, overlap])))


def _grid(rows: int, columns: int, cell: NDArray[np.float64]) -> Placements:
    y, x = np.mgrid[:rows, :columns].reshape(2, -1).astype(np.float64)
    return np.stack([(x - (columns - 1) / 2) * cell[0], (y - (rows - 1) / 2) * cell[1], np.zeros_like(x)], 1)


def _some(rng: np.random.Generator, placed: Placements) -> Placements:
    """Return the placements, a few of them missing at times; never none."""
    if rng.uniform() < 0.6:
        return placed
    kept = rng.uniform(size=len(placed)) < float(rng.uniform(0.5, 1))
    kept[int(rng.integers(len(placed)))] = True
    return placed[kept]


LAYOUTS: dict[str, Callable[[np.random.Generator], Placements]] = {
    "single": single, "row": row, "spread": spread, "fan": fan, "cascade": cascade, "heap": heap, "page": page,
    "gallery": gallery,
}  # fmt: skip
