"""Hard photos of demo cards: covered except for most of the title, or out of focus."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from engine.core.values import Rgb
from training.camera.optics import to_jpeg
from training.scene.demo_set import JPEG_QUALITY, DemoPhoto, demo_single_photo

COVER_BEGINS, COVER_ENDS, COVER_ASIDE = 0.12, 1.08, 0.12
"""Position of the sheet, as fractions of the card's height and width: only the name plate is visible."""
COVER_RIGHT = 0.59
"""Where a second sheet begins, as a fraction of the card's width: it hides the title's last letters and the mana cost,
without which the name is only probable."""
SHEET = (226, 219, 203)
SHADOW, SHADOW_PX = 0.55, 9
"""Brightness in the shadow of the sheet's edge, and the shadow's softness in pixels."""
UNFOCUSED = 0.025
"""Blur over the photo's longer side, so strong that neither title nor picture is recognisable."""


def demo_covered_photo(seed: int) -> DemoPhoto:
    """Return a photo of one demo card under two sheets of paper that leave only most of its title visible."""
    photo = demo_single_photo(seed)
    top_left, top_right, _, bottom_left = photo.quads[0]
    across, down = top_right - top_left, bottom_left - top_left
    left, right = -COVER_ASIDE, 1 + COVER_ASIDE
    mask = np.zeros(photo.image.shape[:2], np.uint8)
    for x0, y0, y1 in ((left, COVER_BEGINS, COVER_ENDS), (COVER_RIGHT, -COVER_ASIDE, COVER_BEGINS + COVER_ASIDE)):
        sheet = [top_left + x * across + y * down for x, y in ((x0, y0), (right, y0), (right, y1), (x0, y1))]
        cv2.fillConvexPoly(mask, np.array(sheet, np.int32), 255, cv2.LINE_AA)
    near = cv2.GaussianBlur(mask, (0, 0), SHADOW_PX)[..., np.newaxis] / 255
    on = mask[..., np.newaxis] / 255
    shaded = photo.image * (1 - (1 - SHADOW) * near)
    return _replace_image(photo, np.asarray(shaded * (1 - on) + np.array(SHEET) * on, np.uint8))


def demo_unfocused_photo(seed: int) -> DemoPhoto:
    """Return a photo of one demo card that is out of focus."""
    photo = demo_single_photo(seed)
    blurred = cv2.GaussianBlur(photo.image, (0, 0), UNFOCUSED * max(photo.image.shape))
    return _replace_image(photo, np.asarray(blurred, np.uint8))


def _replace_image(photo: DemoPhoto, image: Rgb) -> DemoPhoto:
    return replace(photo, image=image, jpeg=to_jpeg(image, JPEG_QUALITY))
