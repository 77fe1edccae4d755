"""Small pictures for tests of single stages: rectangles on a table, lines of text, patterns."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

TABLE, BORDER = (150, 120, 85), (24, 22, 26)
CARD = np.array([[0, 0], [63, 0], [63, 88], [0, 88]], np.float32)
"""A card's corners in millimetres."""


def placed(middle: tuple[float, float], height_px: float, degrees: float = 0.0):
    """Return float32 (4, 2): the corners of a card of that height, turned clockwise about its middle."""
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return ((CARD - CARD.mean(0)) * height_px / 88 @ matrix.T + np.array(middle)).astype(np.float32)


def table_with(*cards, size: tuple[int, int] = (720, 540)):
    """Return uint8 (H, W, 3): dark cards with a lighter face at these corners, on a plain table with a little grain."""
    width, height = size
    grain = np.random.default_rng(5).normal(0, 2.5, (height, width, 1))
    pixels = np.clip(np.array(TABLE) + grain, 0, 255).astype(np.uint8)
    for corners in cards:
        cv2.fillConvexPoly(pixels, np.round(corners).astype(np.int32), BORDER, cv2.LINE_AA)
        inner = (corners - corners.mean(0)) * 0.86 + corners.mean(0)
        cv2.fillConvexPoly(pixels, np.round(inner).astype(np.int32), (205, 198, 180), cv2.LINE_AA)
    return pixels


def line_of_text(text: str, *, size_px: int = 40, margin_px: int = 16, ink=(20, 20, 20), paper=(235, 230, 215)):
    """Return uint8 (H, W, 3): one line of text, with so much paper around it."""
    font = ImageFont.load_default(size=size_px)
    left, top, right, bottom = font.getbbox(text)
    size = (round(right - left) + 2 * margin_px, round(bottom - top) + 2 * margin_px)
    picture = Image.new("RGB", size, paper)
    ImageDraw.Draw(picture).text((margin_px - left, margin_px - top), text, fill=ink, font=font)
    return np.asarray(picture)


def pattern(seed: int = 1, size: tuple[int, int] = (240, 335)):
    """Return uint8 (H, W, 3): soft blots of colour, different for every seed."""
    width, height = size
    coarse = np.random.default_rng(seed).integers(0, 256, (7, 5, 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
