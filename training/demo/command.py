"""The demo: draw cards, build artifacts from them, and let the engine name them: ``python -m training demo``."""

from __future__ import annotations

import argparse
import contextlib
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
from training.scene.demo_set import DemoPhoto, build_demo, demo_single_photo, demo_table_photo

PHOTOS_CSV = "photos.csv"
SINGLE_SEED, COVERED_SEED, UNFOCUSED_SEED = 4, 3, 6
"""Seeds of the photos of a single card, a covered one and an unfocused one."""
SAME_PLACE = 0.5
"""Intersection over union from which a found card is the drawn one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training demo``."""
    parser.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR", help="where pictures go")


def run(args: argparse.Namespace) -> int:
    """Run the demo and print the engine's answers and the annotated picture's path; exit code 1 if any is wrong."""
    print(f"Drawing invented cards and building artifacts from them in {args.out} ...")
    demo = build_demo(args.out)
    build_index([demo.faces_csv], args.out / "artifacts")
    photo = demo_table_photo()
    write_photos({"photo.jpg": photo, **more_photos()}, args.out)
    with contextlib.closing(Engine.open(args.out / "artifacts")) as engine:
        result = engine.identify(photo.jpeg)
    wrong = report(photo, result)
    annotated = args.out / "annotated.jpg"
    annotated.write_bytes(annotate(photo.jpeg, result))
    print("(These cards are invented, so Scryfall has no pages for them.)")
    if wrong:
        print(f"NOT identified correctly: {', '.join(wrong)}")
    print(annotated)
    return 1 if wrong else 0


def more_photos() -> dict[str, DemoPhoto]:
    """Return photos of single cards by their file names: a good one, and two too hard for the engine."""
    return {
        "single.jpg": demo_single_photo(SINGLE_SEED),
        "covered.jpg": demo_covered_photo(COVERED_SEED),
        "unfocused.jpg": demo_unfocused_photo(UNFOCUSED_SEED),
    }


def write_photos(photos: Mapping[str, DemoPhoto], out_dir: Path) -> None:
    """Write photos to their file names, and the names of their cards to ``photos.csv``."""
    with (out_dir / PHOTOS_CSV).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(NEEDED_COLUMNS)
        for name, photo in photos.items():
            (out_dir / name).write_bytes(photo.jpeg)
            writer.writerow((name, len(photo.names), "|".join(photo.names)))


def report(photo: DemoPhoto, result: Identification) -> list[str]:
    """Print a line for each card of the photo and return the names of those not identified correctly."""
    wrong = []
    for truth, quad in zip(photo.names, photo.quads, strict=True):
        card = find_card(quad, result)
        if card is None or card.status is not Status.IDENTIFIED or card.name != truth:
            wrong.append(truth)
        print(describe(truth, card))
    return wrong


def find_card(quad: Corners, result: Identification) -> Card | None:
    """Return the found card at ``quad`` (float32 (4, 2), photo pixels), or None."""
    overlaps = [(geometry.iou(quad, np.array(card.corners, np.float32)), card) for card in result.cards]
    best = max(overlaps, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= SAME_PLACE else None


def describe(truth: str, card: Card | None) -> str:
    """Return a line about a card: name, confidence, Scryfall's page, and the true name if it is another."""
    if card is None:
        return f"{'(not found)':<26}       {truth}"
    note = "" if card.name == truth else f"  (drawn: {truth})"
    doubt = "" if card.status is Status.IDENTIFIED else f"  [{card.status}]"
    return f"{card.name or '(unknown)':<26} {card.confidence:>5.1%}  {card.scryfall_uri or '-'}{doubt}{note}"
