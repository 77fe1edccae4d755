"""Print real collector lines, at their true size, on drawn cards.

Measured on photographed cards: capitals have had 1.25% of the card's height since 2014, and 1% before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from PIL import ImageDraw, ImageFont

from engine.core.constants import CARD_ASPECT
from engine.printings.reprint_mark import ASPECT, SHAPE
from training.drawing.cards import load_font
from training.drawing.frames import Ink

Era = Literal["1998", "2014", "2023"]
"""First year of a design of collector lines."""

DOT = "•"
"""Between set and language."""
CAPITALS, OLD_CAPITALS = 0.0125, 0.0100
"""Height of capital letters over the card's."""
CAPITALS_OF_SANS, CAPITALS_OF_SERIF = 0.71, 0.65
"""Height of capital letters over the font's size."""
SPACING = 0.09
"""Space between letters since 2014, over the font's size."""
LEFT, OLD_LEFT = 0.064, 0.10
"""Left end of the lines, over the card's width."""
ROWS, OLD_ROWS = (0.9535, 0.9720), (0.9440, 0.9650)
"""Baselines over the card's height; the old ones are on the border, because drawn frames end above it."""
STAMP = (0.040, 0.9450, 0.0285)
"""The reprint symbol: its centre over the card's width and height, its height over the card's. Measured on photos."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """The contents of a card's foot.

    Attributes:
        code: set code, upper case.
        rarity: one letter.
        year: of the copyright.
        reprint: whether it has the small symbol of The List.
    """

    era: Era
    code: str
    number: int
    total: int
    rarity: str
    year: int
    artist: str = "Ada Drawn"
    reprint: bool = False

    def lines(self) -> tuple[str, str]:
        """Return the upper and the lower line at the left of the foot."""
        if self.era == "1998":
            rights = f"TM & © 1993–{self.year} Wizards of the Coast, Inc."
            return self.artist, f"{rights} {self.number}/{self.total}"
        lower = f"{self.code} {DOT} EN"
        if self.era == "2014":
            return f"{self.number:03d}/{self.total:03d} {self.rarity}", lower
        return f"{self.rarity} {self.number:04d}", lower

    def print_on(self, draw: ImageDraw.ImageDraw, height: int, ink: Ink) -> None:
        """Print the foot of a card that is ``height`` pixels high; a :data:`training.drawing.cards.Foot`."""
        width, small = height * CARD_ASPECT, OLD_CAPITALS / CAPITALS_OF_SERIF * height
        upper, lower = self.lines()
        if self.era == "1998":
            large = 1.5 * OLD_CAPITALS / CAPITALS_OF_SERIF * height
            for text, row, size in ((upper, OLD_ROWS[0], large), (lower, OLD_ROWS[1], small)):
                draw.text((OLD_LEFT * width, row * height), text, ink, load_font("Medium", round(size)), "ls")
            return
        points = round(CAPITALS / CAPITALS_OF_SANS * height)
        _print_spaced(draw, (LEFT * width, ROWS[0] * height), upper, ink, points)
        y = ROWS[1] * height
        # The language is followed by a brush, a mere blot at this size, and the artist.
        x = _print_spaced(draw, (LEFT * width, y), lower, ink, points) + 0.008 * height
        draw.ellipse((x, y - 0.010 * height, x + 0.016 * height, y - 0.002 * height), fill=ink)
        draw.text((x + 0.021 * height, y), self.artist.upper(), ink, load_font("Medium", points), "ls")
        rights = f"TM & © {self.year} Wizards of the Coast"
        draw.text((0.94 * width, y), rights, ink, load_font("Medium", round(small)), "rs")
        if self.reprint:
            # A five-pointed fan: our own symbol, as large as The List's and in the same place.
            tall = STAMP[2] * height
            middle = np.array([STAMP[0] * width, STAMP[1] * height])
            outline = (np.array(SHAPE) - 0.5) * (ASPECT * tall, tall) + middle
            draw.polygon(outline.ravel().tolist(), fill=ink)


def _print_spaced(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, ink: Ink, size: int) -> float:
    """Print letter by letter with :data:`SPACING`; return the x coordinate of the end."""
    x, y = place
    for letter in text:
        if letter == DOT:  # which the font lacks
            draw.ellipse((x + 0.08 * size, y - 0.46 * size, x + 0.28 * size, y - 0.26 * size), fill=ink)
        else:
            draw.text((x, y), letter, ink, _sans(size), "ls")
        x += (0.36 * size if letter == DOT else _sans(size).getlength(letter)) + SPACING * size
    return x


@lru_cache(maxsize=32)
def _sans(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
