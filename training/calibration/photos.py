"""Compose photos of cards with known names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.values import Rgb
from training.calibration.card_splits import CalibrationCard
from training.scene.photo import compose
from training.scene.recipes import Recipe
from training.scene.stock import Stock

SHORTER_PX, LONGER_PX = (640, 1100), 4 / 3
"""Range of a photo's shorter side, pixels, and ratio of the longer side to it."""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationPhoto:
    """A composed photo, uint8 (H, W, 3), and its visible cards; None is a card back."""

    image: Rgb
    cards: tuple[CalibrationCard | None, ...]

    def names(self) -> set[str]:
        """Return the names that are right answers: those of all visible cards, as in other measurements."""
        return {card.name for card in self.cards if card is not None and card.name}


def compose_photo(
    cards: Sequence[CalibrationCard],
    places: Sequence[Rgb],
    recipe: Recipe,
    rng: np.random.Generator,
    min_visible: float = 0.0,
) -> CalibrationPhoto:
    """Compose a photo of some of the cards; equal states of ``rng`` give equal photos.

    Cards whose visible share is below ``min_visible`` (0..1) are left out of the result.
    """
    short = int(rng.integers(*SHORTER_PX))
    size = (round(short * LONGER_PX), short) if rng.uniform() < 0.5 else (short, round(short * LONGER_PX))
    # Other games' faces are among the cards, so the stock's are backs.
    photo = compose(Stock([card.picture for card in cards], (), places), recipe, rng, size)
    shown = [card.face for card in photo.cards if card.visible >= min_visible]
    return CalibrationPhoto(photo.image, tuple(cards[face] if face >= 0 else None for face in shown))
