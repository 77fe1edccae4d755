"""Measure the plate finder on real photos: ``python -m training evaluate-plates``."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from engine.core import geometry
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Plate
from engine.detection.plates import PlateFinder
from engine.image.photo import open_photo
from training.data.errors import CommandError
from training.scoring.tables import Table

SAME_COVERED = 0.5
"""Share of a labelled title that a plate must cover to have found it."""


@dataclass(slots=True)
class PlateFigures:
    """Counts over photos: labelled titles, those found, and other plates."""

    photos: int = 0
    titles: int = 0
    found: int = 0
    others: int = 0

    def add(self, plates: Sequence[Plate], titles: Sequence[Corners]) -> None:
        """Count one photo; ``titles`` are the corners of its labels."""
        matched = set[int]()
        self.photos += 1
        self.titles += len(titles)
        for title in titles:
            covered = [geometry.coverage(title, plate.title) for plate in plates]
            best = int(np.argmax(covered)) if covered else -1
            if best >= 0 and covered[best] >= SAME_COVERED:
                matched.add(best)
                self.found += 1
        self.others += len(plates) - len(matched)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-plates``."""
    parser.add_argument("--boxes", type=Path, metavar="JSON", help="photos of cards with the corners of their titles")
    parser.add_argument("--without", type=Path, metavar="CSV", help="photos without a Magic card: column file")
    parser.add_argument(
        "--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose finder (default: shipped)"
    )


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    if not (args.boxes or args.without):
        raise CommandError("evaluate-plates needs --boxes, --without or both")
    finder = PlateFinder(open_artifacts(args.artifacts).plates)
    rows = []
    for name, photos in (("labelled", _labelled(args.boxes)), ("without a Magic card", _without(args.without))):
        figures = PlateFigures()
        for path, titles in tqdm(list(photos), desc=name, unit="photo", file=sys.stderr):
            figures.add(finder.find(open_photo(path), Stopwatch()), titles)
        if figures.photos:
            found = f"{figures.found} of {figures.titles}"
            rows.append((name, str(figures.photos), found, f"{figures.others / figures.photos:.2f}"))
    columns = ("photos", "count", "titles found", "other plates a photo")
    print(Table("Name plates", columns, tuple(rows)).to_text())
    return 0


def _labelled(path: Path | None) -> Iterator[tuple[Path, list[Corners]]]:
    """Yield each photo and the corners of its titles."""
    if path:
        for photo in json.loads(path.read_text(encoding="utf-8")):
            quads = (np.array(title["quad"], np.float32).reshape(4, 2) for title in photo["titles"])
            yield path.parent / photo["file"], list(quads)


def _without(path: Path | None) -> Iterator[tuple[Path, list[Corners]]]:
    if path:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                yield path.parent / row["file"], []
