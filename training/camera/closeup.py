"""The camera held close: one face as the engine gets it after straightening, with all that goes wrong on the way.

One number, the severity, scales everything; 0 is a scanner's view. At severity s:

- the card's corners are off by up to 4% * s of its height each way; beyond its edge stands a table, a
  sleeve's border (one of seven colours) or a neighbouring card;
- the card was up to 224 -> 100 px high in the photo (100 at s = 1), one end coarser than the other;
- exposure -1.5 * s to +0.7 * s stops, gamma, colour cast up to 28% * s, brighter at one side by up to 50% * s;
- with chances that rise with s (at s = 1): haze or a webcam's grey 50%, a shadow 50%, lamps' glare 50%,
  foil 20%, wavy plastic 25%, toploader 15%, fingers 30% and dice 25% (each over at most 20% * s of the face),
  motion blur 40%, moire of a screen 12%, sharpening halos 30%;
- defocus up to 1.1% * s of the height, grain and coloured blotches, JPEG 95 down to 95 - 65 * s, sometimes twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np

from engine.core import geometry
from engine.core.values import Rgb
from training.camera import degradations, occlusions
from training.camera.degradations import Pixels
from training.camera.optics import through_jpeg

MILD, MEDIUM, HARD = 0.2, 0.5, 0.8
"""The severities that results are quoted by."""
CORNER_ERROR = 0.04
"""How far each corner of the straightened card may be off at severity 1, as a fraction of the card's height."""
SLEEVED = 0.5
"""Share of cards in a sleeve with a border."""
JPEG_TWICE = 0.25

Accident = Callable[[Pixels, np.random.Generator, float], Pixels]
ACCIDENTS: tuple[tuple[float, Accident], ...] = (
    (0.25, occlusions.dice),
    (1.0, degradations.leaning),
    (0.5, degradations.shadowed),
    (0.2, degradations.foil),
    (0.15, occlusions.toploader),
    (0.25, degradations.plastic),
    (0.3, occlusions.fingers),
    (1.0, degradations.light),
    (0.5, degradations.glare),
    (0.5, degradations.faded),
    (0.12, degradations.screened),
    (1.0, degradations.defocused),
    (0.4, degradations.shaken),
    (1.0, degradations.coarse),
    (1.0, degradations.noisy),
    (0.3, degradations.sharpened),
)
"""In the order in which light meets them, each with its chance at severity 1."""


def degrade(face: Rgb, rng: np.random.Generator, severity: float, size: tuple[int, int] | None = None) -> Rgb:
    """Return one face as the engine gets it after straightening.

    Args:
        face: upright face, uint8 (H, W, 3), 32 px and more a side.
        rng: source of all randomness; equal states give equal pictures, and the same state at a
            higher severity the same accidents, only worse and more of them.
        severity: 0..1.
        size: height and width of the result, pixels; the face's own unless given.

    Returns:
        uint8 (height, width, 3).

    Raises:
        ValueError: severity outside 0..1.
    """
    if not 0.0 <= severity <= 1.0:
        raise ValueError(f"severity must lie in 0..1, not {severity}")
    # Each accident has dice of its own: how many it throws does not change what the others do.
    placing, packing, *dice = (
        np.random.default_rng(int(seed)) for seed in rng.integers(2**63, size=2 + len(ACCIDENTS))
    )
    height, width = size or face.shape[:2]
    pixels = _placed(face, placing, severity, height, width)
    for (chance, accident), thrown in zip(ACCIDENTS, dice, strict=True):
        # A sure accident is there at every severity, a rare one becomes likelier with it.
        if chance == 1.0 or thrown.uniform() < chance * severity:
            pixels = accident(pixels, thrown, severity)
    return _saved(np.asarray(np.clip(pixels + 0.5, 0, 255), np.uint8), packing, severity)


def _placed(face: Rgb, rng: np.random.Generator, severity: float, height: int, width: int) -> Pixels:
    """Return the face askew on its backdrop, float32 (height, width, 3)."""
    small = cv2.resize(face, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    corners = geometry.rectangle(width, height)
    error = rng.uniform(-1, 1, (4, 2)) * CORNER_ERROR * severity * height
    moved = (corners + error).astype(np.float32)
    behind = occlusions.backdrop(rng, height, width, small)
    sleeved = float(rng.uniform()) < SLEEVED
    if severity == 0:
        return cast("Pixels", small)
    canvas = occlusions.sleeve(behind, moved, rng) if sleeved else behind
    # A pixel's middle is at a half.
    homography = cv2.getPerspectiveTransform(corners - 0.5, moved - 0.5)
    canvas = np.ascontiguousarray(canvas, np.float32)
    cv2.warpPerspective(small, homography, (width, height), canvas, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    return canvas


def _saved(image: Rgb, rng: np.random.Generator, severity: float) -> Rgb:
    """Return the picture after it was saved as JPEG, once or twice."""
    first, second = degradations.jpeg_quality(rng, severity), degradations.jpeg_quality(rng, severity)
    once = through_jpeg(image, first)
    return through_jpeg(once, second) if rng.uniform() < JPEG_TWICE * severity else once
