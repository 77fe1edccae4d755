"""Rectify cards: warp a quad of a photo to an upright face of fixed size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.constants import FACE_HEIGHT, FACE_WIDTH
from engine.core.values import Corners, Rgb

Box = tuple[float, float, float, float]
"""left, top, right, bottom in fractions of a card's width and height; may reach outside 0..1."""

WHOLE_FACE: Box = (0.0, 0.0, 1.0, 1.0)


def rectify(pixels: Rgb, corners: Corners, box: Box = WHOLE_FACE, *, face_height: int = FACE_HEIGHT) -> Rgb:
    """Return a part of the card at ``corners`` as an upright picture.

    Args:
        pixels: uint8 (H, W, 3) photo.
        corners: float32 (4, 2), pixels of ``pixels``, clockwise from the card's top left.
        box: the part to return; the whole face unless given.
        face_height: height in pixels of a whole face (its width follows the card's shape).

    Returns:
        uint8 (h, w, 3); areas outside the photo repeat its nearest pixel.
    """
    to_fraction = geometry.quad_to_unit(corners)
    width, height = box_size(box, face_height)
    left, top, right, bottom = box
    to_box = np.array(
        [
            [width / (right - left), 0, -left * width / (right - left)],
            [0, height / (bottom - top), -top * height / (bottom - top)],
            [0, 0, 1],
        ]
    )
    return np.asarray(
        cv2.warpPerspective(
            pixels, to_box @ to_fraction, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def box_size(box: Box, face_height: int = FACE_HEIGHT) -> tuple[int, int]:
    """Return (width, height) in pixels of ``box`` on a face of ``face_height`` pixels."""
    left, top, right, bottom = box
    face_width = face_height * FACE_WIDTH / FACE_HEIGHT
    return round((right - left) * face_width), round((bottom - top) * face_height)


def box_to_photo(points: NDArray[np.float32], corners: Corners, box: Box, face_height: int = FACE_HEIGHT) -> Corners:
    """Map points of a rectified ``box`` (float32 (N, 2), its pixels) back to photo points."""
    width, height = box_size(box, face_height)
    left, top, right, bottom = box
    fractions = points / np.array([width, height], np.float32)
    fractions = fractions * np.array([right - left, bottom - top], np.float32) + np.array([left, top], np.float32)
    return geometry.transform(fractions.astype(np.float32), geometry.unit_to_quad(corners))


def rotate_180(face: Rgb) -> Rgb:
    """Return a face, uint8 (H, W, 3), rotated by 180 degrees."""
    return np.ascontiguousarray(face[::-1, ::-1])


def sharpness(face: Rgb) -> float:
    """Return the variance of the Laplacian of a face's grey values; below about 50 its text is hard to read."""
    return float(cv2.Laplacian(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())
