"""Photos of demo cards that are honestly hard: covered up to the title, or out of focus."""

from __future__ import annotations

import cv2
import numpy as np

from engine.core.values import Rgb
from training.camera.optics import to_jpeg
from training.scene.demo_set import JPEG_QUALITY, DemoPhoto, demo_single_photo

COVER_BEGINS, COVER_ENDS, COVER_ASIDE = 0.12, 1.08, 0.12
"""Where the sheet lies, as fractions of the card's height and width: the title alone looks out."""
SHEET: tuple[int, int, int] = (226, 219, 203)
SHADOW, SHADOW_PX = 0.55, 9
"""Light left under the sheet's edge, and how soft that edge's shadow is, pixels."""
UNFOCUSED = 0.025
"""Blur, as a fraction of the photo's longer side, at which neither title nor picture is left."""


def demo_covered_photo(seed: int) -> DemoPhoto:
    """Return a photo of one demo card on which a sheet of paper lies, all but the title under it."""
    photo = demo_single_photo(seed)
    top_left, top_right, _, bottom_left = photo.quads[0]
    across, down = top_right - top_left, bottom_left - top_left
    left, right = -COVER_ASIDE, 1 + COVER_ASIDE
    places = ((left, COVER_BEGINS), (right, COVER_BEGINS), (right, COVER_ENDS), (left, COVER_ENDS))
    sheet = [top_left + x * across + y * down for x, y in places]
    mask = np.zeros(photo.image.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.array(sheet, np.int32), 255, cv2.LINE_AA)
    near = cv2.GaussianBlur(mask, (0, 0), SHADOW_PX)[..., np.newaxis] / 255
    on = mask[..., np.newaxis] / 255
    shaded = photo.image * (1 - (1 - SHADOW) * near)
    return _again(photo, np.asarray(shaded * (1 - on) + np.array(SHEET) * on, np.uint8))


def demo_unfocused_photo(seed: int) -> DemoPhoto:
    """Return a photo of one demo card taken before the camera had focused."""
    photo = demo_single_photo(seed)
    blurred = cv2.GaussianBlur(photo.image, (0, 0), UNFOCUSED * max(photo.image.shape))
    return _again(photo, np.asarray(blurred, np.uint8))


def _again(photo: DemoPhoto, image: Rgb) -> DemoPhoto:
    return DemoPhoto(image, to_jpeg(image, JPEG_QUALITY), photo.names, photo.quads)
