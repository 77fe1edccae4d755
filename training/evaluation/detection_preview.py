"""Draw what the detector found on every photo: outlines, the card's own top left, and the count beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.core.values import Quad
from engine.image.photo import View, open_photo
from training.data.photo_labels import LabelledPhoto
from training.detector.measure import Find
from training.scoring.contact_sheet import FONT_PX, INK, LINE_PX, PAPER, RIGHT, TILE_WIDTH, TILES_PER_PAGE, WRONG, sheet

LOOKED_AT_PX = 4096
"""Longer side at which photos are given to the detector; it reduces them itself."""


def write_detection_sheets(photos: Sequence[LabelledPhoto], find: Find, folder: Path) -> list[Path]:
    """Write ``detections-1.png`` and so on, every photo on them; return the files.

    Sheets that an earlier run left in the folder go away.
    """
    for old in folder.glob("detections-[0-9]*.png"):
        old.unlink()
    written = []
    for number, start in enumerate(range(0, len(photos), TILES_PER_PAGE), 1):
        path = folder / f"detections-{number}.png"
        sheet([tile(photo, find) for photo in photos[start : start + TILES_PER_PAGE]]).save(path)
        written.append(path)
    return written


def tile(photo: LabelledPhoto, find: Find) -> Image.Image:
    """Draw one photo with the quads that ``find`` sees in it."""
    opened = open_photo(photo.path)
    whole = opened.view(LOOKED_AT_PX)
    quads = find(whole.pixels)
    scale = min(1.0, TILE_WIDTH / opened.width, TILE_WIDTH / opened.height)
    view = opened.view(int(max(opened.width, opened.height) * scale))
    one = Image.new("RGB", (TILE_WIDTH, view.pixels.shape[0] + LINE_PX), PAPER)
    one.paste(_drawn(view, quads, view.scale / whole.scale), ((TILE_WIDTH - view.pixels.shape[1]) // 2, 0))
    told = f"{len(quads)} found, {photo.cards_visible} visible · {Path(photo.file).name}"
    colour = RIGHT if len(quads) == photo.cards_visible else WRONG
    ImageDraw.Draw(one).text((2, view.pixels.shape[0]), told, colour, ImageFont.load_default(FONT_PX))
    return one


def _drawn(view: View, quads: Sequence[Quad], scale: float) -> Image.Image:
    picture = Image.fromarray(view.pixels)
    pen = ImageDraw.Draw(picture)
    for quad in quads:
        points = [(float(x) * scale, float(y) * scale) for x, y in quad.corners]
        pen.line([*points, points[0]], RIGHT, width=2)
        pen.line(points[:2], WRONG, width=2)  # the card's top
        x, y = points[0]
        pen.rectangle((x, y, x + FONT_PX + 8, y + FONT_PX), PAPER)
        pen.text((x + 1, y), f"{quad.score:.2f}"[1:], INK, ImageFont.load_default(FONT_PX))
    return picture
