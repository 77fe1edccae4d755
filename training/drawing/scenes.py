"""Paint what a demo card shows, by the name of its scene."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.core.values import Rgb
from training.drawing.canvas import Canvas, finished, palette
from training.drawing.card_data import Colour, Scene
from training.drawing.figures import FIGURES
from training.drawing.landscapes import PLACES
from training.drawing.objects import OBJECTS

SCENES: dict[Scene, Callable[[Canvas], None]] = {**PLACES, **FIGURES, **OBJECTS}


def paint(scene: Scene, colour: Colour, seed: int, width: int, height: int) -> Rgb:
    """Return a scene as uint8 (height, width, 3); the same arguments always give the same picture."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(width, height, palette(colour, rng), rng)
    SCENES[scene](canvas)
    return finished(canvas)
