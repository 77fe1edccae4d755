"""The demo set as files and as photos, for tests and the demo."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from engine.core.values import Corners, Rgb
from training.camera.optics import to_jpeg
from training.camera.surfaces import SURFACES, Surface
from training.camera.tabletop import photograph
from training.data.face_list import COLUMNS
from training.drawing.card_data import DEMO_SET
from training.drawing.cards import DemoCard, card_mask, demo_cards, draw_card

FACES_CSV = "faces.csv"
TABLE_SEED = 2
"""Shows all six colours and all four frames on pale wood."""
SEVERITY = 0.2
"""A careful photo, as people should take them."""
TABLE_SIZE, SINGLE_SIZE, LARGE_SINGLE_SIZE = (1600, 1200), (1200, 1600), (3000, 4000)
"""Width and height of the photos, pixels."""
JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True)
class DemoSet:
    """The drawn faces as files: their folder, the CSV that lists them, and their number."""

    folder: Path
    faces_csv: Path
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class DemoPhoto:
    """A drawn photo and its cards.

    Attributes:
        image: uint8 (H, W, 3).
        jpeg: the same as a JPEG file.
        names: the cards' names, in reading order.
        quads: of each card: float32 (4, 2), photo pixels, clockwise from the card's own top left.
    """

    image: Rgb
    jpeg: bytes
    names: tuple[str, ...]
    quads: tuple[Corners, ...]


def build_demo(out_dir: Path) -> DemoSet:
    """Draw all demo cards into ``out_dir``, which is created if missing, and list them in ``faces.csv``."""
    folder = out_dir / "faces"
    folder.mkdir(parents=True, exist_ok=True)
    cards = demo_cards()
    faces_csv = out_dir / FACES_CSV
    with faces_csv.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for card in cards:
            picture = folder / f"{int(card.collector_number):03d}.png"
            Image.fromarray(draw_card(card)).save(picture)
            name = picture.relative_to(out_dir).as_posix()
            writer.writerow((name, card.name, 0, DEMO_SET, card.collector_number, ""))
    return DemoSet(out_dir, faces_csv, len(cards))


def demo_table_photo(seed: int = TABLE_SEED, count: int = 6) -> DemoPhoto:
    """Return a photo of ``count`` (1..28) different demo cards on a wooden table, of as many colours as possible."""
    return _photograph(count, np.random.default_rng(seed), TABLE_SIZE, "wood")


def demo_single_photo(seed: int, size: tuple[int, int] = SINGLE_SIZE) -> DemoPhoto:
    """Return a photo of one demo card, of a width and height in pixels, on a table that depends on the seed."""
    return _photograph(1, np.random.default_rng(seed), size, SURFACES[seed % len(SURFACES)])


def _photograph(count: int, rng: np.random.Generator, size: tuple[int, int], table: Surface) -> DemoPhoto:
    """Take a photo of different cards in random order: first one of each colour, then a second of each, and so on."""
    cards = demo_cards()
    if not 1 <= count <= len(cards):
        raise ValueError(f"the demo set has {len(cards)} cards; can't show {count}")
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, DemoCard]] = []
    for i in rng.permutation(len(cards)):
        ranked.append((seen[cards[i].colour], cards[i]))
        seen[cards[i].colour] += 1
    chosen = [card for _, card in sorted(ranked, key=lambda pair: pair[0])][:count]
    faces = [draw_card(card) for card in chosen]
    photo = photograph(faces, [card_mask()] * count, rng, size=size, severity=SEVERITY, table=table)
    names = tuple(card.name for card in chosen)
    return DemoPhoto(photo.image, to_jpeg(photo.image, JPEG_QUALITY), names, photo.quads)
