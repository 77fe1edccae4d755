"""The close-up camera: returns a face as the engine gets it after rectification.

The severity scales everything; 0 is a scan. At severity s:

- each corner of the card is off by up to 4% * s of its height; beyond its edge there is a table, a sleeve or another
  card;
- the card was 224 px high in the photo, down to 100 px at s = 1, and one end is blurred;
- exposure -1.5 * s to +0.7 * s stops, gamma, colour cast up to 28% * s, one side brighter by up to 50% * s;
- probabilities that rise with s, to these at s = 1: haze or a webcam's grey 50%, a shadow 50%, glare 50%, foil 20%,
  wavy plastic 25%, toploader 15%, fingers 30% and dice 25% (each over at most 20% * s of the face), motion blur 40%,
  moire of a screen 12%, sharpening halos 30%;
- defocus up to 1.1% * s of the height, noise, JPEG quality 95 down to 95 - 65 * s, sometimes twice.
"""

from __future__ import annotations

import cv2
import numpy as np

from engine.core import geometry
from engine.core.values import Rgb
from training.camera import degradations, occlusions
from training.camera.degradations import Degradation, Pixels
from training.camera.optics import reencode_jpeg

MILD, MEDIUM, HARD = 0.2, 0.5, 0.8
"""Severities at which results are reported."""
CORNER_ERROR = 0.04
"""Largest error of a corner of the rectified card at severity 1, over the card's height."""
SLEEVED, JPEG_TWICE = 0.5, 0.25
"""Shares of the cards in a sleeve with a border, and of the photos saved twice at severity 1."""
FAR_PX, FAR_JPEG = (50, 110), (20, 75)
"""Heights of cards in streams and on webcams, pixels, and qualities of a frame as JPEG."""
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
    """Return a face as the engine gets it after rectification, uint8 (height, width, 3).

    Args:
        face: upright face, uint8 (H, W, 3), each side at least 32 px.
        rng: equal states give equal pictures, and at a higher severity the same degradations, stronger and more.
        severity: 0..1.
        size: height and width of the result, pixels; by default the face's own.

    Raises:
        ValueError: severity outside 0..1.
    """
    if not 0.0 <= severity <= 1.0:
        raise ValueError(f"severity must be in 0..1, not {severity}")
    # Each degradation has its own generator, so that its draws don't change the others'.
    seeds = rng.integers(2**63, size=2 + len(DEGRADATIONS))
    placing, packing, *others = (np.random.default_rng(int(seed)) for seed in seeds)
    height, width = size or face.shape[:2]
    small = cv2.resize(face, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    corners = geometry.rectangle(width, height)
    moved = (corners + placing.uniform(-1, 1, (4, 2)) * CORNER_ERROR * severity * height).astype(np.float32)
    backdrop = occlusions.draw_backdrop(placing, height, width, small)
    sleeved = float(placing.uniform()) < SLEEVED
    pixels: Pixels = small
    if severity > 0:
        pixels = occlusions.draw_sleeve(backdrop, moved, placing) if sleeved else backdrop
        # A pixel's centre is at 0.5.
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


def show_from_afar(face: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a face as in a frame of a stream: pale, compressed and tiny, then enlarged; uint8 of the same shape."""
    height, width = face.shape[:2]
    small_height = int(rng.integers(*FAR_PX))
    size = max(8, round(width * small_height / height)), small_height
    grey = float(rng.uniform(60, 150))
    pale = grey + (face.astype(np.float32) - grey) * float(rng.uniform(0.45, 1.0))
    small = np.asarray(np.clip(cv2.resize(pale, size, interpolation=cv2.INTER_AREA), 0, 255), np.uint8)
    frame = reencode_jpeg(small, int(rng.integers(*FAR_JPEG)))
    return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
