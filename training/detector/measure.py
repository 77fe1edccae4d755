"""How well detected quads fit the true ones of composed photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.core import geometry
from engine.core.values import Corners, Quad, Rgb
from training.detector.targets import MIN_VISIBLE, card_height
from training.scene.photo import ScenePhoto

FITS = 0.9
"""IoU from which a quad fits a card well."""
FINDS = 0.5
"""IoU from which a quad counts as that card's; below, it is a false one."""

Find = Callable[[Rgb], Sequence[Quad]]
"""Returns the quads in a photo, uint8 (H, W, 3), in its pixels."""


@dataclass(frozen=True, slots=True)
class CardDetection:
    """How one card that should be found was detected.

    Attributes:
        iou: of the quad that fits it best in any orientation; 0 if there is none.
        error: mean distance of its corners from the true ones over the card's height in the best orientation; nan if
            the card was not found.
        upright: whether the quad starts at the card's own top left.
    """

    iou: float
    error: float
    upright: bool


@dataclass(frozen=True, slots=True)
class DetectionFigures:
    """Counts of cards and photos, and shares of the cards."""

    cards: int
    photos: int
    recall: float
    found: float
    corner_error: float
    upright: float
    false_quads: float

    @staticmethod
    def of(cards: Sequence[CardDetection], false: Sequence[int]) -> DetectionFigures:
        """Summarise the detections of all cards and the number of false quads in each photo."""
        hits = [card for card in cards if card.iou >= FINDS]
        return DetectionFigures(
            len(cards), len(false), _mean([card.iou >= FITS for card in cards]),
            _mean([card.iou >= FINDS for card in cards]), _mean([card.error for card in hits]),
            _mean([card.upright for card in hits]), _mean(false),
        )  # fmt: skip


def match_quads(photo: ScenePhoto, quads: Sequence[Quad]) -> tuple[list[CardDetection], int]:
    """Return the detection of each Magic card that is visible enough, and the number of false quads.

    A quad is false if it fits no card, or a card that another quad fits better. On an almost hidden card,
    a card back or another game's card it doesn't count.
    """
    left = list(quads)
    results = []
    for card in sorted(photo.cards, key=lambda c: -c.visible):
        if not card.magic or card.visible < MIN_VISIBLE:
            continue
        best = max(left, key=lambda quad: geometry.iou(quad.corners, card.corners), default=None)
        overlap = geometry.iou(best.corners, card.corners) if best is not None else 0.0
        if best is None or overlap < FINDS:
            results.append(CardDetection(overlap, float("nan"), False))
            continue
        left.remove(best)
        error, turn = corner_error(best.corners, card.corners)
        results.append(CardDetection(overlap, error, turn == 0))
    excused = [card.corners for card in photo.cards if not card.magic or card.visible < MIN_VISIBLE]
    false = sum(all(geometry.iou(quad.corners, c) < FINDS for c in excused) for quad in left)
    return results, false


def corner_error(found: Corners, true: Corners) -> tuple[float, int]:
    """Return the mean distance of corners over the card's height, at the turn that fits best, and that turn."""
    errors = [float(np.linalg.norm(np.roll(found, -turn, axis=0) - true, axis=1).mean()) for turn in range(4)]
    turn = int(np.argmin(errors))
    return errors[turn] / card_height(true), turn


def measure(photos: Iterable[ScenePhoto], find: Find) -> DetectionFigures:
    """Measure a detector on photos."""
    matched = [match_quads(photo, find(photo.image)) for photo in photos]
    return DetectionFigures.of([card for cards, _ in matched for card in cards], [false for _, false in matched])


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
