"""Print collector lines as real cards have them, at their true size, on drawn cards.

Measured on photographed cards: capitals are 1.25% of the card's height since 2014, 1% before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from PIL import ImageDraw, ImageFont

from engine.core.constants import CARD_ASPECT
from training.drawing.cards import FONTS, Foot
from training.drawing.frames import Ink

Era = Literal["1998", "2014", "2023"]
"""Since when collector lines look this way."""

DOT = "•"
"""Between set and language."""
CAPITALS, OLD_CAPITALS = 0.0125, 0.0100
"""Height of capital letters over the card's."""
CAPITALS_OF_SANS, CAPITALS_OF_SERIF = 0.71, 0.65
"""Height of capital letters over the fonts' sizes."""
SPACING = 0.09
"""Space between letters since 2014, over the font's size."""
LEFT, OLD_LEFT = 0.064, 0.10
"""Where lines begin, over the card's width."""
ROWS, OLD_ROWS = (0.9535, 0.9720), (0.9440, 0.9650)
"""Base lines over the card's height; the old ones on the border, because drawn frames end above it."""
STAMP = (0.043, 0.9600, 0.0115)
"""The reprint's symbol: its middle over the card's width and height, its reach over the height."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a card's foot says.

    Attributes:
        code: set code, upper case.
        number, total: digits.
        rarity: one letter.
        year: of the copyright.
        reprint: whether it bears the small symbol of The List.
    """

    era: Era
    code: str
    number: int
    total: int
    rarity: str
    year: int
    artist: str = "Ada Drawn"
    reprint: bool = False


def foot(imprint: Imprint) -> Foot:
    """Return what prints ``imprint`` on a card that is drawn."""
    printer: Callable[[ImageDraw.ImageDraw, int, Ink, Imprint], None] = (
        _print_old if imprint.era == "1998" else _print_new
    )
    return lambda draw, height, ink: printer(draw, height, ink, imprint)


def lines_of(imprint: Imprint) -> tuple[str, str]:
    """Return the two lines at the left of the foot, the upper first."""
    if imprint.era == "1998":
        years = f"1993–{imprint.year}"
        return imprint.artist, f"TM & © {years} Wizards of the Coast, Inc. {imprint.number}/{imprint.total}"
    second = f"{imprint.code} {DOT} EN"
    if imprint.era == "2014":
        return f"{imprint.number:03d}/{imprint.total:03d} {imprint.rarity}", second
    return f"{imprint.rarity} {imprint.number:04d}", second


def _print_old(draw: ImageDraw.ImageDraw, height: int, ink: Ink, imprint: Imprint) -> None:
    left = OLD_LEFT * height * CARD_ASPECT
    for text, row, capitals in zip(lines_of(imprint), OLD_ROWS, (1.5 * OLD_CAPITALS, OLD_CAPITALS), strict=True):
        draw.text((left, row * height), text, ink, _serif(round(capitals / CAPITALS_OF_SERIF * height)), "ls")


def _print_new(draw: ImageDraw.ImageDraw, height: int, ink: Ink, imprint: Imprint) -> None:
    width, size = height * CARD_ASPECT, round(CAPITALS / CAPITALS_OF_SANS * height)
    ends = [
        _spaced(draw, (LEFT * width, row * height), text, ink, size)
        for text, row in zip(lines_of(imprint), ROWS, strict=True)
    ]
    # The artist follows the language, after a brush that is a blot at this size.
    x, y = ends[1] + 0.008 * height, ROWS[1] * height
    draw.ellipse((x, y - 0.010 * height, x + 0.016 * height, y - 0.002 * height), fill=ink)
    draw.text((x + 0.021 * height, y), imprint.artist.upper(), ink, _serif(size), "ls")
    rights = f"TM & © {imprint.year} Wizards of the Coast"
    draw.text((0.94 * width, y), rights, ink, _serif(round(OLD_CAPITALS / CAPITALS_OF_SERIF * height)), "rs")
    if imprint.reprint:
        _stamp(draw, height, ink)


def _spaced(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, ink: Ink, size: int) -> float:
    """Print letter by letter, each a little apart from the next; return where the line ends."""
    x, y = place
    for letter in text:
        if letter == DOT:  # which the font lacks
            draw.ellipse((x + 0.08 * size, y - 0.46 * size, x + 0.28 * size, y - 0.26 * size), fill=ink)
        else:
            draw.text((x, y), letter, ink, _sans(size), "ls")
        x += (0.36 * size if letter == DOT else _sans(size).getlength(letter)) + SPACING * size
    return x


def _stamp(draw: ImageDraw.ImageDraw, height: int, ink: Ink) -> None:
    """Print a five-pointed fan: a mark of our own, as large as The List's and in its place."""
    x, y, reach = STAMP[0] * height * CARD_ASPECT, STAMP[1] * height, STAMP[2] * height
    angles = np.radians(np.linspace(200, 340, 9))
    reaches = np.where(np.arange(9) % 2 == 0, 1.0, 0.5) * reach
    fan = [(x + float(r * np.cos(a)), y + float(r * np.sin(a))) for a, r in zip(angles, reaches, strict=True)]
    draw.polygon([*fan, (x, y + reach)], fill=ink)


@lru_cache(maxsize=32)
def _sans(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


@lru_cache(maxsize=32)
def _serif(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / "EBGaramond-Medium.ttf", size)
