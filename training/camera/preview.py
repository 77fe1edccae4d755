"""``python -m training camera-sheet``: faces through the close-up camera, a row for each severity."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.core.values import Rgb
from training.camera.closeup import HARD, MEDIUM, MILD, degrade
from training.data.face_list import read_faces_csv, read_picture
from training.drawing.cards import demo_cards, draw_card

ACROSS = 10
FACE_SIZE = 224, 160
"""Height and width of a face on the sheet, pixels: the network's."""
LABEL_PX = 26
ROWS = {"scan": 0.0, "mild": MILD, "medium": MEDIUM, "hard": HARD}


def camera_sheet(faces: Sequence[Rgb], seed: int) -> Image.Image:
    """Return a picture with a row of all faces for each severity of :data:`ROWS`."""
    height, width = FACE_SIZE
    page = Image.new("RGB", (len(faces) * width, len(ROWS) * (height + LABEL_PX)), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(LABEL_PX - 8)
    for row, (name, severity) in enumerate(ROWS.items()):
        top = row * (height + LABEL_PX)
        draw.text((4, top + 2), f"{name}: severity {severity:g}", "black", font)
        for column, face in enumerate(faces):
            shot = degrade(face, np.random.default_rng((seed, row, column)), severity, FACE_SIZE)
            page.paste(Image.fromarray(shot), (column * width, top + LABEL_PX))
    return page


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training camera-sheet``."""
    parser.add_argument("--faces", type=Path, metavar="CSV", help="faces to show (default: drawn demo cards)")
    parser.add_argument("--seed", type=int, default=0, help="of choice and degradations (default 0)")
    parser.add_argument("--out", type=Path, default=Path("out/camera.jpg"), metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Draw the sheet and print its path."""
    rng = np.random.default_rng(args.seed)
    if args.faces:
        rows = read_faces_csv(args.faces)
        faces = [read_picture(rows[i].path) for i in rng.choice(len(rows), min(ACROSS, len(rows)), replace=False)]
    else:
        cards = demo_cards()
        faces = [draw_card(cards[i], 344) for i in rng.choice(len(cards), min(ACROSS, len(cards)), replace=False)]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    camera_sheet(faces, args.seed).save(args.out, quality=85)
    print(args.out)
    return 0
