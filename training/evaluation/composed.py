"""Measure the engine on composed photos: ``python -m training evaluate-composed --faces FACES.csv``.

By condition, on cards whose names were used neither for training the picture network nor for fitting the judge; and on
the open set: cards removed from index and catalogue, fan-made and other games' cards, and places without cards, each
in a photo of its own, where any name is wrong. Each row is printed and written as soon as it is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.values import Rgb
from engine.pipeline.recogniser import Recogniser
from training.calibration.card_splits import CardSplit, build_recogniser, read_real_cards
from training.calibration.photos import compose_photo
from training.data.photo_labels import Label, LabelledPhoto
from training.evaluation.open_set import (
    OPEN_SET,
    SEED,
    OpenSetResult,
    identify,
    measure_open_set,
    open_set_table,
    progress,
)
from training.scene.recipes import CONDITIONS, condition
from training.scene.stock import read_places
from training.scoring.matching import Outcome
from training.scoring.metrics import measure
from training.scoring.results import Metrics
from training.scoring.tables import Table, decimal, percent

MIN_VISIBLE = 1 / 7
"""Visible share from which a card should be named: a title and a little more."""
CONDITION = "conditions"
PARTS = (CONDITION, *OPEN_SET)
"""The parts of the measurement, as the command line calls them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-composed``."""
    parser.add_argument("--faces", type=Path, required=True, metavar="CSV", help="real card faces and their names")
    parser.add_argument("--fan-made", type=Path, metavar="CSV", help="fan-made faces")
    parser.add_argument("--other", type=Path, metavar="CSV", help="other games' faces")
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose (default: shipped)")
    parser.add_argument("--each", type=int, default=60, metavar="N", help="photos of each condition (default 60)")
    open_set_help = "most photos of each kind of the open set (default 1000)"
    parser.add_argument("--open-set", type=int, default=1000, metavar="N", help=open_set_help)
    only_help = f"measure only: {', '.join(PARTS)}"
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=only_help)
    parser.add_argument("--out", type=Path, default=Path("out/composed"), metavar="DIR", help="where figures go")


def run(args: argparse.Namespace) -> int:
    """Measure, print and write."""
    args.out.mkdir(parents=True, exist_ok=True)
    conditions: dict[str, Metrics] = {}
    kinds: dict[str, OpenSetResult] = {}
    artifacts, places = open_artifacts(args.artifacts), read_places(args.places)
    with contextlib.closing(Catalogue.open(artifacts.catalogue)) as catalogue:
        recogniser = build_recogniser(artifacts, catalogue)
        for name, metrics in measure_conditions(recogniser, args, places):
            conditions[name] = metrics
            _report(args.out, conditions, kinds, condition_table(conditions))
        for kind, result in measure_open_set(artifacts, catalogue, recogniser, args, places):
            kinds[kind] = result
            _report(args.out, conditions, kinds, open_set_table(kinds))
    return 0


def _report(out: Path, conditions: Mapping[str, Metrics], kinds: Mapping[str, OpenSetResult], table: Table) -> None:
    """Write all figures so far and print the table's last row, after the table's head if it is the first row."""
    document = {
        "composed": {name: metrics.to_dict() for name, metrics in conditions.items()},
        "open set": {str(kind): asdict(result) for kind, result in kinds.items()},
    }
    (out / "figures.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    lines = table.to_markdown().splitlines()
    print("\n".join(["", *lines] if len(table.rows) == 1 else lines[-1:]), flush=True)


def measure_conditions(
    recogniser: Recogniser, args: argparse.Namespace, places: Sequence[Rgb]
) -> Iterator[tuple[str, Metrics]]:
    """Yield the figures of each condition."""
    if CONDITION not in args.only:
        return
    cards = read_real_cards(args.faces, fitting=False, split=lambda _: CardSplit.PICTURED)
    for at, name in enumerate(CONDITIONS):
        dice = [np.random.default_rng((SEED, at, i)) for i in range(args.each)]
        photos = (compose_photo(cards, places, condition(name, rng), rng, MIN_VISIBLE) for rng in dice)
        outcomes = []
        for photo in progress(photos, desc=name, total=args.each):
            labels = tuple(Label(card.name, None, "en") for card in photo.cards if card is not None)
            outcomes.append(Outcome(LabelledPhoto("", Path(), len(labels), labels), identify(recogniser, photo.image)))
        yield name, measure(outcomes)


def condition_table(figures: Mapping[str, Metrics]) -> Table:
    """Return the figures by condition."""
    rows = tuple(
        (
            name, f"{m.labels} / {m.photos}", percent(m.recall), percent(m.precision), percent(m.identified_recall),
            f"{m.identified_precision.hits} / {m.identified_precision.of}", decimal(m.calibration_error),
        )
        for name, m in figures.items()
    )  # fmt: skip
    columns = ("condition", "cards / photos", "named", "names that are right", "as identified", "identified and right",
               "calibration error")  # fmt: skip
    return Table("composed photos", columns, rows)
