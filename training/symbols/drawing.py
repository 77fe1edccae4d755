"""Draw mana symbols, and put drawn costs on plates: for symbols that are rare on scans, and for tests.

The icons are this project's own. A font with the real ones at the code points of Mana (``mana-font`` at npm, used for
training only) makes drawn symbols more like printed ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from engine.core.values import Rgb
from engine.reading.mana_cost import COLOURS, OTHER, PAIRS, SYMBOLS, symbol_numbers
from training.camera.degradations import smooth_field
from training.drawing.cards import FONTS, load_font
from training.symbols.plates import HEIGHT, LINE_PX, WIDTH, Plate, PlateLabel

SIDE = 32
"""Pixels of a symbol as it is drawn, before it is scaled to its plate."""
VARIANTS = 6
"""Number of looks of each symbol: shades, sizes of the icon, and fonts."""
DISCS = {
    "W": (248, 243, 214), "U": (172, 220, 244), "B": (188, 178, 174), "R": (247, 168, 140), "G": (156, 210, 172),
    "S": (196, 214, 226),
}  # fmt: skip
COLOURLESS = (204, 196, 192)
PLATES = (
    (236, 234, 226), (170, 200, 226), (120, 116, 118), (224, 150, 128), (160, 196, 168), (214, 190, 110),
    (190, 196, 204), (60, 54, 54), (110, 90, 70),
)  # fmt: skip
"""Colours of plates: white, blue, black, red, green, gold, grey, and dark and brown ones of old frames."""
INK = (22, 18, 20)
MANA_CODE_POINTS = {
    "W": 0xE600, "U": 0xE601, "B": 0xE602, "R": 0xE603, "G": 0xE604, "S": 0xE619, "C": 0xE904, "P": 0xE618,
    "X": 0xE615, "Y": 0xE616, "Z": 0xE617, "16": 0xE62A, "20": 0xE62E, **{str(n): 0xE605 + n for n in range(16)},
}  # fmt: skip
"""Where the font Mana has each icon."""
ODD_SYMBOLS = ("17", "100", "R/G/P", "G/U/P", "C/W", "C/P")
"""Contents of the symbols drawn for :data:`OTHER`."""
PITCH = (0.82, 0.98)
"""Range of distances between symbols, over the height of the line."""
LOCATED_PITCHES = (13.0, 14.0, 15.0, 16.0, 17.0)
"""Distances between symbols at which costs are looked for on scans, pixels."""
LAST_RIGHT = (158, 178)
"""Range of right ends of costs on a cut plate, pixels: old frames have them further left."""


def random_cost(rng: np.random.Generator) -> str:
    """Return a cost in Scryfall's notation, of symbols that are all about equally common."""
    numbers = [symbol for symbol in SYMBOLS if symbol[1:-1].isdigit()]
    coloured = [f"{{{text}}}" for text in (*COLOURS, "C", "S", *PAIRS)]
    coloured += [f"{{2/{colour}}}" for colour in COLOURS] + [f"{{{colour}/P}}" for colour in COLOURS] + [OTHER]
    cost = [str(rng.choice(["{X}", "{X}", "{Y}", "{Z}"]))] * int(rng.integers(1, 3)) if rng.uniform() < 0.15 else []
    cost += [str(rng.choice(numbers))] if rng.uniform() < 0.7 else []
    for _ in range(int(rng.integers(0 if cost else 1, 4))):
        symbol = str(rng.choice(coloured))
        cost += [symbol] * int(rng.integers(1, 4))
    return "".join(cost[:7])


def draw_plate(rng: np.random.Generator, title: str, cost: str, font: Path | None = None) -> Plate:
    """Return an invented plate with a title and a cost, both drawn."""
    base = np.array(PLATES[int(rng.integers(len(PLATES)))]) + rng.uniform(-15, 15, 3)
    frame, art = base * rng.uniform(0.3, 0.9), rng.uniform(0, 255, 3)
    canvas = np.empty((HEIGHT, WIDTH, 3), np.float32)
    canvas[:] = frame
    top, bottom = 24 - rng.uniform(10, 14), 24 + rng.uniform(10, 14)
    canvas[round(top) : round(bottom), : int(rng.integers(176, 188))] = base
    canvas[round(bottom) + 3 :] = art
    canvas += smooth_field(rng, HEIGHT, WIDTH, int(rng.integers(4, 40)))[..., np.newaxis] * rng.uniform(0, 14)
    image = Image.fromarray(np.asarray(np.clip(canvas, 0, 255), np.uint8))
    ink = INK if base.sum() > 330 or rng.uniform() < 0.3 else (245, 245, 245)
    face = load_font("Bold", int(rng.integers(14, 19)))
    ends = LAST_RIGHT[0] - LINE_PX * (len(symbol_numbers(cost)) + 0.5)
    ImageDraw.Draw(image).text((min(ends - 4, rng.uniform(0, 120)), 24), title, ink, face, anchor="rm")
    return put_cost(rng, np.asarray(image), title, cost, font)


