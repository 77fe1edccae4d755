"""Find The List's small planeswalker symbol left of the collector line, as a blot of the right size in any shape."""

from __future__ import annotations

import cv2
import numpy as np

from engine.core.rectify import Box, rectify
from engine.core.values import Corners, Rgb

CORNER: Box = (-0.02, 0.915, 0.17, 1.015)
"""Lower left corner of the card and a little beyond, with the start of the collector line."""
FACE_HEIGHT_PX = 800
MARGIN = (0.0, 0.09)
"""Range of the symbol, as a share of the card's width, with room for an inaccurate quad."""
PRINT: Box = (0.065, 0.93, 0.17, 0.985)
"""Part of the collector line whose print gives the brightness to compare with."""
HEIGHT, WIDTH = (0.017, 0.04), (0.008, 0.032)
"""Range of the symbol's height and width, as shares of the card's height; letters are 0.0125 high."""
FILLED = 0.3
"""Least share of its bounding box that the symbol fills."""
CONTRAST = 40.0
"""Least difference between print and border, in grey levels of 255, for a legible corner."""
BRIGHT_SHARE = 0.5
"""Threshold of print, as a share of the way from border to print."""


def is_marked(pixels: Rgb, corners: Corners) -> bool | None:
    """Return whether the upright card between ``corners`` has the symbol; None if its corner is illegible."""
    grey = cv2.cvtColor(rectify(pixels, corners, CORNER, face_height=FACE_HEIGHT_PX), cv2.COLOR_RGB2GRAY)
    width = grey.shape[1]
    start, end = (round((x - CORNER[0]) / (CORNER[2] - CORNER[0]) * width) for x in MARGIN)
    line = rectify(pixels, corners, PRINT, face_height=FACE_HEIGHT_PX).max(2)
    print_level, border = np.percentile(line, 97), float(np.median(line))
    if print_level - border < CONTRAST:
        return None
    bright = np.asarray(grey > border + BRIGHT_SHARE * (print_level - border), np.uint8)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(bright)
    (min_height, max_height), (min_width, max_width) = (np.array(shares) * FACE_HEIGHT_PX for shares in (HEIGHT, WIDTH))
    # The first component is the background.
    for left, top, width, height, filled in boxes[1:].tolist():
        is_inside = left >= start and left + width <= end and top > 0 and top + height < grey.shape[0]
        fits = min_height <= height <= max_height and min_width <= width <= max_width
        if is_inside and fits and filled >= FILLED * width * height:
            return True
    return False
