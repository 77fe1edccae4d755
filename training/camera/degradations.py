"""Degradations of photos; each takes pixels, a generator and a severity of 0..1, and does nothing at severity 0.

Results may exceed 0..255. Lengths are fractions of the face's height, so that every size gets the same picture. Each
constant says how bad its effect is at severity 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]
"""float32 (H, W, 3), RGB in 0..255."""
Field = NDArray[np.float32]
"""float32 (H, W)."""
Degradation = Callable[[Pixels, np.random.Generator, float], Pixels]

SMALLEST_CARD_PX = 100
"""Height of a card in a photo from far away."""
ONE_END_COARSER = 3.0
"""Blur at the far end of a card that leans away, pixels on a face 224 high."""
DARKEST_STOPS, BRIGHTEST_STOPS = -1.5, 0.7
GAMMA, CAST, FALL_OFF, HAZE, FADED = 0.35, 0.28, 0.5, 0.42, 0.7
SHADOW = 0.7
GLARE = 300.0
"""Brightness added in the middle of a reflection, so much that no print is visible."""
FOIL, PLASTIC = 85.0, 120.0
DEFOCUS, SHAKE = 0.011, 0.035
LUMA_NOISE, CHROMA_NOISE = 15.0, 11.0
MOIRE, HALO = 18.0, 1.3
JPEG_BEST, JPEG_WORST = 95, 30


def smooth_field(rng: np.random.Generator, height: int, width: int, cells: int) -> Field:
    """Return smooth random values of about -1..1, with ``cells`` bumps across the width."""
    coarse = rng.standard_normal((max(2, round(cells * height / width)), max(2, cells)), np.float32)
    return cast("Field", cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def slope(rng: np.random.Generator, height: int, width: int) -> Field:
    """Return a plane sloping in a random direction, at most -1..1 from edge to edge."""
    angle = rng.uniform(0, 2 * np.pi)
    x = np.linspace(-1, 1, width, dtype=np.float32)[np.newaxis] * np.float32(np.cos(angle))
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, np.newaxis] * np.float32(np.sin(angle))
    return cast("Field", (x + y) / np.float32(abs(np.cos(angle)) + abs(np.sin(angle))))


def lower_resolution(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face reduced, down to :data:`SMALLEST_CARD_PX`, and enlarged again."""
    height, width = pixels.shape[:2]
    share = min(1.0, SMALLEST_CARD_PX / height) ** (severity * float(rng.uniform()))
    # Some scalers are sharp, as in phones, and some are not, as for thumbnails.
    down, up = rng.choice([cv2.INTER_AREA, cv2.INTER_LINEAR]), rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC])
    if share > 0.98:
        return pixels
    size = (max(8, round(width * share)), max(8, round(height * share)))
    small = cv2.resize(pixels, size, interpolation=int(down))
    return cast("Pixels", cv2.resize(small, (width, height), interpolation=int(up)))


