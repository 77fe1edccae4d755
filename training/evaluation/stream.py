"""Measure the engine on crops of streams, each around one tiny card: ``python -m training evaluate-stream``.

Of such cards only the picture can tell the name, so those whose very picture has a scan are counted apart. Which ones
those are somebody has to look up: illustrations of one name differ.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine import Card, Engine, Identification, Status
from training.data.errors import CommandError
from training.scoring.matching import is_given, same_card
from training.scoring.results import Rate
from training.scoring.tables import Table, percent
from training.scoring.timing import timed

COLUMNS = (
    "crops",
    "named",
    "named rightly as identified",
    "named wrongly",
    "wrongly as identified",
    "ms p50",
    "ms p95",
)


@dataclass(frozen=True, slots=True)
class Crop:
    """A crop and the name of the card in its middle."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class CropOutcome:
    """What the engine said of the middle card of a crop, None if it found none there, and how long it took."""

    crop: Crop
    card: Card | None
    ms: float

    @property
    def is_right(self) -> bool:
        """Whether it has the right name."""
        card = self.card
        return card is not None and is_given(card) and same_card(self.crop.name, card.name or "")

    @property
    def is_wrong(self) -> bool:
        """Whether it has a wrong name."""
        return self.card is not None and is_given(self.card) and not self.is_right

    @property
    def is_identified(self) -> bool:
        """Whether it is said to be certain."""
        return self.card is not None and self.card.status is Status.IDENTIFIED


def read_crops(path: Path) -> list[Crop]:
    """Return the crops of a list with the columns ``file`` and ``centre_name``; raises CommandError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return [Crop(path.parent / row["file"], row["centre_name"]) for row in csv.DictReader(lines)]
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} can't be read as a CSV with the columns file, centre_name: {error}") from error


def middle_card(found: Identification) -> Card | None:
    """Return the card that holds the middle of the photo, the one with its own middle nearest to it; None without."""
    middle = np.array([found.width, found.height]) / 2

    def distance(card: Card) -> float:
        return float(np.linalg.norm(np.mean(card.corners, axis=0) - middle))

    def reach(card: Card) -> float:
        return float(np.linalg.norm(np.array(card.corners[2]) - np.array(card.corners[0]))) / 2

    return min((card for card in found.cards if distance(card) <= reach(card)), key=distance, default=None)


def table(outcomes: Iterable[CropOutcome], scanned: Collection[str]) -> Table:
    """Return the figures of all crops, and of those whose file's stem is among ``scanned``."""
    listed = list(outcomes)
    groups = {"all": listed, "whose very picture has a scan": [o for o in listed if o.crop.path.stem in scanned]}
    rows = []
    for name, group in groups.items():
        if not group:
            continue
        counts = [
            Rate(sum(one.is_right for one in group), len(group)),
            Rate(sum(one.is_right and one.is_identified for one in group), len(group)),
        ]
        wrong = [sum(one.is_wrong for one in group), sum(one.is_wrong and one.is_identified for one in group)]
        times = np.percentile([one.ms for one in group], (50, 95))
        rows.append((f"{name}: {len(group)}", *map(percent, counts), *map(str, wrong), *(f"{ms:.0f}" for ms in times)))
    return Table("streams", COLUMNS, tuple(rows))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training evaluate-stream``."""
    parser.add_argument("--crops", type=Path, required=True, metavar="CSV", help="list of crops: file, centre_name")
    scanned = "stems of the crops whose very picture is in the index, separated by commas"
    parser.add_argument("--scanned", default="", metavar="STEM,...", help=scanned)
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: the one shipped)")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    crops = read_crops(args.crops)
    with closing(Engine.open(args.artifacts)) as engine:
        for crop in crops[:1]:
            engine.identify(crop.path)  # models warm up with their first picture
        found = [(crop, *timed(engine.identify, crop.path)) for crop in crops]
    outcomes = [CropOutcome(crop, middle_card(result), ms) for crop, result, ms in found]
    print(table(outcomes, args.scanned.split(",")).to_markdown())
    return 0
