"""The demo set on disk and on tables: what tests and the demo feed to the engine."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
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
"""The default picture: all six colours and all four frames, on pale wood."""
SEVERITY = 0.2
"""A careful photo: the demo shows what people should do."""
TABLE_SIZE, SINGLE_SIZE, LARGE_SINGLE_SIZE = (1600, 1200), (1200, 1600), (3000, 4000)
"""Width and height in pixels of the photos."""
JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True)
class DemoSet:
    """The drawn faces on disk: the folder, the CSV that lists them, and how many there are."""

    folder: Path
    faces_csv: Path
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class DemoPhoto:
    """A drawn photo and the truth about it.

    Attributes:
        image: uint8 (H, W, 3).
        jpeg: the same as the bytes of a JPEG file.
        names: the cards' names, in reading order.
        quads: for each name: float32 (4, 2), photo pixels, clockwise from the card's own top left.
    """

    image: Rgb
    jpeg: bytes
    names: tuple[str, ...]
    quads: tuple[Corners, ...]


def build_demo(out_dir: Path) -> DemoSet:
    """Draw every demo card into ``out_dir`` (made where missing) and list the pictures in ``faces.csv``.

    The column ``scryfall_id`` stays empty: nobody but us knows these cards.
    """
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
    rng = np.random.default_rng(seed)
    return _photo(_hand(rng, count), rng, TABLE_SIZE, "wood")


def demo_single_photo(seed: int, size: tuple[int, int] = SINGLE_SIZE) -> DemoPhoto:
    """Return a photo of one demo card, of a width and height in pixels, on a table that depends on the seed."""
    rng = np.random.default_rng(seed)
    return _photo(_hand(rng, 1), rng, size, SURFACES[seed % len(SURFACES)])


def _hand(rng: np.random.Generator, count: int) -> list[DemoCard]:
    """Return different cards in random order: first one of each colour, then a second of each, and so on."""
    cards = demo_cards()
    if not 1 <= count <= len(cards):
        raise ValueError(f"the demo set has {len(cards)} cards; {count} can't be drawn")
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, DemoCard]] = []
    for i in rng.permutation(len(cards)):
        ranked.append((seen[cards[i].colour], cards[i]))
        seen[cards[i].colour] += 1
    return [card for _, card in sorted(ranked, key=lambda pair: pair[0])][:count]


def _photo(cards: Sequence[DemoCard], rng: np.random.Generator, size: tuple[int, int], table: Surface) -> DemoPhoto:
    faces = [draw_card(card) for card in cards]
    photo = photograph(faces, [card_mask()] * len(faces), rng, size=size, severity=SEVERITY, table=table)
    names = tuple(card.name for card in cards)
    return DemoPhoto(photo.image, to_jpeg(photo.image, JPEG_QUALITY), names, photo.quads)