def blur_one_end(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face blurred towards one end, like a card that leans away from the camera."""
    far = (slope(rng, *pixels.shape[:2]) + 1)[..., np.newaxis] / 2
    sigma = ONE_END_COARSER * severity * float(rng.uniform()) * pixels.shape[0] / 224
    if sigma < 0.3:
        return pixels
    return cast("Pixels", pixels + (cv2.GaussianBlur(pixels, (0, 0), sigma) - pixels) * far)


def change_light(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face in another light: with other exposure, contrast and colour, and brighter at one side."""
    stops = float(rng.uniform(DARKEST_STOPS, BRIGHTEST_STOPS)) * severity
    gamma = float(np.exp(severity * GAMMA * rng.uniform(-1, 1)))
    red, blue = rng.uniform(-1, 1, 2)
    tint = 1 + severity * CAST * np.array([red, 0, 0.3 * blue - 0.7 * red], np.float32)
    field = 1 + severity * FALL_OFF * float(rng.uniform()) * slope(rng, *pixels.shape[:2])
    toned = np.clip(pixels / 255, 0, 1) ** np.float32(gamma) * 255
    return cast("Pixels", toned * (np.float32(2.0**stops) * tint.astype(np.float32)) * field[..., np.newaxis])


def darken(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the picture in the dark, by about two stops."""
    return cast("Pixels", pixels * np.float32(2.0 ** (-severity * rng.uniform(1.6, 2.6))))


def fade(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face with less contrast and colour, as through haze or a webcam."""
    haze, grey = HAZE * severity * float(rng.uniform()), FADED * severity * float(rng.uniform())
    mean = pixels @ np.array([[0.299], [0.587], [0.114]], np.float32)
    veil = np.float32(rng.uniform(110, 235)) + rng.uniform(-12, 12, 3).astype(np.float32)
    greyed = pixels + (mean - pixels) * np.float32(grey)
    return cast("Pixels", greyed * np.float32(1 - haze) + veil * np.float32(haze))


def cast_shadow(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face with a shadow on a part of it, with a hard or a soft edge."""
    height, width = pixels.shape[:2]
    edge = slope(rng, height, width) - np.float32(rng.uniform(-0.5, 0.9))
    edge += 0.35 * smooth_field(rng, height, width, 3) * np.float32(rng.uniform() > 0.5)
    hardness = np.float32(np.exp(rng.uniform(np.log(2), np.log(60))))
    dark = 1 / (1 + np.exp(np.clip(-hardness * edge, -30, 30)))
    return cast("Pixels", pixels * (1 - np.float32(SHADOW * severity * rng.uniform(0.4, 1)) * dark)[..., np.newaxis])


def add_glare(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face with round or long reflections of lamps; some hide the print."""
    height, width = pixels.shape[:2]
    shine = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        middle = rng.uniform(0, 1, 2) * (width, height)
        angle, long = rng.uniform(0, np.pi), rng.uniform(1, 5)
        size = height * rng.uniform(0.02, 0.13) * (0.4 + 0.6 * severity)
        x = np.arange(width, dtype=np.float32)[np.newaxis] - np.float32(middle[0])
        y = np.arange(height, dtype=np.float32)[:, np.newaxis] - np.float32(middle[1])
        c, s = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        distance = ((x * c + y * s) / np.float32(size * long)) ** 2 + ((y * c - x * s) / np.float32(size)) ** 2
        # Power 2 gives an edge like a lamp's, power 1 a halo like a window's.
        shine += np.float32(GLARE * severity * rng.uniform(0.3, 1)) * np.exp(-(distance ** rng.choice([1.0, 2.0])))
    colour = np.array([1, 1 - 0.1 * rng.uniform(), 1 - 0.25 * rng.uniform()], np.float32)
    return cast("Pixels", pixels + shine[..., np.newaxis] * colour)


def add_foil(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face with the rainbow bands of a foil card, stronger in places."""
    height, width = pixels.shape[:2]
    phase = rng.uniform(1.5, 7) * slope(rng, height, width) + rng.uniform(0, 2) * smooth_field(rng, height, width, 4)
    hues = np.stack([np.sin(phase + shift) for shift in (0.0, 2.09, 4.19)], axis=-1).astype(np.float32)
    strong = np.clip(0.5 + 0.6 * smooth_field(rng, height, width, 3), 0, 1)[..., np.newaxis]
    return cast("Pixels", pixels + np.float32(FOIL * severity * rng.uniform(0.3, 1)) * hues * strong)


def add_plastic(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face with the wavy reflections of a binder's or a sleeve's plastic."""
    height, width = pixels.shape[:2]
    waves = smooth_field(rng, height, width, int(rng.integers(3, 9))) + rng.uniform(0, 3) * slope(rng, height, width)
    ridge = np.exp(-((waves * np.float32(rng.uniform(2, 8))) ** 2))
    return cast("Pixels", pixels + (np.float32(PLASTIC * severity * rng.uniform(0.3, 1)) * ridge)[..., np.newaxis])


def defocus(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face out of focus."""
    sigma = DEFOCUS * pixels.shape[0] * severity * float(rng.uniform(0.1, 1))
    return pixels if sigma < 0.15 else cast("Pixels", cv2.GaussianBlur(pixels, (0, 0), sigma))


def motion_blur(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face blurred along a straight path."""
    length, angle = SHAKE * pixels.shape[0] * severity * float(rng.uniform()), float(rng.uniform(0, np.pi))
    if length < 1:
        return pixels
    side = int(np.ceil(length)) // 2 * 2 + 3
    kernel = np.zeros((side, side), np.float32)
    reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    ends = np.round((np.array([[side / 2 - 0.5] * 2]) + np.array([[-1], [1]]) * reach) * 16).astype(int)
    cv2.line(kernel, ends[0].tolist(), ends[1].tolist(), 1.0, 1, cv2.LINE_AA, 4)
    return cast("Pixels", cv2.filter2D(pixels, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT))


def add_moire(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face as on a photo of a screen, whose fine grating interferes with the sensor's."""
    height, width = pixels.shape[:2]
    waves = [rng.uniform(0.15, 1.2) * np.array([np.cos(a), np.sin(a)]) for a in rng.uniform(0, np.pi, 2)]
    x = np.arange(width, dtype=np.float32)[np.newaxis]
    y = np.arange(height, dtype=np.float32)[:, np.newaxis]
    grating = sum(np.sin(x * np.float32(u) + y * np.float32(v)) for u, v in waves)
    colour = rng.uniform(0.3, 1, 3).astype(np.float32)
    return cast("Pixels", pixels + np.float32(MOIRE * severity) * np.asarray(grating)[..., np.newaxis] * colour)


def add_noise(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face with a sensor's noise and the coloured blotches of noise reduction."""
    height, width = pixels.shape[:2]
    luma, chroma = severity * rng.uniform(0.1, 1, 2) * (LUMA_NOISE, CHROMA_NOISE)
    grain = rng.standard_normal((height, width, 1), np.float32)
    blotches = rng.standard_normal((height // 5 + 2, width // 5 + 2, 3), np.float32)
    coloured = cv2.resize(blotches, (width, height), interpolation=cv2.INTER_LINEAR)
    return cast("Pixels", pixels + np.float32(luma) * grain + np.float32(chroma) * coloured)


def sharpen(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the face with the halos of a phone's sharpening."""
    soft = cv2.GaussianBlur(pixels, (0, 0), float(rng.uniform(0.8, 2.2)))
    return cast("Pixels", pixels + np.float32(HALO * severity * rng.uniform(0.2, 1)) * (pixels - soft))


def jpeg_quality(rng: np.random.Generator, severity: float) -> int:
    """Return a JPEG quality, :data:`JPEG_BEST` at severity 0, down to :data:`JPEG_WORST` at 1."""
    return round(JPEG_BEST - (JPEG_BEST - JPEG_WORST) * severity * float(rng.uniform()))
