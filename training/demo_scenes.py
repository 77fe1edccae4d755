"""Paint what a demo card shows, by the name of its scene."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.values import Rgb
from training.demo_art import Canvas, finished, palette
from training.demo_figures import FIGURES
from training.demo_names import Colour, Scene
from training.demo_objects import OBJECTS
from training.demo_places import PLACES

SCENES: dict[Scene, Callable[[Canvas], None]] = {**PLACES, **FIGURES, **OBJECTS}


def paint(scene: Scene, colour: Colour, seed: int, width: int, height: int) -> Rgb:
    """Return a scene as uint8 (height, width, 3); the same arguments always give the same picture."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(width, height, palette(colour, rng), rng)
    SCENES[scene](canvas)
    return finished(canvas)
