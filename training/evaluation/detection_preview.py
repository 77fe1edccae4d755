"""Draw the detector's quads on every photo, with each card's top edge and the count next to the true one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.image.photo import open_photo
from training.data.photo_labels import LabelledPhoto
from training.detector.measure import Find
from training.scoring.contact_sheet import (
    FONT_PX,
    INK,
    LINE_PX,
    PAPER,
    RIGHT,
    TILE_WIDTH,
    TILES_PER_PAGE,
    WRONG,
    arrange_tiles,
)

INPUT_PX = 4096
"""Longer side of photos given to the detector, which reduces them itself."""


def write_detection_sheets(photos: Sequence[LabelledPhoto], find: Find, folder: Path) -> list[Path]:
    """Write contact sheets of all photos to ``detections-1.png`` and so on; return the files.

    Sheets of an earlier run are deleted from the folder.
    """
    for old in folder.glob("detections-[0-9]*.png"):
        old.unlink()
    written = []
    for number, start in enumerate(range(0, len(photos), TILES_PER_PAGE), 1):
        path = folder / f"detections-{number}.png"
        arrange_tiles([draw_tile(photo, find) for photo in photos[start : start + TILES_PER_PAGE]]).save(path)
        written.append(path)
    return written


def draw_tile(photo: LabelledPhoto, find: Find) -> Image.Image:
    """Draw one photo with the quads that ``find`` returns for it."""
    opened = open_photo(photo.path)
    whole = opened.view(INPUT_PX)
    quads = find(whole.pixels)
    reduced = min(1.0, TILE_WIDTH / opened.width, TILE_WIDTH / opened.height)
    view = opened.view(int(max(opened.width, opened.height) * reduced))
    scale = view.scale / whole.scale
    picture, font = Image.fromarray(view.pixels), ImageFont.load_default(FONT_PX)
    pen = ImageDraw.Draw(picture)
    for quad in quads:
        points = [(float(x) * scale, float(y) * scale) for x, y in quad.corners]
        pen.line([*points, points[0]], RIGHT, width=2)
        pen.line(points[:2], WRONG, width=2)  # the card's top
        x, y = points[0]
        pen.rectangle((x, y, x + FONT_PX + 8, y + FONT_PX), PAPER)
        pen.text((x + 1, y), f"{quad.score:.2f}"[1:], INK, font)
    tile = Image.new("RGB", (TILE_WIDTH, picture.height + LINE_PX), PAPER)
    tile.paste(picture, ((TILE_WIDTH - picture.width) // 2, 0))
    caption = f"{len(quads)} found, {photo.cards_visible} visible · {Path(photo.file).name}"
    colour = RIGHT if len(quads) == photo.cards_visible else WRONG
    ImageDraw.Draw(tile).text((2, picture.height), caption, colour, font)
    return tile
