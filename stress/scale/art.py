"""Pictures by the ten thousand: pieces of the demo cards' pictures, put together differently for each illustration.

Putting three together takes 1 ms. What stands before what, how large, of which colour and
shape depends on the illustration's id alone, so that a picture is the same at every size but for its detail.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.values import Rgb
from training.drawing.noise import noise
from training.drawing.pictures import ART, read_picture

SUBPIXEL_BITS = 4
"""Binary places of the coordinates handed to cv2's anti-aliased fills."""
PAINTING = (244, 184)
"""Width and height in pixels of a painting: twice a thumbnail's picture."""
POINTS = 64
"""Corners of a figure's outline."""
Plane = NDArray[np.float32]


def picture(illustration_id: str, width: int, height: int) -> Rgb:
    """Return an illustration, uint8 (height, width, 3); equal ids give equal pictures, others look different."""
    dice = np.random.default_rng(UUID(illustration_id).int)
    canvas = _piece(dice, width, height)
    if dice.random() < 0.7:
        _blend(canvas, _piece(dice, width, height), _land(dice, width, height))
    for _ in range(int(dice.integers(1, 4))):
        shape = _figure(dice, width, height)
        _blend(canvas, (0.35 * canvas).astype(np.uint8), cv2.dilate(shape, np.ones((3, 3), np.uint8)))
        _blend(canvas, _piece(dice, width, height), shape)
    return canvas


@lru_cache(maxsize=1)
def _paintings() -> list[Rgb]:
    paths = sorted(ART.glob("*.webp"))
    return [np.asarray(cv2.resize(read_picture(path), PAINTING, interpolation=cv2.INTER_AREA)) for path in paths]


def _piece(dice: np.random.Generator, width: int, height: int) -> Rgb:
    """Return a part of a painting, mirrored or not, in other colours."""
    painting = _paintings()[int(dice.integers(len(_paintings())))]
    share = dice.uniform(0.45, 1.0)
    wide, tall = round(share * PAINTING[0]), round(share * PAINTING[1])
    left, top = (int(dice.random() * slack) for slack in (PAINTING[0] - wide, PAINTING[1] - tall))
    part = painting[top : top + tall, left : left + wide]
    if dice.random() < 0.5:
        part = part[:, ::-1]
    sized = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA if wide > width else cv2.INTER_CUBIC)
    return np.asarray(cv2.transform(sized, _tint(dice)), np.uint8)


def _tint(dice: np.random.Generator) -> NDArray[np.float32]:
    """Return a change of hue, strength and brightness, float32 (3, 4)."""
    angle, strength, gain = dice.uniform(-np.pi, np.pi), dice.uniform(0.7, 1.5), dice.uniform(0.75, 1.2)
    grey = np.full((3, 3), 1 / 3)
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    turn = grey + strength * (np.cos(angle) * (np.eye(3) - grey) + np.sin(angle) * cross)
    return np.concatenate([gain * turn, dice.uniform(-15, 15, (3, 1))], 1).astype(np.float32)


def _land(dice: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """Return a mask of what lies on one side of a rough border, uint8 (height, width)."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[np.newaxis, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, np.newaxis]
    angle, shift = dice.uniform(0, 2 * np.pi), dice.uniform(-0.4, 0.4)
    side = np.cos(angle) * x + np.sin(angle) * y + shift + 0.5 * noise(dice, (height, width), (3, 4), 3)
    return np.asarray(np.clip(side * (height / 3) + 0.5, 0, 1) * 255, np.uint8)


def _figure(dice: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """Return the mask of a figure: a body with limbs, the same on both sides or not, uint8 (height, width)."""
    mask = np.zeros((height, width), np.uint8)
    middle = dice.uniform((0.25, 0.35), (0.75, 0.7)) * (width, height)
    size = dice.uniform(0.16, 0.34) * height
    angle = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)
    upright = np.pi / 2 if dice.random() < 0.6 else dice.uniform(0, 2 * np.pi)
    radius = np.ones(POINTS)
    for wave in range(1, 7):
        phase = 0.0 if upright == np.pi / 2 else dice.uniform(0, 2 * np.pi)
        radius += dice.normal(0, 0.45 / wave**0.6) * np.cos(wave * (angle - upright) + phase)
    outline = middle + size * np.abs(radius)[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], 1)
    _fill(mask, outline)
    for _ in range(int(dice.integers(0, 4))):
        bend, reach, thick = dice.uniform(-np.pi, np.pi), dice.uniform(0.8, 2.4) * size, dice.uniform(0.06, 0.22) * size
        end = middle + reach * np.array([np.cos(bend), np.sin(bend)])
        across = thick * np.array([-np.sin(bend), np.cos(bend)])
        limb = np.array([middle - across, end - 0.4 * across, end + 0.4 * across, middle + across])
        _fill(mask, limb)
        if upright == np.pi / 2:
            _fill(mask, limb * (-1, 1) + (2 * middle[0], 0))
    return mask


def _fill(mask: NDArray[np.uint8], outline: NDArray[np.float64]) -> None:
    fixed = np.round(outline * 2**SUBPIXEL_BITS).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 255, lineType=cv2.LINE_AA, shift=SUBPIXEL_BITS)


def _blend(canvas: Rgb, over: Rgb, mask: NDArray[np.uint8]) -> None:
    """Lay one picture over another where the mask is."""
    share = (mask.astype(np.uint16) + (mask >> 7))[..., np.newaxis]
    canvas[:] = (canvas * (256 - share) + over * share) >> 8
