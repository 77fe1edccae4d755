"""The demo: draw cards of our own, build artifacts from them, and let the real engine name them in a photo.

python -m training demo [--out DIR]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine import Engine, annotate
from engine.core import geometry
from engine.core.values import Card, Corners, Identification, Status
from training.data.photo_labels import NEEDED_COLUMNS
from training.demo.hard_photos import demo_covered_photo, demo_unfocused_photo
from training.release.index import build_index
from training.scene.demo_set import DemoPhoto, DemoSet, build_demo, demo_single_photo, demo_table_photo

__all__ = ["DemoPhoto", "DemoSet", "build_demo", "demo_single_photo", "demo_table_photo", "main"]

PHOTOS_CSV, NAMES_APART = "photos.csv", "|"
"""What the photos show, as ``photo_labels.py`` reads it."""
SINGLE_SEED, COVERED_SEED, UNFOCUSED_SEED = 4, 3, 6
"""Three cards that the table's photo doesn't show."""
SAME_PLACE = 0.5
"""Intersection over union above which a found card is the drawn one."""


def main(out_dir: Path) -> int:
    """Run the demo into ``out_dir`` and print what the engine says; the annotated picture's path comes last.

    Returns:
        0 where every card was identified with its right name, else 1.
    """
    print(f"Drawing invented cards and building artifacts from them in {out_dir} ...")
    demo = build_demo(out_dir)
    artifacts = out_dir / "artifacts"
    build_index([demo.faces_csv], artifacts)
    photo = demo_table_photo()
    write_photos({"photo.jpg": photo, **more_photos()}, out_dir)
    engine = Engine.open(artifacts)
    try:
        result = engine.identify(photo.jpeg)
    finally:
        engine.close()
    wrong = report(photo, result)
    annotated = out_dir / "annotated.jpg"
    annotated.write_bytes(annotate(photo.jpeg, result))
    print("(These cards are invented: Scryfall's pages will not know them.)")
    if wrong:
        print(f"NOT identified right: {', '.join(wrong)}")
    print(annotated)
    return 1 if wrong else 0


def more_photos() -> dict[str, DemoPhoto]:
    """Return photos of single cards by their file names: a good one, and two that no bot could be sure of."""
    return {
        "single.jpg": demo_single_photo(SINGLE_SEED),
        "covered.jpg": demo_covered_photo(COVERED_SEED),
        "unfocused.jpg": demo_unfocused_photo(UNFOCUSED_SEED),
    }


def write_photos(photos: Mapping[str, DemoPhoto], out_dir: Path) -> None:
    """Write photos by their file names, and what they show into ``photos.csv``."""
    with (out_dir / PHOTOS_CSV).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(NEEDED_COLUMNS)
        for name, photo in photos.items():
            (out_dir / name).write_bytes(photo.jpeg)
            writer.writerow((name, len(photo.names), NAMES_APART.join(photo.names)))


def report(photo: DemoPhoto, result: Identification) -> list[str]:
    """Print a line for each card of the photo and return the names of those not identified right."""
    wrong = []
    for truth, quad in zip(photo.names, photo.quads, strict=True):
        card = found_at(quad, result)
        if card is None or card.status is not Status.IDENTIFIED or card.name != truth:
            wrong.append(truth)
        print(line_of(truth, card))
    return wrong


def found_at(quad: Corners, result: Identification) -> Card | None:
    """Return the found card that lies where ``quad`` (float32 (4, 2), photo pixels) does, or None."""
    overlaps = [(geometry.iou(quad, np.array(card.corners, np.float32)), card) for card in result.cards]
    best = max(overlaps, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= SAME_PLACE else None


def line_of(truth: str, card: Card | None) -> str:
    """Return what is printed for a card: name, confidence, Scryfall's page; and the truth where it differs."""
    if card is None:
        return f"{'(not found)':<26}       {truth}"
    note = "" if card.name == truth else f"  (drawn: {truth})"
    doubt = "" if card.status is Status.IDENTIFIED else f"  [{card.status}]"
    return f"{card.name or '(unknown)':<26} {card.confidence:>5.1%}  {card.scryfall_uri or '-'}{doubt}{note}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training demo``."""
    parser.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR", help="where pictures go")


def run(args: argparse.Namespace) -> int:
    """Run the demo as the options say."""
    return main(args.out)