def replace_cost(rng: np.random.Generator, plate: Plate, cost: str, font: Path | None = None) -> Plate:
    """Return a plate whose cost is painted over, with the plate's own ground, and another drawn in its place."""
    count = max(len(symbol_numbers(plate.label.cost)), len(symbol_numbers(cost)))
    left = int(np.clip(LAST_RIGHT[0] - LINE_PX * count * 0.95, 24, WIDTH - 24))
    pixels = plate.pixels.copy()
    ground = pixels[:, left - 10 : left]
    ground = np.concatenate([ground[:, ::-1], ground], axis=1)
    room = LAST_RIGHT[1] - left
    pixels[8:-8, left : left + room] = np.tile(ground, (1, room // ground.shape[1] + 1, 1))[8:-8, :room]
    return put_cost(rng, pixels, plate.label.name, cost, font)


def put_cost(rng: np.random.Generator, pixels: Rgb, name: str, cost: str, font: Path | None) -> Plate:
    """Return a plate with a cost drawn on it."""
    canvas, numbers = pixels.astype(np.float32), symbol_numbers(cost)
    right, pitch = float(rng.uniform(*LAST_RIGHT)), float(rng.uniform(*PITCH)) * LINE_PX
    size = pitch * float(rng.uniform(0.86, 0.99))
    y, variant, ends = 24 + rng.uniform(-1.5, 1.5), int(rng.integers(VARIANTS)), []
    shadow = float(rng.uniform(0, 0.9)) if rng.uniform() < 0.7 else 0.0
    for place, number in enumerate(numbers):
        x = right - (len(numbers) - place - 0.5) * pitch
        picture = _symbol_picture(SYMBOLS[number], variant, font)
        disc = picture.copy()
        disc[..., :3] = 0
        disc[..., 3] *= shadow
        _blend(canvas, disc, x - 0.05 * size, y + 0.07 * size, size)
        _blend(canvas, picture, x, y, size)
        ends.append((x - size / 2, x + size / 2))
    label = PlateLabel(name, "".join(SYMBOLS[number] for number in numbers))
    return Plate(label, np.asarray(np.clip(canvas, 0, 255), np.uint8), tuple(ends))


def locate_cost(pixels: Rgb, cost: str, font: Path | None) -> tuple[tuple[tuple[float, float], ...], float]:
    """Return where the symbols of a known cost are on a plate, and how well a drawn one fits there, -1..1.

    The drawn cost is correlated with the right part of the plate, at several distances between symbols.
    """
    numbers, best = symbol_numbers(cost), -1.0
    ends: tuple[tuple[float, float], ...] = ()
    if not numbers:
        return ends, 1.0
    for pitch in LOCATED_PITCHES:
        side, room = 0.94 * pitch, math.ceil(pitch * len(numbers)) + 2
        drawn = np.full((math.ceil(side) + 2, room, 3), 190, np.float32)
        for place, number in enumerate(numbers):
            _blend(drawn, _symbol_picture(SYMBOLS[number], 1, font), 1 + (place + 0.5) * pitch, side / 2 + 1, side)
        first = max(0, LAST_RIGHT[0] - room - 12)
        seen = pixels[8:-8, first : LAST_RIGHT[1] + 8].astype(np.float32)
        if seen.shape[1] <= room:
            continue
        _, fit, _, (x, _) = cv2.minMaxLoc(cv2.matchTemplate(seen, drawn, cv2.TM_CCOEFF_NORMED))
        if fit > best:
            start, best = first + x + 1, float(fit)
            ends = tuple((start + n * pitch, start + (n + 1) * pitch) for n in range(len(numbers)))
    return ends, best


def _blend(canvas: NDArray[np.float32], picture: NDArray[np.float32], x: float, y: float, size: float) -> None:
    """Lay a symbol, float32 (SIDE, SIDE, 4), on a plate with its centre at (x, y)."""
    left, top, side = math.floor(x - size / 2), math.floor(y - size / 2), math.ceil(size) + 1
    scale = size / SIDE
    to_place = np.array([[scale, 0, x - size / 2 - left], [0, scale, y - size / 2 - top]])
    placed = cv2.warpAffine(cv2.GaussianBlur(picture, (0, 0), 0.4 / scale), to_place, (side, side))
    window = canvas[max(0, top) : top + side, max(0, left) : left + side]
    placed = placed[max(0, -top) :, max(0, -left) :][: window.shape[0], : window.shape[1]]
    window *= 1 - placed[..., 3:]
    window += placed[..., :3]


@lru_cache(maxsize=1000)
def _symbol_picture(symbol: str, variant: int, font: Path | None) -> NDArray[np.float32]:
    """Return a symbol, float32 (SIDE, SIDE, 4): RGB multiplied by the opacity, and the opacity, 0..1."""
    rng = np.random.default_rng((SYMBOLS.index(symbol), variant))
    text = ODD_SYMBOLS[variant % len(ODD_SYMBOLS)] if symbol == OTHER else symbol[1:-1]
    parts = text.split("/")
    phyrexian, icons = parts[-1] == "P", [part for part in parts if part != "P"]
    image = Image.new("RGB", (8 * SIDE, 8 * SIDE), _disc_colour(icons[0], rng))
    draw, side = ImageDraw.Draw(image), 8 * SIDE
    size = float(rng.uniform(0.66, 0.84))
    if len(icons) == 1:
        _draw_icon(draw, "P" if phyrexian else icons[0], (0.5, 0.5), size, font, variant)
    else:
        draw.polygon([(side, 0), (side, side), (0, side)], _disc_colour(icons[1], rng))
        for icon, middle in zip(icons, (0.32, 0.68), strict=False):
            _draw_icon(draw, "P" if phyrexian else icon, (middle, middle), size * 0.5, font, variant)
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).ellipse((2, 2, side - 2, side - 2), 255)
    picture = np.dstack([np.asarray(image), np.asarray(mask)]).astype(np.float32)
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    small[..., 3] /= 255
    small[..., :3] *= small[..., 3:]
    return np.asarray(small, np.float32)


def _disc_colour(icon: str, rng: np.random.Generator) -> tuple[int, int, int]:
    shade = np.array(DISCS.get(icon, COLOURLESS)) * rng.uniform(0.82, 1.04) + rng.uniform(-10, 10, 3)
    red, green, blue = np.clip(shade, 0, 255).astype(int).tolist()
    return red, green, blue


def _draw_icon(
    draw: ImageDraw.ImageDraw, icon: str, middle: tuple[float, float], size: float, font: Path | None, variant: int
) -> None:
    """Draw an icon in ink; middle and size are shares of the symbol's."""
    side = draw.im.size[0]
    x, y = middle[0] * side, middle[1] * side
    own = variant % 3 == 0 or font is None
    if own and icon in _ICONS:
        for shape in _ICONS[icon]:
            draw.polygon([(x + px * size * side / 2, y + py * size * side / 2) for px, py in shape], INK)
        return
    face = FONTS / ("EBGaramond-Bold.ttf" if variant % 2 else "EBGaramond-Medium.ttf") if own or font is None else font
    text = icon if own or icon not in MANA_CODE_POINTS else chr(MANA_CODE_POINTS[icon])
    em = size * side * (1.25 if own else 1.0)
    letters = ImageFont.truetype(str(face), round(em * (0.72 if own and len(text) > 1 else 1.0)))
    left, top, right, bottom = draw.textbbox((0, 0), text, letters)
    draw.text((x - (left + right) / 2, y - (top + bottom) / 2), text, INK, letters)


def _circle(x: float, y: float, radius: float, squash: float = 1.0) -> list[tuple[float, float]]:
    around = np.linspace(0, 2 * np.pi, 25)
    return [(x + radius * float(np.cos(a)), y + radius * squash * float(np.sin(a))) for a in around]


def _rays(count: int, inner: float, outer: float) -> list[tuple[float, float]]:
    around = np.linspace(0, 2 * np.pi, 2 * count, endpoint=False)
    radii = [outer if n % 2 == 0 else inner for n in range(2 * count)]
    return [(r * float(np.sin(a)), -r * float(np.cos(a))) for a, r in zip(around, radii, strict=True)]


_ICONS: dict[str, Sequence[Sequence[tuple[float, float]]]] = {
    "W": (_rays(12, 0.55, 1.0),),
    "U": (_circle(0, 0.3, 0.62), [(-0.56, 0.1), (0.12, -1.0), (0.56, 0.1)]),
    "B": (_circle(0, -0.15, 0.8, 0.85), [(-0.4, 0.3), (0.4, 0.3), (0.4, 0.95), (-0.4, 0.95)]),
    "R": ([(-0.9, 0.5), (-0.3, -0.2), (0.1, -1.0), (0.3, -0.3), (0.9, -0.6), (0.6, 0.6), (0.0, 0.95)],),
    "G": (_circle(0, -0.3, 0.7, 0.8), _circle(-0.45, 0.0, 0.45), _circle(0.45, 0.0, 0.45),
          [(-0.18, 0.2), (0.18, 0.2), (0.3, 1.0), (-0.3, 1.0)]),
    "C": ([(0, -1.0), (0.3, -0.3), (1.0, 0), (0.3, 0.3), (0, 1.0), (-0.3, 0.3), (-1.0, 0), (-0.3, -0.3)],),
    "S": (_rays(6, 0.25, 1.0),),
    "P": (_circle(0, 0, 0.7, 0.8), [(-0.14, -1.0), (0.14, -1.0), (0.14, 1.0), (-0.14, 1.0)]),
}  # fmt: skip
"""Outlines of the icons, in -1..1."""
