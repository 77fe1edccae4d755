"""Crops of plates as the engine cuts them from photos: a little off, small, blurred, unevenly lit, partly covered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from engine.core.values import Rgb
from engine.reading.mana_cost import symbol_numbers
from training.camera import degradations
from training.camera.degradations import Pixels
from training.camera.optics import reencode_jpeg
from training.symbols.drawing import LAST_RIGHT
from training.symbols.plates import HEIGHT, LINE_PX, WIDTH, Plate

CROP_HEIGHT = (1.1, 1.7)
"""Range of a crop's height over its text line's, as promised to the reader."""
LINE_HEIGHTS = (8.0, 34.0)
"""Range of the height of a text line in a photo, pixels."""
OFF_MIDDLE = 0.12
"""Largest error of a crop's middle, over the height of the line."""
TILT, LEAN = 0.05, 0.12
"""Largest slope of a crop's upper and lower edges, and of its ends."""
BLUR, SHAKE = 0.13, 0.35
"""Largest deviation of the blur and length of the shake, over the height of the line."""
BEFORE, COVERED, CUT = 0.06, 0.12, 0.06
"""Shares of crops that end before the cost, with a covered right end, and with a cut left end."""
PEEPING = 0.15
"""Largest share of a symbol that is seen of a covered one, or lacking from a cut one that counts as seen."""
FLAWS: tuple[tuple[float, Callable[[Pixels, np.random.Generator, float], Pixels]], ...] = (
    (0.15, degradations.cast_shadow), (0.1, degradations.add_foil), (0.1, degradations.add_plastic),
    (0.7, degradations.change_light), (0.3, degradations.fade), (0.6, degradations.add_noise),
    (0.2, degradations.sharpen),
)  # fmt: skip
"""Degradations with their probabilities, in the order in which light meets them."""
GLARE, COMPRESSED = 0.08, 0.5
"""Shares of crops with a reflection over part of the cost, and with the traces of JPEG."""


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A crop.

    Attributes:
        pixels: uint8 (h, w, 3).
        symbols: that are seen, as numbers of ``mana_cost.SYMBOLS``.
        ends: left and right end of each of them, pixels.
    """

    pixels: Rgb
    symbols: tuple[int, ...]
    ends: tuple[tuple[float, float], ...]


def cut_crop(plate: Plate, rng: np.random.Generator, others: Sequence[Plate], line_px: float | None = None) -> Crop:
    """Return a random crop of a plate as a photo would have it.

    Args:
        plate: to be seen as a whole, or partly covered or cut off.
        rng: equal states give equal crops.
        others: what may lie over the plate.
        line_px: height of the text line in the photo, pixels; random if None.
    """
    pixels, seen, left, right = _choose_part(plate, rng, others)
    line = line_px or float(np.exp(rng.uniform(*np.log(LINE_HEIGHTS))))
    small, scale = _resample(pixels, rng, line / LINE_PX, left, right)
    symbols = symbol_numbers(plate.label.cost)[seen]
    ends = tuple(((start - left) * scale, (end - left) * scale) for start, end in plate.ends[seen])
    return Crop(_photograph(small, rng, line), tuple(symbols), ends)


def _choose_part(plate: Plate, rng: np.random.Generator, others: Sequence[Plate]) -> tuple[Rgb, slice, float, float]:
    """Return a plate's pixels, which symbols are seen, and the left and right end of the crop."""
    pixels, count = plate.pixels, len(plate.ends)
    first, last = (plate.ends[0][0] - 2, plate.ends[-1][1] + 1) if count else (WIDTH - LINE_PX, LAST_RIGHT[0])
    right = float(rng.uniform(last, WIDTH))
    left = float(rng.uniform(0, max(1.0, min(first, right - LINE_PX))))
    if count and first > 3 * LINE_PX and rng.uniform() < BEFORE:
        right = float(rng.uniform(2 * LINE_PX, first))
        return pixels, slice(0), float(rng.uniform(0, right - LINE_PX)), right
    if count and rng.uniform() < COVERED:
        seen = int(rng.integers(count))
        edge = plate.ends[seen][0] + float(rng.uniform(-0.1, PEEPING)) * LINE_PX
        return _cover(pixels, rng, edge, others), slice(seen), min(left, edge - LINE_PX), right
    if count > 1 and rng.uniform() < CUT:
        gone = int(rng.integers(1, count))
        return pixels, slice(gone, None), plate.ends[gone][0] + float(rng.uniform(-0.1, 0.1)) * LINE_PX, right
    return pixels, slice(None), left, right


