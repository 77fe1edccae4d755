"""Effects of light, lens, sensor and JPEG on a picture, scaled by a severity of 0..1; 0 leaves almost no trace.

A :class:`Shot` holds the random draws, so that the same shot at a higher severity has the same flaws, only worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.values import Rgb
from training.camera.degradations import Field, Pixels

# How bad each effect is at severity 1, chosen by eye.
DARKEST_STOPS, BRIGHTEST_STOPS = -1.1, 0.4
"""Exposure: cameras avoid clipped highlights, so photos are too dark more often than too bright."""
CAST = 0.22
"""Change of red and blue relative to green (lamp light, evening sky)."""
FALL_OFF = 0.65
"""Loss of brightness from the lit to the far side of the picture."""
VIGNETTE = 0.45
GLARE = 190.0
"""Brightness added in the middle of a reflection, of 255."""
BLUR_SHARE = 0.0021
"""Standard deviation of the blur over the picture's shorter side."""
SHAKE_SHARE = 0.006
"""Length of camera shake over the picture's shorter side."""
READ_NOISE, SHOT_NOISE = 3.0, 13.0
"""Standard deviation in the dark, and its increase in full white, of 255."""


@dataclass(frozen=True, slots=True)
class Shot:
    """The random draws of one exposure, to be scaled by the severity.

    Attributes:
        stops: exposure, 0 (darkest) to 1 (brightest).
        red, blue: colour cast, -1..1.
        lamp: direction of the light, radians.
        fall_off, vignette, blur, noise: strengths, 0.3..1.
        glare: centre (fractions of width and height), size and strength of a reflection, 0..1.
        shake: length 0..1 and direction in radians.
        grain: seed of the noise.
    """

    stops: float
    red: float
    blue: float
    lamp: float
    fall_off: float
    vignette: float
    blur: float
    noise: float
    glare: tuple[float, float, float, float]
    shake: tuple[float, float]
    grain: int


def draw_shot(rng: np.random.Generator) -> Shot:
    """Draw the values of one exposure, always the same number of them."""
    stops = float(rng.uniform())
    red, blue = rng.uniform(-1, 1, 2).tolist()
    fall_off, vignette, blur, noise = rng.uniform(0.3, 1, 4).tolist()
    u, v, size, strength, length = rng.uniform(0, 1, 5).tolist()
    lamp, direction = rng.uniform(0, 2 * np.pi, 2).tolist()
    # A warm cast is as common as a cold one, but red and blue seldom rise together.
    return Shot(
        stops, red, 0.3 * blue - 0.7 * red, lamp, fall_off, vignette, blur, noise,
        (0.1 + 0.8 * u, 0.1 + 0.8 * v, 0.12 + 0.2 * size, strength), (length, direction), int(rng.integers(2**31)),
    )  # fmt: skip


def light(pixels: Pixels, shot: Shot, severity: float, gloss: Field | float) -> Pixels:
    """Return an evenly lit picture under uneven, coloured light, with a reflection where ``gloss`` (0..1) is high."""
    height, width = pixels.shape[:2]
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[np.newaxis, :]
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, np.newaxis]
    lamp_side = x * np.float32(np.cos(shot.lamp)) + y * np.float32(np.sin(shot.lamp))
    field = 1 + severity * (FALL_OFF * shot.fall_off * lamp_side - VIGNETTE * shot.vignette * (x * x + y * y))
    gain = 2 ** (severity * (DARKEST_STOPS + (BRIGHTEST_STOPS - DARKEST_STOPS) * shot.stops))
    cast_gain = gain * np.array([1 + severity * CAST * shot.red, 1, 1 + severity * CAST * shot.blue], np.float32)
    u, v, size, strength = shot.glare
    distance = ((x + 0.5 - u) * width) ** 2 + ((y + 0.5 - v) * height) ** 2
    reflection = np.exp(-distance / np.float32(size * min(width, height)) ** 2) * gloss
    shine = np.float32(severity * GLARE * strength) * reflection
    return cast("Pixels", pixels * field[..., np.newaxis] * cast_gain.astype(np.float32) + shine[..., np.newaxis])


def blur(pixels: Pixels, shot: Shot, severity: float) -> Pixels:
    """Return the picture out of focus and blurred by motion."""
    length = min(pixels.shape[:2]) * severity
    sigma = BLUR_SHARE * length * shot.blur
    if sigma > 0.05:
        pixels = cast("Pixels", cv2.GaussianBlur(pixels, (0, 0), sigma))
    kernel = _shake_kernel(SHAKE_SHARE * length * shot.shake[0], shot.shake[1])
    return pixels if kernel is None else cast("Pixels", cv2.filter2D(pixels, -1, kernel))


def _shake_kernel(length: float, direction: float) -> NDArray[np.float32] | None:
    """Return a shake's path as a kernel that sums to 1; None if it is shorter than a third of a pixel."""
    if length < 0.33:
        return None
    reach = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for t in np.linspace(-length / 2, length / 2, 4 * reach + 1):
        x, y = reach + t * np.cos(direction), reach + t * np.sin(direction)
        left, top = int(x), int(y)
        for row, share_y in ((top, top + 1 - y), (top + 1, y - top)):
            for column, share_x in ((left, left + 1 - x), (left + 1, x - left)):
                kernel[row, column] += share_x * share_y
    return np.asarray(kernel / kernel.sum(), np.float32)


def read_sensor(pixels: Pixels, shot: Shot, severity: float) -> Rgb:
    """Return the picture as a sensor reads it, uint8 (H, W, 3): with noise that grows with the light, clipped."""
    grain = np.random.default_rng(shot.grain).standard_normal(pixels.shape, np.float32)
    bright = np.sqrt(np.clip(pixels, 0, 255) / np.float32(255))
    deviation = np.float32(severity * shot.noise) * (READ_NOISE + SHOT_NOISE * bright)
    return np.asarray(np.clip(pixels + deviation * grain + 0.5, 0, 255), np.uint8)


def to_jpeg(image: Rgb, quality: int = 90) -> bytes:
    """Return a picture as the bytes of a JPEG file; ``quality`` 1..100."""
    _, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(data.tobytes())


def reencode_jpeg(image: Rgb, quality: int) -> Rgb:
    """Return a picture after saving it as JPEG of ``quality`` 1..100 and opening it again."""
    data = np.frombuffer(to_jpeg(image, quality), np.uint8)
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1], np.uint8)
