"""Lettering for drawn things: fonts, words, and lines that fit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Ink = tuple[int, int, int]
Area = tuple[int, int, int, int]
"""Left, top, right and bottom, pixels."""

OWN_FONTS = Path(__file__).parent.parent / "drawing" / "fonts"
BORROWED = ("DejaVuSans*.ttf", "DejaVuSerif*.ttf", "STIXGeneral*.ttf")
"""Fonts of matplotlib that have all letters."""
SIZES_PX = (6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 21, 24, 28, 33, 40, 48, 60)
"""Sizes of all fonts; few, so that letters are rendered once and then kept."""
SMALLEST_PX, LARGEST_PX = SIZES_PX[0], SIZES_PX[-1]
LEADING = 1.3
"""Distance of two lines over the size of their font."""
WORDS = """
    the of and to in a is that for it with as was on be at by this have from or one had but not what all were when
    we there can an your which their said if do will each about how up out them then she many some so these would
    other into has more her two like him see time could no make than first been its who now people my made over did
    down only way find use may water long little very after words called just where most know get through back much
    before go good new write our used me man too any day same right look think also around another came come work
    three word must because does part even place well such here take why things help put years different away again
    off went old number great tell men say small every found still between name should home big give air line set own
    under read last never us left end along while might next sound below saw something thought both few those always
    looked show large often together asked house world going want school important until form food keep children feet
    land side without boy once animals life enough took sometimes four head above kind began almost live page got
    earth need far hand high year mother light parts country father let night following picture being study second
    eyes soon times story boys since white days ever paper hard near sentence better best across during today others
    however sure means knew try told young miles sun ways thing whole hear example heard several change answer room
    sea against top turned learn point city play toward five using himself usually Premium Original Deluxe Edition
    Classic Ultra Chocolate Coffee Organic Biscuit Shampoo Battery Charger Wireless Adapter Notebook Guide History
    Garden Kitchen Manual Volume Chapter Index Contents Warning Caution Ingredients Nutrition Energy Protein Sugar
    Settings Account Search Message Reply Share Download Update Cancel Confirm Library Cart Checkout Total Subtotal
    Discount Receipt Invoice Customer Address Tuesday Friday January October Dragon Knight Storm Forest Island Mountain
    Swamp Plains Ancient Silver Golden Shadow Wizard Queen Castle River Blade Flame Frost Spirit Hunter Giant Serpent
    Tower Crown Raven Wolf Ember Thunder Moon Star Crystal Gate Temple Harbour Voyage Legend Quest Strategy Players
    Ages Minutes Score Level Attack Defence Power Speed Special Effect Draw Discard Turn""".split()  # noqa: SIM905 - a list of quoted words would be pages long
"""Common English words, and words of books, boxes, screens, shops and games."""


class Font:
    """A font at one size, pixels.

    Letters are rendered once, because rendering a line takes a millisecond and a photo has hundreds of lines.
    """

    def __init__(self, file: Path, px: int) -> None:
        self.px = px
        self._face = ImageFont.truetype(file, px, layout_engine=ImageFont.Layout.BASIC)
        self._letters: dict[str, tuple[NDArray[np.uint8], float]] = {}

    def write(
        self, picture: Image.Image, at: tuple[float, float], text: str, ink: Ink, anchor: str = "la", room: float = 1e9
    ) -> float:
        """Write a line into ``picture`` and return its width in pixels; it is cut where it would exceed ``room``.

        Anchors are Pillow's: ``l``, ``m`` or ``r``, then ``a`` (the line's top) or ``m``.
        """
        placed, long = [], 0.0
        for letter in text:
            mask, advance = self._letters.get(letter) or self._render(letter)
            if long + advance > room:
                break
            placed.append((round(long), mask))
            long += advance
        if not placed:
            return 0.0
        pad, high = self.px // 2, placed[0][1].shape[0]
        line = np.zeros((high, round(long) + 4 * pad), np.uint8)
        for x, mask in placed:
            part = line[:, x : x + mask.shape[1]]
            np.maximum(part, mask, out=part)
        left = at[0] - {"l": 0.0, "m": long / 2, "r": long}[anchor[0]] - pad
        top = at[1] - (high / 2 if anchor[1] == "m" else 0)
        picture.paste(ink, (round(left), round(top)), Image.fromarray(line))
        return long

    def _render(self, letter: str) -> tuple[NDArray[np.uint8], float]:
        """Return a letter's opacity, uint8 (height of a line, width), and the distance to the next letter in pixels."""
        advance, pad = self._face.getlength(letter), self.px // 2
        picture = Image.new("L", (int(advance) + 1 + 2 * pad, sum(self._face.getmetrics())))
        ImageDraw.Draw(picture).text((pad, 0), letter, 255, self._face)
        self._letters[letter] = np.asarray(picture), advance
        return self._letters[letter]


def choose_font(rng: np.random.Generator, px: float) -> Font:
    """Return a random font of about that size."""
    return _open_font(int(rng.integers(len(font_files()))), min(SIZES_PX, key=lambda size: abs(size - px)))


@lru_cache(maxsize=512)
def _open_font(number: int, px: int) -> Font:
    return Font(font_files()[number], px)


@lru_cache(maxsize=1)
def font_files() -> tuple[Path, ...]:
    """Return the fonts that are installed: the drawn cards' own and, where matplotlib is installed, its own."""
    files = sorted(OWN_FONTS.glob("*.ttf"))
    spec = find_spec("matplotlib")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
        files += sorted(file for pattern in BORROWED for file in folder.glob(pattern) if "Display" not in file.name)
    return tuple(files)


def phrase(rng: np.random.Generator, words: Sequence[str], most: int = 4) -> str:
    """Return one to ``most`` of the words in random case; an entry that is a whole name stands alone."""
    chosen = [words[i] for i in rng.integers(len(words), size=int(rng.integers(1, most + 1)))]
    text = next((word for word in chosen if " " in word), " ".join(chosen))
    case = rng.uniform()
    return text.upper() if case < 0.2 else text.title() if case < 0.7 else text


def write_block(
    picture: Image.Image, rng: np.random.Generator, words: Sequence[str], area: Area, font: Font, ink: Ink
) -> None:
    """Fill an area with text, line by line; about every seventh line ends a paragraph."""
    left, top, right, bottom = area
    width, step = right - left, round(font.px * LEADING)
    per_line = 2 + int(width / (2.5 * font.px))
    for y in range(top, bottom - step + 1, step):
        ends = rng.uniform() < 0.15
        line = " ".join(words[i] for i in rng.integers(len(words), size=per_line))
        font.write(picture, (left, y), line, ink, room=width * (0.6 if ends else 1.0))
