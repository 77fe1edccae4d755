"""Compose photos whose cards' names are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.values import Corners, Rgb
from training.calibration.card_splits import CalibrationCard, CardSplit
from training.scene.photo import compose
from training.scene.recipes import Recipe
from training.scene.stock import Stock

SHORTER_PX, LONGER_PX = (640, 1100), 4 / 3
"""Range of a photo's shorter side in pixels, and the ratio of the longer side to it."""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationPhoto:
    """A composed photo and its visible cards.

    Attributes:
        image: uint8 (H, W, 3).
        quads: of each card, float32 (4, 2).
        cards: what each quad shows; None for a card back.
        visible: visible share of each, 0..1.
    """

    image: Rgb
    quads: tuple[Corners, ...]
    cards: tuple[CalibrationCard | None, ...]
    visible: tuple[float, ...]

    def names(self) -> set[str]:
        """Return the names that are right answers: those of all visible cards, as in all other measurements."""
        return {card.name for card in self.cards if card is not None and card.name}


def compose_photo(
    cards: Sequence[CalibrationCard],
    places: Sequence[Rgb],
    recipe: Recipe,
    rng: np.random.Generator,
    min_visible: float = 0.0,
) -> CalibrationPhoto:
    """Compose a photo of some of the cards by a recipe; equal states of ``rng`` give equal photos.

    Cards of which less than ``min_visible`` (0..1) shows are left out of the result's lists.
    """
    short = int(rng.integers(*SHORTER_PX))
    size = (round(short * LONGER_PX), short) if rng.uniform() < 0.5 else (short, round(short * LONGER_PX))
    # Other games' faces are among the cards; the stock's own strangers are backs.
    photo = compose(Stock([card.picture for card in cards], (), places), recipe, rng, size)
    shown = [card for card in photo.cards if card.visible >= min_visible]
    return CalibrationPhoto(
        photo.image,
        tuple(card.corners for card in shown),
        tuple(cards[card.face] if card.face >= 0 else None for card in shown),
        tuple(card.visible for card in shown),
    )


def cards_of_split(cards: Sequence[CalibrationCard], split: CardSplit) -> list[CalibrationCard]:
    """Return the cards of one split."""
    return [card for card in cards if card.split is split]
