"""How well quads fit the truth of composed photos. Pure: quads in, numbers out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.core import geometry
from engine.core.values import Corners, Quad, Rgb
from training.scene.photo import ScenePhoto

FITS = 0.9
"""IoU above which a quad fits a card."""
FINDS = 0.5
"""IoU above which a quad is that card's at all; else it is false."""
MIN_VISIBLE = 0.14
"""Share of a card that shows, from which it must be found."""

Find = Callable[[Rgb], Sequence[Quad]]
"""A photo, uint8 (H, W, 3), -> quads in its pixels."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector makes of one card that is to be found.

    Attributes:
        iou: of the quad that fits it best, any way up; 0 where none does.
        error: mean distance of its corners from the true ones over the card's height, any way up; nan if not found.
        upright: whether the quad begins at the card's own top left.
        visible: share of the card that shows.
    """

    iou: float
    error: float
    upright: bool
    visible: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a condition: cards to be found, photos, and how many of them."""

    cards: int
    photos: int
    recall: float
    found: float
    corner_error: float
    upright: float
    false_quads: float

    @staticmethod
    def of(found: Sequence[Found], false: Sequence[int]) -> Figures:
        """Count: ``found`` of all cards, ``false`` quads of each photo."""
        hits = [card for card in found if card.iou >= FINDS]
        return Figures(
            len(found), len(false),
            _share(card.iou >= FITS for card in found), _share(card.iou >= FINDS for card in found),
            float(np.mean([card.error for card in hits])) if hits else float("nan"),
            _share(card.upright for card in hits), float(np.mean(false)) if false else float("nan"),
        )  # fmt: skip


def look(photo: ScenePhoto, quads: Sequence[Quad]) -> tuple[list[Found], int]:
    """Return what was found of each Magic card that shows enough, and the number of false quads.

    A quad is false where it is no card's, or a second one of the same card; on a card that is hidden
    almost whole, on a card's back or another game's card it is neither right nor false.
    """
    left = list(quads)
    results = []
    for card in sorted(photo.cards, key=lambda c: -c.visible):
        if not card.magic or card.visible < MIN_VISIBLE:
            continue
        best = max(left, key=lambda quad: geometry.iou(quad.corners, card.corners), default=None)
        overlap = geometry.iou(best.corners, card.corners) if best is not None else 0.0
        if best is None or overlap < FINDS:
            results.append(Found(overlap, float("nan"), False, card.visible))
            continue
        left.remove(best)
        error, turn = corner_error(best.corners, card.corners)
        results.append(Found(overlap, error, turn == 0, card.visible))
    excused = [card.corners for card in photo.cards if not card.magic or card.visible < MIN_VISIBLE]
    false = sum(all(geometry.iou(quad.corners, c) < FINDS for c in excused) for quad in left)
    return results, false


def corner_error(found: Corners, true: Corners) -> tuple[float, int]:
    """Return the mean distance of corners over the card's height, at the turn that fits best, and that turn."""
    errors = [float(np.linalg.norm(np.roll(found, -turn, axis=0) - true, axis=1).mean()) for turn in range(4)]
    turn = int(np.argmin(errors))
    return errors[turn] / float(geometry.side_lengths(true)[[1, 3]].mean()), turn


def measured(photos: Iterable[ScenePhoto], find: Find) -> Figures:
    """Return the figures of a detector on photos."""
    cards: list[Found] = []
    false: list[int] = []
    for photo in photos:
        found, wrong = look(photo, find(photo.image))
        cards += found
        false.append(wrong)
    return Figures.of(cards, false)


def _share(of: Iterable[bool]) -> float:
    values = list(of)
    return sum(values) / len(values) if values else float("nan")