def _cover(pixels: Rgb, rng: np.random.Generator, edge: float, others: Sequence[Plate]) -> Rgb:
    """Return a plate with something over it to the right of a slanting edge: another card, a sleeve or a finger."""
    other = others[int(rng.integers(len(others)))].pixels if others and rng.uniform() < 0.5 else None
    colour = np.full((HEIGHT, WIDTH, 3), rng.uniform(0, 255, 3))
    over = np.asarray(colour, np.uint8) if other is None else other[:: int(rng.choice([-1, 1])), ::-1]
    lean = float(rng.uniform(-0.3, 0.3))
    rows = np.arange(HEIGHT, dtype=np.float32)[:, np.newaxis] - HEIGHT / 2
    share = np.clip(np.arange(WIDTH, dtype=np.float32) - edge - abs(lean) * LINE_PX / 2 - lean * rows, 0, 1)[
        ..., np.newaxis
    ]
    return np.asarray(pixels * (1 - share) + over * share, np.uint8)


def _resample(pixels: Rgb, rng: np.random.Generator, scale: float, left: float, right: float) -> tuple[Pixels, float]:
    """Return the crop between two ends at the scale of a photo, a little askew, and its exact scale across."""
    high = LINE_PX * float(rng.uniform(*CROP_HEIGHT))
    middle = HEIGHT / 2 + LINE_PX * float(rng.uniform(-OFF_MIDDLE, OFF_MIDDLE))
    width, height = max(4, round((right - left) * scale)), max(6, round(high * scale))
    tilt, lean = float(rng.uniform(-TILT, TILT)) / max(1.0, (right - left) / 90), float(rng.uniform(-LEAN, LEAN))
    across = np.array([1.0, tilt]) * (right - left) / width
    down = np.array([lean, 1.0]) * high / height
    start = np.array([(left + right) / 2, middle]) - across * width / 2 - down * height / 2
    to_plate = np.array([[across[0], down[0], start[0]], [across[1], down[1], start[1]]])
    # Averaged first, as a sensor's pixels do.
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.45 / scale) if scale < 0.9 else pixels
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(soft, to_plate, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.float32), width / (right - left)


def _photograph(crop: Pixels, rng: np.random.Generator, line: float) -> Rgb:
    """Return a crop with a photo's flaws."""
    severity = float(rng.uniform()) ** 1.5
    if rng.uniform() < GLARE:
        height, width = crop.shape[:2]
        x, y = np.arange(width) - rng.uniform(0.3, 1.0) * width, np.arange(height) - rng.uniform(0, 1) * height
        near = (x[np.newaxis] / rng.uniform(0.4, 1.5) / line) ** 2 + (
            y[:, np.newaxis] / rng.uniform(0.3, 0.8) / line
        ) ** 2
        crop = crop + (np.float32(rng.uniform(60, 250)) * np.exp(-near).astype(np.float32))[..., np.newaxis]
    for chance, flaw in FLAWS:
        if rng.uniform() < chance:
            crop = flaw(crop, rng, severity)
        if flaw is degradations.fade:
            crop = _blur(crop, rng, line * severity)
    pixels = np.asarray(np.clip(crop + 0.5, 0, 255), np.uint8)
    if rng.uniform() < COMPRESSED:
        return reencode_jpeg(pixels, degradations.jpeg_quality(rng, severity))
    return pixels


def _blur(crop: Pixels, rng: np.random.Generator, line: float) -> Pixels:
    sigma, length = BLUR * line * float(rng.uniform()), SHAKE * line * float(rng.uniform())
    if sigma > 0.2:
        crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma), np.float32)
    if length > 1 and rng.uniform() < 0.4:
        kernel = cv2.getRotationMatrix2D((4, 4), float(rng.uniform(0, 180)), 1.0)
        path = np.zeros((9, 9), np.float32)
        path[4, round(4 - min(length, 8) / 2) : round(4 + min(length, 8) / 2) + 1] = 1
        turned = cv2.warpAffine(path, kernel, (9, 9))
        crop = np.asarray(cv2.filter2D(crop, -1, turned / turned.sum(), borderType=cv2.BORDER_REFLECT), np.float32)
    return crop
