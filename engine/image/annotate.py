"""Result -> picture: the player's own photo with numbered outlines on it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.core.values import Card, Identification, Rgb, Status
from engine.image.photo import open_photo

MAX_SIDE_PX = 1600
"""Longer side of the annotated picture: enough to look at, small enough for every upload limit."""
JPEG_QUALITY = 85
COLOURS = {
    Status.IDENTIFIED: (64, 200, 96),
    Status.UNSURE: (255, 176, 32),
    Status.UNKNOWN: (150, 150, 160),
}
INK, PAPER = (20, 20, 24), (250, 250, 248)
MAX_LABEL = 34
"""Characters of a name on the picture."""


def annotate(image: bytes | str | Path | Rgb, result: Identification, *, labels: bool = True) -> bytes:
    """Return the photo as JPEG bytes, each card outlined and numbered in the result's order.

    Args:
        image: the photo that ``result`` is of.
        result: what the engine said of it.
        labels: write the names too; without it outlines and numbers only.

    Raises:
        PhotoError: the photo can't be decoded.
    """
    view = open_photo(image).view(MAX_SIDE_PX)
    picture = Image.fromarray(np.ascontiguousarray(view.pixels))
    pen = ImageDraw.Draw(picture)
    unit = max(picture.size) / 100
    for number, card in enumerate(result.cards, 1):
        corners = [(x * view.scale, y * view.scale) for x, y in card.corners]
        _outline(pen, corners, COLOURS[card.status], unit)
        _badge(pen, corners, f"{number}", COLOURS[card.status], unit)
        if labels:
            _label(pen, corners, label_text(card), COLOURS[card.status], unit, picture.size)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def label_text(card: Card) -> str:
    """Return what the picture says of a card: its name, with a question mark where that is not sure."""
    if card.name is None or card.status is Status.UNKNOWN:
        return "?"
    name = card.name if len(card.name) <= MAX_LABEL else card.name[: MAX_LABEL - 1] + "…"
    return name if card.status is Status.IDENTIFIED else f"{name}?"


Points = list[tuple[float, float]]
Colour = tuple[int, int, int]


def _outline(pen: ImageDraw.ImageDraw, corners: Points, colour: Colour, unit: float) -> None:
    closed = [*corners, corners[0], corners[1]]
    # A dark line under the bright one keeps the outline visible on every ground.
    pen.line(closed, fill=INK, width=max(3, round(0.55 * unit)), joint="curve")
    pen.line(closed, fill=colour, width=max(2, round(0.35 * unit)), joint="curve")


def _badge(pen: ImageDraw.ImageDraw, corners: Points, text: str, colour: Colour, unit: float) -> None:
    """Write the number into a disc on the card's top left corner, where no title stands."""
    radius = 1.5 * unit
    x, y = (max(place, radius) for place in corners[0])
    pen.ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=colour, outline=INK, width=max(1, round(0.15 * unit))
    )
    pen.text((x, y), text, fill=INK, font=_font(2.0 * unit), anchor="mm")


def _label(
    pen: ImageDraw.ImageDraw, corners: Points, text: str, colour: Colour, unit: float, size: tuple[int, int]
) -> None:
    """Write the name onto a plate at the card's lower edge, inside the picture."""
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
