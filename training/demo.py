"""The demo: draw cards of our own, build artifacts from them, and let the real engine name them in a photo.

python -m training demo [--out DIR]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from engine import Engine, annotate, geometry
from engine.values import Card, Corners, Identification, Status
from training.demo_set import DemoPhoto, DemoSet, build_demo, demo_single_photo, demo_table_photo
from training.index_build import build_index

__all__ = ["DemoPhoto", "DemoSet", "build_demo", "demo_single_photo", "demo_table_photo", "main"]

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
    (out_dir / "photo.jpg").write_bytes(photo.jpeg)
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
