"""The close-up camera: one face as the engine gets it after rectification, degraded on the way.

One number, the severity, scales everything; 0 is a scanner's view. At severity s:

- the card's corners are off by up to 4% * s of its height each way; beyond its edge there is a table, a
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

import cv2
import numpy as np

from engine.core import geometry
from engine.core.values import Rgb
from training.camera import degradations, occlusions
from training.camera.degradations import Pixels
from training.camera.optics import reencode_jpeg

MILD, MEDIUM, HARD = 0.2, 0.5, 0.8
"""The severities at which results are reported."""
CORNER_ERROR = 0.04
"""Largest error of each corner of the rectified card at severity 1, as a fraction of the card's height."""
SLEEVED = 0.5
"""Share of cards in a sleeve with a border."""
JPEG_TWICE = 0.25

Degradation = Callable[[Pixels, np.random.Generator, float], Pixels]
DEGRADATIONS: tuple[tuple[float, Degradation], ...] = (
    (0.25, occlusions.add_dice),
    (1.0, degradations.blur_one_end),
    (0.5, degradations.cast_shadow),
    (0.2, degradations.add_foil),
    (0.15, occlusions.add_toploader),
    (0.25, degradations.add_plastic),
    (0.3, occlusions.add_fingers),
    (1.0, degradations.change_light),
    (0.5, degradations.add_glare),
    (0.5, degradations.fade),
    (0.12, degradations.add_moire),
    (1.0, degradations.defocus),
    (0.4, degradations.motion_blur),
    (1.0, degradations.lower_resolution),
    (1.0, degradations.add_noise),
    (0.3, degradations.sharpen),
)
"""In the order in which light meets them, each with its probability at severity 1."""


def degrade(face: Rgb, rng: np.random.Generator, severity: float, size: tuple[int, int] | None = None) -> Rgb:
    """Return one face as the engine gets it after rectification.

    Args:
        face: upright face, uint8 (H, W, 3), each side at least 32 px.
        rng: source of all randomness; equal states give equal pictures, and at a higher
            severity the same degradations, only stronger and more of them.
        severity: 0..1.
        size: height and width of the result, pixels; the face's own unless given.

    Returns:
        uint8 (height, width, 3).

    Raises:
        ValueError: severity outside 0..1.
    """
    if not 0.0 <= severity <= 1.0:
        raise ValueError(f"severity must be in 0..1, not {severity}")
    # Each degradation has its own generator, so that its draws don't change what the others do.
    placing, packing, *others = (
        np.random.default_rng(int(seed)) for seed in rng.integers(2**63, size=2 + len(DEGRADATIONS))
    )
    height, width = size or face.shape[:2]
    small = cv2.resize(face, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    corners = geometry.rectangle(width, height)
    moved = (corners + placing.uniform(-1, 1, (4, 2)) * CORNER_ERROR * severity * height).astype(np.float32)
    backdrop = occlusions.draw_backdrop(placing, height, width, small)
    sleeved = float(placing.uniform()) < SLEEVED
    pixels: Pixels = small
    if severity > 0:
        pixels = occlusions.draw_sleeve(backdrop, moved, placing) if sleeved else backdrop
        # A pixel's middle is at a half.
        homography = cv2.getPerspectiveTransform(corners - 0.5, moved - 0.5)
        pixels = np.ascontiguousarray(pixels, np.float32)
        cv2.warpPerspective(small, homography, (width, height), pixels, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    for (chance, degradation), own in zip(DEGRADATIONS, others, strict=True):
        # A certain degradation happens at every severity, a rare one becomes likelier with it.
        if chance == 1.0 or own.uniform() < chance * severity:
            pixels = degradation(pixels, own, severity)
    first, second = degradations.jpeg_quality(packing, severity), degradations.jpeg_quality(packing, severity)
    once = reencode_jpeg(np.asarray(np.clip(pixels + 0.5, 0, 255), np.uint8), first)
    return reencode_jpeg(once, second) if packing.uniform() < JPEG_TWICE * severity else once
