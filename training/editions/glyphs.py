"""The glyphs of set symbols in a font such as that of npm's keyrune; neither is part of this project."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

UNMARKED = frozenset({"lea", "leb", "2ed", "ced", "cei", "3ed", "fbb", "sum", "4ed", "4bb", "5ed"})
"""Core sets printed without a symbol; fonts have invented ones for them."""
NO_SYMBOL = ""
"""Stands for the symbol of these sets."""
AMBIGUOUS = frozenset({"star", "default", "planeswalker", "dci", "mtgo"})
"""Icons of sets whose cards have various symbols."""
_RULE = re.compile(r"((?:\.ss-[\w-]+:before,?\s*)+)\{\s*content:\s*\"\\([0-9a-f]+)\"")
_CODE = re.compile(r"\.ss-([\w-]+):before")
SIZE_PX = 160
ALIKE_PX, ALIKE_FROM = (40, 26), 0.9
"""Width and height of the pictures whose correlation tells that two symbols look alike, and from where it does."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The symbols of sets.

    Attributes:
        font: a font file.
        by_set: the character of each set's symbol, :data:`NO_SYMBOL` for sets without one.
    """

    font: Path
    by_set: dict[str, str]

    @property
    def characters(self) -> list[str]:
        """The symbols, each once, in a fixed order; the first one is :data:`NO_SYMBOL`."""
        return sorted({NO_SYMBOL, *self.by_set.values()})


def read_glyphs(font: Path, css: Path, sets: Path) -> Glyphs:
    """Return the symbols of all sets for which the font has one.

    Args:
        css: the font's style sheet, which has the character of each code.
        sets: a CSV with the columns ``code`` and ``icon``, the file name of the set's symbol at Scryfall.
    """
    rules = _RULE.finditer(css.read_text(encoding="utf-8"))
    characters = {code: chr(int(rule[2], 16)) for rule in rules for code in _CODE.findall(rule[1])}
    by_set = dict.fromkeys(UNMARKED, NO_SYMBOL)
    with sets.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code, icon = row["code"], row["icon"].removesuffix(".svg")
            if code in UNMARKED or icon in AMBIGUOUS:
                continue
            if character := characters.get(icon) or characters.get(code):
                by_set[code] = NO_SYMBOL if icon in UNMARKED else character
    return Glyphs(font, by_set)


def find_alike(glyphs: Glyphs) -> list[list[int]]:
    """Return for each character the places of those that look like it, by the correlation of small pictures."""
    width, height = ALIKE_PX
    pictures = np.zeros((len(glyphs.characters), height, width), np.float32)
    for picture, character in zip(pictures, glyphs.characters, strict=True):
        if character == NO_SYMBOL:
            continue
        mask, _ = glyph_masks(glyphs.font, character)
        scale = min((height - 2) / mask.shape[0], (width - 2) / mask.shape[1])
        size = max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale))
        small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
        y, x = (height - size[1]) // 2, (width - size[0]) // 2
        picture[y : y + size[1], x : x + size[0]] = small
        picture[:] = cv2.GaussianBlur(picture, (0, 0), 1.0)
    flat = pictures.reshape(len(pictures), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    correlation = flat @ flat.T
    np.fill_diagonal(correlation, 0.0)
    return [np.flatnonzero(row > ALIKE_FROM).tolist() for row in correlation]


@lru_cache(maxsize=1024)
def glyph_masks(font: Path, character: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a glyph's coverage and that of its silhouette, holes filled: float32 (h, w), 0..1, h about 160."""
    drawn = ImageFont.truetype(str(font), SIZE_PX)
    left, top, right, bottom = (round(edge) for edge in drawn.getbbox(character))
    canvas = Image.new("L", (right - left + 8, bottom - top + 8))
    ImageDraw.Draw(canvas).text((4 - left, 4 - top), character, fill=255, font=drawn)
    mask = np.asarray(canvas)
    outlines, _ = cv2.findContours((mask > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros_like(mask), outlines, -1, 255, -1)
    whole = np.maximum(np.asarray(filled), mask)
    return mask.astype(np.float32) / np.float32(255), whole.astype(np.float32) / np.float32(255)
