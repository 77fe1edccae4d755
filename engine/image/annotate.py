"""Annotate a photo: outline and number the cards on it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.core.values import Card, Identification, Rgb, Status
from engine.image.photo import open_photo

MAX_SIDE_PX = 1600
"""Longer side of the annotated picture: detailed enough, and within every upload limit."""
JPEG_QUALITY = 85
COLOURS = {
    Status.IDENTIFIED: (64, 200, 96),
    Status.UNSURE: (255, 176, 32),
    Status.UNKNOWN: (150, 150, 160),
}
INK, PAPER = (20, 20, 24), (250, 250, 248)
MAX_LABEL = 34
"""Most characters of a name on the picture."""


def annotate(image: bytes | str | Path | Rgb, result: Identification, *, labels: bool = True) -> bytes:
    """Return the photo as JPEG bytes, each card outlined and numbered in the result's order, ``labels`` with names.

    Raises:
        PhotoError: the photo can't be decoded.
    """
    view = open_photo(image).view(MAX_SIDE_PX)
    picture = Image.fromarray(np.ascontiguousarray(view.pixels))
    pen = ImageDraw.Draw(picture)
    unit = max(picture.size) / 100
    for number, card in enumerate(result.cards, 1):
        corners = [(x * view.scale, y * view.scale) for x, y in card.corners]
        colour, closed = COLOURS[card.status], [*corners, corners[0], corners[1]]
        # A dark line under the bright one keeps the outline visible on any background.
        pen.line(closed, fill=INK, width=max(3, round(0.55 * unit)), joint="curve")
        pen.line(closed, fill=colour, width=max(2, round(0.35 * unit)), joint="curve")
        # A disc with the number on the card's top left corner, clear of its title.
        radius = 1.5 * unit
        x, y = (max(coordinate, radius) for coordinate in corners[0])
        disc = (x - radius, y - radius, x + radius, y + radius)
        pen.ellipse(disc, fill=colour, outline=INK, width=max(1, round(0.15 * unit)))
        pen.text((x, y), f"{number}", fill=INK, font=_font(2.0 * unit), anchor="mm")
        if labels:
            _draw_label(pen, corners, label_text(card), colour, unit, picture.size)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def label_text(card: Card) -> str:
    """Return a card's label: its name, with a question mark unless it is identified."""
    if card.name is None or card.status is Status.UNKNOWN:
        return "?"
    name = card.name if len(card.name) <= MAX_LABEL else card.name[: MAX_LABEL - 1] + "…"
    return name if card.status is Status.IDENTIFIED else f"{name}?"


Points = list[tuple[float, float]]
Colour = tuple[int, int, int]


def _draw_label(
    pen: ImageDraw.ImageDraw, corners: Points, text: str, colour: Colour, unit: float, size: tuple[int, int]
) -> None:
    """Draw the name on a plate at the card's lower edge, within the picture."""
    font = _font(1.7 * unit)
    x = sum(p[0] for p in corners) / 4
    y = max(p[1] for p in corners)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    half, height = (right - left) / 2 + 0.7 * unit, (bottom - top) + 0.9 * unit
    x = min(max(x, half), size[0] - half)
    y = min(max(y, height / 2), size[1] - height / 2)
    box = (x - half, y - height / 2, x + half, y + height / 2)
    pen.rounded_rectangle(box, radius=0.5 * unit, fill=PAPER, outline=colour, width=max(1, round(0.2 * unit)))
    pen.text((x, y), text, fill=INK, font=font, anchor="mm")


def _font(size: float) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size=max(9.0, size))
