"""Places of set symbols as the engine cuts them from photos: real ones from scans, and glyphs painted over scans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.constants import CARD_ASPECT
from engine.core.values import Rgb
from engine.printings.set_symbol import BOX, FACE_HEIGHT_PX, HEIGHT, WIDTH
from training.camera import degradations
from training.camera.degradations import Pixels
from training.camera.optics import reencode_jpeg
from training.editions.glyphs import NO_SYMBOL, Glyphs, glyph_masks

AROUND = (0.64, 0.49, 1.04, 0.67)
"""The box with its surroundings, which are cut from scans: a crop that is off shows some of them."""
PATCH_WIDTH = round((AROUND[2] - AROUND[0]) * CARD_ASPECT * FACE_HEIGHT_PX)
PATCH_HEIGHT = round((AROUND[3] - AROUND[1]) * FACE_HEIGHT_PX)
MODERN_SINCE, LATEST_SINCE = "2003-07-01", "2014-07-01"
"""First days of the frames of 2003 and 2015."""
ROWS = (0.566, 0.583, 0.593)
"""Middles of the type line before 2003, until 2014 and since, over the card's height."""
RIGHT_ENDS = (0.905, 0.932, 0.930)
"""Right ends of the symbols in these frames, over the card's width."""
ERASED, COPIED_FROM = (0.775, 0.948), 0.15
"""Columns that a symbol may cover, and how far to the left the bar is copied from, over the card's width."""
SYMBOL_HEIGHT, SYMBOL_WIDTH = (0.026, 0.043), (0.056, 0.105)
"""Range of a symbol's height and of its greatest width, over the card's height."""
CARD_HEIGHTS = (150.0, 1300.0)
"""Range of the height of a card in a photo, pixels."""
SHIFT, SCALE, TURN = 0.014, 0.05, 0.03
"""Deviations of a crop's place over the card's height, of its size, and of its direction in radians."""
BLUR, SHAKE = 0.0022, 0.006
"""Largest deviation of the blur and length of the shake, over the card's height."""
COVERED, GLARED = 0.04, 0.08
"""Shares of crops of which a part is covered, and with a reflection."""
FLAWS: tuple[tuple[float, Callable[[Pixels, np.random.Generator, float], Pixels]], ...] = (
    (0.15, degradations.cast_shadow), (0.12, degradations.add_foil), (0.08, degradations.add_plastic),
    (0.8, degradations.change_light), (0.3, degradations.fade), (0.6, degradations.add_noise),
    (0.25, degradations.sharpen),
)  # fmt: skip
"""Degradations with their probabilities, in the order in which light meets them."""
INKS = {
    "common": ((14, 14, 16), (40, 40, 44), (235, 235, 235)),
    "uncommon": ((225, 232, 238), (96, 112, 124), (10, 10, 12)),
    "rare": ((232, 206, 140), (136, 106, 58), (10, 10, 12)),
    "mythic": ((250, 160, 60), (190, 62, 26), (10, 10, 12)),
}
"""Two colours between which a symbol shades, and that of its outline, by rarity."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """The surroundings of a scan's symbol.

    Attributes:
        pixels: uint8 (PATCH_HEIGHT, PATCH_WIDTH, 3).
        frame: 0, 1 or 2: until 2003, until 2014, since.
        character: the glyph of its set's symbol, None where the font has none.
        rarity: of :data:`engine.printings.set_symbol.RARITIES`, None where unknown or where the symbol doesn't tell.
        held_out: whether it is only measured on.
    """

    pixels: Rgb
    frame: int
    character: str | None
    rarity: str | None
    held_out: bool


def cut_patch(scan: Rgb) -> Rgb:
    """Return the surroundings of a scan's symbol, uint8 (PATCH_HEIGHT, PATCH_WIDTH, 3)."""
    height, width = scan.shape[:2]
    left, top, right, bottom = AROUND
    scale = np.array([PATCH_WIDTH / ((right - left) * width), PATCH_HEIGHT / ((bottom - top) * height)])
    matrix = np.array([[scale[0], 0, -left * width * scale[0]], [0, scale[1], -top * height * scale[1]]])
    size = (PATCH_WIDTH, PATCH_HEIGHT)
    return np.asarray(cv2.warpAffine(scan, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def paint_symbol(patch: Patch, glyphs: Glyphs, character: str, rarity: str, rng: np.random.Generator) -> Rgb:
    """Return a patch with its own symbol erased and another one painted."""
    pixels = _erase(patch.pixels, rng)
    if character == NO_SYMBOL:
        return pixels
    mask, silhouette = glyph_masks(glyphs.font, character)
    tall, wide = (rng.uniform(*span) * FACE_HEIGHT_PX for span in (SYMBOL_HEIGHT, SYMBOL_WIDTH))
    scale = min(tall / mask.shape[0], wide / mask.shape[1])
    size = max(4, round(mask.shape[1] * scale)), max(4, round(mask.shape[0] * scale))
    ink, whole = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (mask, silhouette))
    margin = 4
    ink, whole = (np.pad(one, margin) for one in (ink, whole))
    line = rng.uniform(0.0, 1.6)
    edge = np.clip(cv2.GaussianBlur(cv2.dilate(whole, np.ones((3, 3))), (0, 0), 0.5 + line / 3) * (1 + line), 0, 1)
    edge *= rng.choice([0.0, 0.6, 1.0], p=[0.15, 0.15, 0.7])
    first, second, outline = (np.array(one, np.float32) for one in INKS[rarity])
    if rarity == "common" and patch.frame > 0 and rng.uniform() < 0.5:
        outline = np.full(3, rng.uniform(120, 255), np.float32)
    shade = np.linspace(0, 1, ink.shape[1], dtype=np.float32)[np.newaxis, :, np.newaxis]
    shade = np.abs(shade - rng.uniform(-0.2, 1.2)) * rng.uniform(0.3, 1.3)
    colour = first + (second - first) * np.clip(shade, 0, 1) + rng.normal(0, 10, 3).astype(np.float32)
    middle = ROWS[patch.frame] + rng.normal(0, 0.002)
    end = RIGHT_ENDS[patch.frame] + (rng.uniform(-0.02, 0.015) if patch.frame == 0 else rng.uniform(-0.012, 0.008))
    x = round((end - AROUND[0]) * CARD_ASPECT * FACE_HEIGHT_PX) - size[0] - margin
    y = round((middle - AROUND[1]) * FACE_HEIGHT_PX - ink.shape[0] / 2)
    place = pixels[y : y + ink.shape[0], x : x + ink.shape[1]]
    ink, edge = ink[..., np.newaxis], edge[..., np.newaxis]
    painted = place * (1 - edge) + outline * edge
    painted = painted * (1 - ink) + colour * ink
    place[:] = np.clip(painted, 0, 255)
    return pixels


def _erase(pixels: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a patch with the columns of its symbol replaced by a part of its bar without print, if it has one."""
    left, right = (round((x - AROUND[0]) * CARD_ASPECT * FACE_HEIGHT_PX) for x in ERASED)
    width = right - left
    rows = slice(round(0.2 * PATCH_HEIGHT), round(0.85 * PATCH_HEIGHT))
    grey = pixels[rows].astype(np.float32).mean(2)
    # The quietest columns of a third of that width, repeated.
    part = width // 3
    starts = range(0, left - part + 1, 2)
    middle = slice(round(0.3 * grey.shape[0]), round(0.75 * grey.shape[0]))
    calm = min(starts, key=lambda at: float(grey[middle, at : at + part].std()))
    filled = pixels.copy()
    strip = pixels[:, calm : calm + part]
    for at in range(left, right, part):
        piece = strip[:, :: int(rng.choice([-1, 1]))][:, : min(part, right - at)]
        filled[:, at : at + piece.shape[1]] = piece
    return filled


def photograph_crop(pixels: Rgb, rng: np.random.Generator, card_px: float | None = None) -> Rgb:
    """Return the box of a patch as a photo has it: uint8 (HEIGHT, WIDTH, 3).

    Args:
        card_px: height of the card in the photo; random if None.
    """
    tall = card_px or float(np.exp(rng.uniform(*np.log(CARD_HEIGHTS))))
    severity = float(rng.uniform()) ** 1.3
    pixels = _change_border(pixels, rng)
    scale, turn = np.exp(rng.normal(0, SCALE / 2)), rng.normal(0, TURN / 2)
    shift = rng.normal(0, SHIFT * 0.7, 2) * FACE_HEIGHT_PX
    x = (BOX[0] + BOX[2]) / 2 - AROUND[0], (BOX[1] + BOX[3]) / 2 - AROUND[1]
    centre = np.array([x[0] * CARD_ASPECT, x[1]]) * FACE_HEIGHT_PX + shift
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale
    turned[0] *= np.exp(rng.normal(0, SCALE / 3))
    to_patch = np.c_[turned, centre - turned @ np.array([WIDTH / 2, HEIGHT / 2])]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(pixels, to_patch, (WIDTH, HEIGHT), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    share = min(1.0, tall / FACE_HEIGHT_PX)
    small = cv2.resize(
        crop, (max(4, round(WIDTH * share)), max(4, round(HEIGHT * share))), interpolation=cv2.INTER_AREA
    )
    flawed = _blur(np.asarray(small, np.float32), rng, tall * severity)
    for chance, flaw in FLAWS:
        if rng.uniform() < chance:
            flawed = flaw(flawed, rng, severity)
    flawed = _hide(flawed, rng)
    seen = np.asarray(np.clip(flawed + 0.5, 0, 255), np.uint8)
    if rng.uniform() < 0.6 and min(seen.shape[:2]) >= 8:
        seen = reencode_jpeg(seen, degradations.jpeg_quality(rng, severity))
    return np.asarray(cv2.resize(seen, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)


def _change_border(pixels: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a patch with another border at times, and always with something else beyond the card's edge."""
    pixels = pixels.copy()
    edge, border = (round((x - AROUND[0]) * CARD_ASPECT * FACE_HEIGHT_PX) for x in (1.0, 0.955))
    pixels[:, edge:] = rng.integers(0, 256, 3)
    if rng.uniform() < 0.15:
        pixels[:, border:edge] = np.array([[230, 230, 228], [190, 160, 90], [170, 175, 180]])[rng.integers(3)]
    return pixels


def _hide(crop: Pixels, rng: np.random.Generator) -> Pixels:
    """Return a crop with a reflection on it or a thing over it, at times."""
    height, width = crop.shape[:2]
    if rng.uniform() < GLARED:
        x, y = np.arange(width) - rng.uniform(0, 1) * width, np.arange(height) - rng.uniform(0, 1) * height
        wide, high = rng.uniform(0.15, 0.6) * width, rng.uniform(0.2, 0.8) * height
        near = (x[np.newaxis] / wide) ** 2 + (y[:, np.newaxis] / high) ** 2
        crop = crop + (np.float32(rng.uniform(40, 220)) * np.exp(-near).astype(np.float32))[..., np.newaxis]
    if rng.uniform() < COVERED:
        edge = round(width * rng.uniform(0.55, 0.95))
        crop = crop.copy()
        crop[:, edge:] = rng.uniform(0, 255, 3)
    return crop


def _blur(crop: Pixels, rng: np.random.Generator, tall: float) -> Pixels:
    sigma, length = BLUR * tall * float(rng.uniform()), SHAKE * tall * float(rng.uniform())
    # Of a crop that is shown smaller than the photo, only what remains.
    share = min(1.0, FACE_HEIGHT_PX / max(tall, 1.0))
    if sigma * share > 0.2:
        crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma * share), np.float32)
    if length * share > 1 and rng.uniform() < 0.3:
        kernel = cv2.getRotationMatrix2D((4, 4), float(rng.uniform(0, 180)), 1.0)
        path: NDArray[np.float32] = np.zeros((9, 9), np.float32)
        reach = min(length * share, 8) / 2
        path[4, round(4 - reach) : round(4 + reach) + 1] = 1
        turned = cv2.warpAffine(path, kernel, (9, 9))
        crop = np.asarray(cv2.filter2D(crop, -1, turned / turned.sum(), borderType=cv2.BORDER_REFLECT), np.float32)
    return crop
