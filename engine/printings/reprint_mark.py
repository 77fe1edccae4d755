"""The List's small planeswalker symbol, left of the collector line: looked for as a blot, not by its shape. Pure."""

from __future__ import annotations

import cv2
import numpy as np

from engine.core.rectify import Box, rectify
from engine.core.values import Corners, Rgb

CORNER: Box = (-0.02, 0.915, 0.17, 1.015)
"""Lower left corner of the card, a little beyond it, with the beginning of the collector line."""
FACE_HEIGHT_PX = 800
MARGIN = (0.0, 0.09)
"""From where to where over the card's width the symbol may reach, by a quad that is a little off."""
PRINT: Box = (0.065, 0.93, 0.17, 0.985)
"""Where there is print of the collector line to compare brightness with."""
TALL, WIDE = (0.017, 0.04), (0.008, 0.032)
"""Height and width of the symbol over the card's height; letters are 0.0125 high."""
FILLED = 0.3
"""Least share of its box that the symbol fills."""
CONTRAST = 40.0
"""Grey levels, of 255, between print and border from which the corner is legible at all."""
BRIGHT_SHARE = 0.5
"""Where between border and print a pixel begins to be print."""


def is_marked(pixels: Rgb, corners: Corners) -> bool | None:
    """Return whether the upright card between ``corners`` bears the symbol; None where its corner is illegible."""
    grey = cv2.cvtColor(rectify(pixels, corners, CORNER, face_height=FACE_HEIGHT_PX), cv2.COLOR_RGB2GRAY)
    width = grey.shape[1]
    start, end = (round((x - CORNER[0]) / (CORNER[2] - CORNER[0]) * width) for x in MARGIN)
    line = rectify(pixels, corners, PRINT, face_height=FACE_HEIGHT_PX).max(2)
    print_level, border = np.percentile(line, 97), float(np.median(line))
    if print_level - border < CONTRAST:
        return None
    bright = np.asarray(grey > border + BRIGHT_SHARE * (print_level - border), np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(bright)
    return any(_is_symbol(boxes[i].tolist(), start, end, grey.shape[0]) for i in range(1, count))


def _is_symbol(box: list[int], start: int, end: int, bottom: int) -> bool:
    left, top, width, height, filled = box
    inside = left >= start and left + width <= end and top > 0 and top + height < bottom
    (least_tall, most_tall), (least_wide, most_wide) = (
        [share * FACE_HEIGHT_PX for share in shares] for shares in (TALL, WIDE)
    )
    fits = least_tall <= height <= most_tall and least_wide <= width <= most_wide
    return inside and fits and filled >= FILLED * width * height
