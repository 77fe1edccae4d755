"""Recipes of photos: random ones for training, and one for each measured condition."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from training.scene.pieces import Case

MAX_TILT_DEG = 60.0
CROP = 1.04
"""Height of a card over that of a picture cropped slightly inside the card's edge."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One photo.

    Attributes:
        layout: a name of :data:`training.scene.layouts.LAYOUTS`, or ``none`` for a photo without a card.
        tilt_deg: angle of the camera to the vertical, 0..60.
        turn_deg: the camera's roll, -180..180.
        fill: share of the photo that the cards' outline spans on the tighter side; above 1 it is cut off.
        severity: 0..1, of all degradations.
        degradations: names of ``photo.DEGRADATIONS`` that are certain; others are random.
        case: of every card, or None for a mixture.
        strange: share of backs and other games' cards.
        foil: share of foil cards.
        covered: share of the first cards hidden by fingers or dice, 0..1.
        clutter: largest number of other things.
        flat: whether it is a screenshot, without shadow and camera.
        tone: whether the table has the colour of a card's border.
    """

    layout: str = "single"
    tilt_deg: float = 0.0
    turn_deg: float = 0.0
    fill: float = 0.8
    severity: float = 0.2
    degradations: tuple[str, ...] = ()
    case: Case | None = "bare"
    strange: float = 0.0
    foil: float = 0.0
    covered: float = 0.0
    clutter: int = 0
    flat: bool = False
    tone: bool = False


SHARES = {
    "single": 0.36, "row": 0.12, "spread": 0.14, "fan": 0.09, "cascade": 0.07, "heap": 0.04, "page": 0.08,
    "gallery": 0.04, "none": 0.06,
}  # fmt: skip
"""Shares of the layouts in training."""


def random_recipe(rng: np.random.Generator) -> Recipe:
    """Return the recipe of any photo a player may send, common ones more often."""
    layout = str(rng.choice(list(SHARES), p=np.array(list(SHARES.values())) / sum(SHARES.values())))
    tilt, kind = min(MAX_TILT_DEG, abs(float(rng.normal(0, 20)))), rng.uniform()
    if kind < 0.5:
        turn = rng.normal(0, 7)
    elif kind < 0.7:
        turn = rng.choice([90, 180, -90]) + rng.normal(0, 6)
    else:
        turn = rng.uniform(-180, 180)
    if layout == "single":
        fills = rng.uniform(0.2, 0.5), rng.uniform(0.5, 0.98), rng.uniform(0.96, 1.06)
        fill = rng.choice(fills, p=[0.18, 0.5, 0.32])
    else:
        fill = rng.uniform(0.45, 1.1)
    recipe = Recipe(
        layout, tilt, float(turn), float(fill),
        severity=float(rng.uniform()) ** 1.3,
        case=None if rng.uniform() < 0.65 else "bare",
        strange=float(rng.choice([0.0, 0.1, 1.0], p=[0.7, 0.18, 0.12])),
        foil=float(rng.choice([0.0, 0.3, 1.0], p=[0.8, 0.1, 0.1])),
        covered=float(rng.choice([0.0, rng.uniform(0.03, 0.45)], p=[0.75, 0.25])),
        clutter=int(rng.choice([0, 1, 4], p=[0.5, 0.3, 0.2])),
        tone=bool(rng.uniform() < 0.12),
    )  # fmt: skip
    if layout == "gallery" or (layout == "single" and rng.uniform() < 0.12):
        # A scan, a tight crop, or a screenshot of a card or a deck.
        tight = layout == "single" and rng.uniform() < 0.6
        return replace(
            recipe, tilt_deg=0.0, turn_deg=0.0, fill=float(rng.uniform(0.97, CROP)) if tight else recipe.fill,
            severity=0.25 * recipe.severity, case="bare", covered=0.0, flat=True,
        )  # fmt: skip
    return recipe


STACKS = {"hand": 0.3, "columns": 0.24, "cascade": 0.12, "fan": 0.12, "side fan": 0.09, "piles": 0.07, "heap": 0.06}
"""Shares of the layouts in which cards cover one another."""


def random_stack(rng: np.random.Generator) -> Recipe:
    """Return the recipe of any photo of cards that cover one another."""
    layout = str(rng.choice(list(STACKS), p=np.array(list(STACKS.values()))))
    return replace(random_recipe(rng), layout=layout, flat=False, strange=0.0 if rng.uniform() < 0.8 else 0.2)


CONDITIONS: dict[str, Recipe] = {
    "plain": Recipe(),
    "rotated": Recipe(turn_deg=180.0),
    "perspective": Recipe(tilt_deg=45.0, turn_deg=20.0, severity=0.3),
    "glare": Recipe(tilt_deg=10.0, turn_deg=10.0, severity=0.7, degradations=("glare",), case="sleeve"),
    "low resolution": Recipe(fill=0.45, tilt_deg=10.0, turn_deg=10.0, severity=0.8, degradations=("coarse",)),
    "dim": Recipe(tilt_deg=10.0, turn_deg=10.0, severity=0.8, degradations=("dim",)),
    "occluded": Recipe(tilt_deg=10.0, turn_deg=10.0, severity=0.3, covered=1 / 3),
    "foil": Recipe(tilt_deg=10.0, turn_deg=10.0, severity=0.4, foil=1.0),
    "nine-pocket page": Recipe("page", tilt_deg=10.0, turn_deg=5.0, fill=0.9, severity=0.4, degradations=("plastic",)),
    "overlapping fan": Recipe("fan", tilt_deg=10.0, turn_deg=10.0, fill=0.85, severity=0.3),
    "no card": Recipe("none", severity=0.4, clutter=4),
    "close-up": Recipe(tilt_deg=10.0, turn_deg=20.0, fill=1.6, severity=0.4, case=None),
}
"""The measured conditions. :func:`condition` varies each photo's tilt, turn and fill up to these values."""


def condition(name: str, rng: np.random.Generator) -> Recipe:
    """Return the recipe of a photo of a condition of :data:`CONDITIONS`."""
    recipe = CONDITIONS[name]
    return replace(
        recipe,
        tilt_deg=recipe.tilt_deg * float(rng.uniform(0.5, 1)),
        turn_deg=recipe.turn_deg * float(rng.uniform(-1, 1)),
        fill=recipe.fill * float(rng.uniform(0.6, 1)) if recipe.layout == "single" else recipe.fill,
    )
