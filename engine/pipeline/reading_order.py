"""The order in which a player reads the cards of a photo.

In a stack, where each card covers all but the title of the one before, the deepest card comes first; in a hand the
left one. Stacks, hands and single cards come by rows from the top, each row from the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.constants import CARD_ASPECT
from engine.core.values import Corners

STRIP = 0.65
"""Height over width below which a quad is taken for the upper part of a card; a whole card on its side has 0.72."""
STACK_STEP, HAND_STEP = 0.6, 0.45
"""Largest distance of neighbours in a stack and in a hand, in card heights: they overlap by a third or more."""
MAX_ASIDE = 0.25
"""Largest distance to the side of neighbours in a stack, in card heights."""
MAX_TURN_DEG = 30.0
"""Largest angle between neighbours in a stack or a hand."""
MAX_SIZE_RATIO = 1.5
"""Largest ratio of neighbours' heights."""
SAME_ROW = 0.5
"""Distance in card heights from a row's first card, up to which the next one is in the row."""
ALIGNED = 0.7
"""Length of the mean of all cards' directions, 0..1, from which the whole layout is straightened before rows are told
apart: cards in a row lie much the same way, those in a hand or a heap don't."""
SMALLEST_PX = 1e-3
"""Height below which a quad is no card; keeps the division sound."""

Pairs = NDArray[np.bool_]
"""bool (N, N): whether the second card of a pair comes next to the first one in some sense."""


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where N cards lie.

    Attributes:
        middles: float64 (N, 2), of the whole cards, pixels.
        downs: float64 (N, 2), unit vectors from a card's head to its foot.
        heights: float64 (N,), of the whole cards, pixels.
    """

    middles: NDArray[np.float64]
    downs: NDArray[np.float64]
    heights: NDArray[np.float64]


def reading_order(quads: Sequence[Corners]) -> list[int]:
    """Return the cards' numbers in the order in which a player reads them.

    Args:
        quads: float32 (4, 2) each, from the card's own top left; of a card that is partly covered either the whole
            outline or its uppermost part only.
    """
    if not quads:
        return []
    places = _find_places(np.stack(quads).astype(np.float64))
    downs, rights = places.downs, np.stack([places.downs[:, 1], -places.downs[:, 0]], 1)
    below, beside = _find_neighbours(places)
    groups = _connect(below, range(len(quads)))
    stacks = [_sort_along(group, downs, places) for group in groups if len(group) > 1]
    singles = [group[0] for group in groups if len(group) == 1]
    hands = [_sort_along(group, rights, places) for group in _connect(beside, singles)]
    # A stack is where its deepest card is, a hand where its middle is.
    heads = [places.middles[stack[0]] for stack in stacks] + [places.middles[hand].mean(0) for hand in hands]
    blocks = stacks + hands
    rows = _find_rows(_straighten(np.array(heads), downs), places.heights[[block[0] for block in blocks]])
    return [card for row in rows for block in row for card in blocks[block]]


def _find_places(quads: NDArray[np.float64]) -> _Places:
    """Return the places of cards whose corners are float64 (N, 4, 2)."""
    # Relative to the first point, so that the order is the same wherever in the photo the cards are.
    quads = quads - quads.reshape(-1, 2).min(0)
    tops = (quads[:, 0] + quads[:, 1]) / 2
    downs = (quads[:, 3] + quads[:, 2]) / 2 - tops
    heights, widths = np.linalg.norm(downs, axis=1), np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    units = downs / np.where(heights > 0, heights, 1.0)[:, np.newaxis]
    heights = np.where(heights < STRIP * widths, widths / CARD_ASPECT, heights)
    return _Places(tops + units * heights[:, np.newaxis] / 2, units, heights)


def _find_neighbours(places: _Places) -> tuple[Pairs, Pairs]:
    """Return which card lies below which in a stack, and which to the right of which in a hand."""
    heights, downs = np.maximum(places.heights, SMALLEST_PX), places.downs
    # steps[i, j] leads from card i to card j, in heights of card i.
    steps = (places.middles[np.newaxis] - places.middles[:, np.newaxis]) / heights[:, np.newaxis, np.newaxis]
    down = np.einsum("ijk,ik->ij", steps, downs)
    right = np.einsum("ijk,ik->ij", steps, np.stack([downs[:, 1], -downs[:, 0]], 1))
    alike = downs @ downs.T > np.cos(np.radians(MAX_TURN_DEG))
    ratios = heights[:, np.newaxis] / heights
    alike &= np.maximum(ratios, ratios.T) < MAX_SIZE_RATIO
    below = alike & (down > 0) & (down < STACK_STEP) & (np.abs(right) < np.minimum(down, MAX_ASIDE))
    beside = alike & (right > 0) & (right < HAND_STEP) & (np.abs(down) <= right)
    return below, beside


def _connect(pairs: Pairs, cards: Sequence[int]) -> list[list[int]]:
    """Return groups of ``cards`` that hang together by ``pairs``, each card in one of them."""
    linked, left, groups = pairs | pairs.T, set(cards), []
    while left:
        group = [min(left)]
        left.discard(group[0])
        for card in group:
            found = sorted(other for other in left if linked[card, other])
            group += found
            left.difference_update(found)
        groups.append(group)
    return groups


def _sort_along(cards: Sequence[int], directions: NDArray[np.float64], places: _Places) -> list[int]:
    """Return the cards sorted along the mean of their ``directions``, float64 (N, 2)."""
    way = directions[cards].mean(0)
    return sorted(cards, key=lambda card: (float(places.middles[card] @ way), *places.middles[card].tolist()))


def _straighten(points: NDArray[np.float64], downs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points turned so that most cards are upright or turned by quarters, if they lie the same way."""
    # Four times the angle is the same for cards that are turned by quarters.
    mean = np.exp(4j * np.arctan2(downs[:, 1], downs[:, 0])).mean()
    if abs(mean) < ALIGNED:
        return points
    tilt = float(np.angle(mean)) / 4
    c, s = np.cos(tilt), np.sin(tilt)
    return np.asarray(points @ np.array([[c, -s], [s, c]]), np.float64)


def _find_rows(points: NDArray[np.float64], heights: NDArray[np.float64]) -> list[list[int]]:
    """Return the numbers of the points by rows from the top, each row from the left."""
    rows: list[list[int]] = []
    for at in sorted(range(len(points)), key=lambda at: (points[at][1], points[at][0])):
        first = rows[-1][0] if rows else at
        if rows and points[at][1] - points[first][1] < SAME_ROW * heights[first]:
            rows[-1].append(at)
        else:
            rows.append([at])
    return [sorted(row, key=lambda at: (points[at][0], points[at][1])) for row in rows]
