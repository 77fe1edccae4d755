"""Draw composed photos with their quads, a row for each condition: ``python -m training scene-sheet``."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.data.face_pack import read_packs
from training.detector.targets import MIN_VISIBLE
from training.drawing.cards import demo_cards, draw_card
from training.scene.photo import ScenePhoto, compose
from training.scene.pieces import draw_card_back
from training.scene.places import draw_places
from training.scene.recipes import CONDITIONS, condition, random_recipe
from training.scene.stock import Stock, open_stock, read_places

ACROSS = 6
SIZE = 256, 192
"""Width and height of a photo on the sheet, pixels."""
LABEL_PX = 22
FACE_PX = 256
MAGIC, OTHER, TOP = (40, 220, 90), (240, 60, 50), (255, 0, 255)
"""Colours of the outline of a Magic card, of another card, and of a card's top edge."""
RANDOM = "as in training"


def demo_stock() -> Stock:
    """Return the drawn demo cards on drawn places."""
    faces = [draw_card(card, FACE_PX) for card in demo_cards()]
    backs = [draw_card_back(np.random.default_rng(i), FACE_PX) for i in range(4)]
    return Stock(faces, backs, draw_places(14, 0))


def draw_sheet(stock: Stock, seed: int) -> Image.Image:
    """Return a picture with a row of photos for each of :data:`CONDITIONS`, and two of random ones."""
    rows = [*CONDITIONS, RANDOM, RANDOM]
    width, height = SIZE
    page = Image.new("RGB", (ACROSS * width, len(rows) * (height + LABEL_PX)), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(LABEL_PX - 6)
    for row, name in enumerate(rows):
        top = row * (height + LABEL_PX)
        pen.text((4, top + 1), name, "black", font)
        for column in range(ACROSS):
            rng = np.random.default_rng((seed, row, column))
            recipe = random_recipe(rng) if name == RANDOM else condition(name, rng)
            page.paste(draw_outlines(compose(stock, recipe, rng, SIZE)), (column * width, top + LABEL_PX))
    return page


def draw_outlines(photo: ScenePhoto) -> Image.Image:
    """Return the photo with the outlines of the cards that a detector should find."""
    picture = Image.fromarray(photo.image)
    pen = ImageDraw.Draw(picture)
    for card in photo.cards:
        if card.visible >= MIN_VISIBLE:
            points = [(float(x), float(y)) for x, y in card.corners]
            pen.line([*points, points[0]], MAGIC if card.magic else OTHER)
            pen.line(points[:2], TOP)
    return picture


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training scene-sheet``."""
    parser.add_argument("--pack", type=Path, action="append", metavar="FILE", help="faces (default: drawn demo cards)")
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--seed", type=int, default=0, help="of all randomness (default 0)")
    parser.add_argument("--out", type=Path, default=Path("out/scenes.jpg"), metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Draw the sheet and print its path."""
    args.out.parent.mkdir(parents=True, exist_ok=True)
    stock = open_stock(read_packs(args.pack), read_places(args.places), held_out=False) if args.pack else demo_stock()
    draw_sheet(stock, args.seed).save(args.out, quality=85)
    print(args.out)
    return 0
