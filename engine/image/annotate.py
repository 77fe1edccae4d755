"""Annotate a photo: outline and number the cards on it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from engine.core.values import Card, Identification, Rgb, Status
from engine.image.marks import Label, load_font, place_marks
from engine.image.photo import open_photo

MAX_SIDE_PX, MANY_SIDE_PX = 1600, 2000
"""Longer side of the annotated picture, of few cards and of many: detailed enough, and ten of them within every upload
limit."""
MANY_CARDS = 20
"""Cards from which the picture is larger."""
JPEG_QUALITY = 85
COLOURS = {
    Status.IDENTIFIED: (64, 200, 96),
    Status.UNSURE: (255, 176, 32),
    Status.UNKNOWN: (150, 150, 160),
}
INK, PAPER = (20, 20, 24), (250, 250, 248)


def annotate(image: bytes | str | Path | Rgb, result: Identification, *, labels: bool = True) -> bytes:
    """Return the photo as JPEG bytes, each card outlined and numbered in the result's order, ``labels`` with names.

    Raises:
        PhotoError: the photo can't be decoded.
    """
    view = open_photo(image).view(MAX_SIDE_PX if len(result.cards) < MANY_CARDS else MANY_SIDE_PX)
    picture = Image.fromarray(np.ascontiguousarray(view.pixels))
    outlines = [[(x * view.scale, y * view.scale) for x, y in card.corners] for card in result.cards]
    names = [label_text(card) if labels else "" for card in result.cards]
    marks = place_marks(outlines, names, picture.size)
    pen = ImageDraw.Draw(picture)
    for card, mark in zip(result.cards, marks, strict=True):
        closed = [*mark.outline, *mark.outline[:2]]
        # A dark line under the bright one keeps the outline visible on any background.
        pen.line(closed, fill=INK, width=max(2, round(1.6 * mark.line_px)), joint="curve")
        pen.line(closed, fill=COLOURS[card.status], width=max(1, round(mark.line_px)), joint="curve")
    for number, (card, mark) in enumerate(zip(result.cards, marks, strict=True), 1):
        _draw_number(pen, number, mark.disc, COLOURS[card.status])
        if mark.label is not None:
            _draw_label(pen, mark.label, COLOURS[card.status])
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def label_text(card: Card) -> str:
    """Return a card's label: its name, with a question mark unless it is identified."""
    if card.name is None or card.status is Status.UNKNOWN:
        return "?"
    return card.name if card.status is Status.IDENTIFIED else f"{card.name}?"


Colour = tuple[int, int, int]


def _draw_number(pen: ImageDraw.ImageDraw, number: int, disc: tuple[float, float, float], colour: Colour) -> None:
    x, y, radius = disc
    box = (x - radius, y - radius, x + radius, y + radius)
    pen.ellipse(box, fill=colour, outline=INK, width=max(1, round(0.1 * radius)))
    letters_px = (1.33 if number < 100 else 1.0) * radius
    pen.text((x, y), f"{number}", fill=INK, font=load_font(letters_px), anchor="mm")


def _draw_label(pen: ImageDraw.ImageDraw, label: Label, colour: Colour) -> None:
    left, top, right, bottom = label.box
    radius, width = 0.3 * label.letters_px, max(1, round(0.12 * label.letters_px))
    pen.rounded_rectangle(label.box, radius=radius, fill=PAPER, outline=colour, width=width)
    middle = ((left + right) / 2, (top + bottom) / 2)
    pen.text(middle, label.text, fill=INK, font=load_font(label.letters_px), anchor="mm")
