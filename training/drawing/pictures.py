"""The demo cards' pictures: painted by an earlier program of this project (see its history), stored as files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from engine.core.values import Rgb
from training.drawing.card_data import Colour, Scene

ART = Path(__file__).parent / "art"
"""``SCENE-COLOUR.webp`` for each demo card."""


@lru_cache(maxsize=64)
def read_picture(path: Path) -> Rgb:
    """Return a stored picture, uint8 (H, W, 3). Read-only."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    pixels.flags.writeable = False
    return pixels


def fit_picture(scene: Scene, colour: Colour, width: int, height: int) -> Rgb:
    """Return the middle of a scene's picture, uint8 (height, width, 3); in another colour if this one isn't stored."""
    path = ART / f"{scene}-{colour}.webp"
    picture = read_picture(path if path.exists() else min(ART.glob(f"{scene}-*.webp")))
    tall, wide = picture.shape[:2]
    scale = max(width / wide, height / tall)
    part_wide, part_tall = min(wide, round(width / scale)), min(tall, round(height / scale))
    left, top = (wide - part_wide) // 2, (tall - part_tall) // 2
    part = picture[top : top + part_tall, left : left + part_wide]
    sampling = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (width, height), interpolation=sampling), np.uint8)
