"""Composed photos of which it is known what each card is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.values import Corners, Rgb
from training.calibration.card_splits import Actor, Known
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import Recipe
from training.scene.stock import Stock

SHORTER_PX, LONGER_PX = (640, 1100), 4 / 3
"""Shorter side of a photo, at least and at most, and the longer one over it."""


@dataclass(frozen=True, slots=True, eq=False)
class StagedPhoto:
    """A composed photo and who is in it.

    Attributes:
        image: uint8 (H, W, 3).
        quads: of each card that shows, float32 (4, 2).
        actors: who each is; None for a back or another game's card of the stock.
        visible: share of each that shows.
    """

    image: Rgb
    quads: tuple[Corners, ...]
    actors: tuple[Actor | None, ...]
    visible: tuple[float, ...]

    def names(self) -> set[str]:
        """Return the names that may rightly be given: of all cards that show, as answers are counted elsewhere, too."""
        return {actor.name for actor in self.actors if actor is not None and actor.name}


def staged(
    actors: Sequence[Actor], places: Sequence[Rgb], recipe: Recipe, rng: np.random.Generator, least_visible: float = 0.0
) -> StagedPhoto:
    """Compose a photo of a recipe with some of the actors; equal states of ``rng`` give equal photos."""
    short = int(rng.integers(*SHORTER_PX))
    size = (round(short * LONGER_PX), short) if rng.uniform() < 0.5 else (short, round(short * LONGER_PX))
    # Other games' faces are actors like others; the stock's own strangers are backs.
    photo = compose(Stock([actor.picture for actor in actors], (), places), recipe, rng, size)
    return _with_names(photo, actors, least_visible)


def _with_names(photo: ScenePhoto, actors: Sequence[Actor], least_visible: float) -> StagedPhoto:
    shown = [card for card in photo.cards if card.visible >= least_visible]
    return StagedPhoto(
        photo.image,
        tuple(card.corners for card in shown),
        tuple(actors[card.face] if card.face >= 0 else None for card in shown),
        tuple(card.visible for card in shown),
    )


def of_kind(actors: Sequence[Actor], known: Known) -> list[Actor]:
    """Return the actors that are known so far."""
    return [actor for actor in actors if actor.known is known]
