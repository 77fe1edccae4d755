"""Measure the engine on composed photos: ``python -m training evaluate-composed --faces FACES.csv``.

By condition, on cards whose names neither the picture network was trained nor the judge was fitted on; and on the open
set: cards taken out of index and catalogue, fan-made and other games' cards, and places without cards, each in a photo
of its own, none of which may get a name. Each row is printed and kept as soon as it is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.errors import EngineError
from engine.core.values import Rgb
from engine.pipeline.recogniser import Recogniser
from training.calibration.card_splits import Known, real_actors, recogniser_of
from training.calibration.photos import StagedPhoto, staged
from training.data.face_list import FacesCsvError
from training.data.photo_labels import Label, LabelledPhoto
from training.evaluation.open_set import OPEN_SET, SEED, Answered, identify, open_set, open_set_table, watched
from training.scene.recipes import CONDITIONS, condition
from training.scene.stock import read_places
from training.scoring.matching import Outcome
from training.scoring.metrics import measure
from training.scoring.results import Metrics
from training.scoring.tables import Table, number, share

LEAST_VISIBLE = 1 / 7
"""Share of a card from which it is to be named: a title and a little more."""
CONDITION = "conditions"
PARTS = (CONDITION, *OPEN_SET)
"""What can be measured by itself, as it is called on the command line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-composed``."""
    parser.add_argument("--faces", type=Path, required=True, metavar="CSV", help="real card faces and their names")
    parser.add_argument("--fan-made", type=Path, metavar="CSV", help="fan-made faces")
    parser.add_argument("--other", type=Path, metavar="CSV", help="other games' faces")
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose (default: shipped)")
    parser.add_argument("--each", type=int, default=60, metavar="N", help="photos of each condition (default 60)")
    parser.add_argument(
        "--open-set", type=int, default=1000, metavar="N", help="most photos of each kind that can't be known"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=PARTS,
        default=PARTS,
        metavar="PART",
        help=f"measure only: {', '.join(PARTS)}",
    )
    parser.add_argument("--out", type=Path, default=Path("out/composed"), metavar="DIR", help="where figures go")


def run(args: argparse.Namespace) -> int:
    """Measure, print and write; exit code 2 where a file can't be used."""
    args.out.mkdir(parents=True, exist_ok=True)
    known: dict[str, Metrics] = {}
    strange: dict[str, Answered] = {}
    try:
        artifacts, places = open_artifacts(args.artifacts), read_places(args.places)
        with contextlib.closing(Catalogue.open(artifacts.catalogue)) as catalogue:
            recogniser = recogniser_of(artifacts, catalogue)
            for name, metrics in by_condition(recogniser, args, places):
                known[name] = metrics
                _told(args.out, known, strange, condition_table(known))
            for kind, answered in open_set(artifacts, catalogue, recogniser, args, places):
                strange[kind] = answered
                _told(args.out, known, strange, open_set_table(strange))
    except (OSError, FacesCsvError, EngineError, ValueError) as error:
        print(f"evaluate-composed: {error}", file=sys.stderr)
        return 2
    return 0


def _told(out: Path, known: Mapping[str, Metrics], strange: Mapping[str, Answered], table: Table) -> None:
    """Write all figures there are, and print the table's last row, or a table that begins with its head."""
    (out / "figures.json").write_text(json.dumps(_document(known, strange), indent=1) + "\n", encoding="utf-8")
    lines = table.to_markdown().splitlines()
    print("\n".join(["", *lines] if len(table.rows) == 1 else lines[-1:]), flush=True)


def by_condition(
    recogniser: Recogniser, args: argparse.Namespace, places: Sequence[Rgb]
) -> Iterator[tuple[str, Metrics]]:
    """Yield each condition's figures."""
    if CONDITION not in args.only:
        return
    actors = real_actors(args.faces, fitting=False, known=lambda _: Known.PICTURED)
    for kind, name in enumerate(CONDITIONS):
        dice = [np.random.default_rng((SEED, kind, i)) for i in range(args.each)]
        photos = (staged(actors, places, condition(name, rng), rng, LEAST_VISIBLE) for rng in dice)
        yield name, measure([_outcome(recogniser, photo) for photo in watched(photos, args.each, name)])


def _outcome(recogniser: Recogniser, photo: StagedPhoto) -> Outcome:
    labels = tuple(Label(actor.name, None, "en") for actor in photo.actors if actor is not None)
    labelled = LabelledPhoto("", Path(), len(labels), labels)
    return Outcome(labelled, identify(recogniser, photo.image))


def condition_table(figures: Mapping[str, Metrics]) -> Table:
    """Return the figures by condition."""
    rows = tuple(
        (
            name, f"{m.labels} / {m.photos}", share(m.recall), share(m.precision), share(m.identified_recall),
            f"{m.identified_precision.hits} / {m.identified_precision.of}", number(m.calibration_error),
        )
        for name, m in figures.items()
    )  # fmt: skip
    columns = ("condition", "cards / photos", "named", "names that are right", "as identified", "identified and right",
               "calibration error")  # fmt: skip
    return Table("composed photos", columns, rows)


def _document(known: Mapping[str, Metrics], strange: Mapping[str, Answered]) -> dict[str, Any]:
    return {
        "composed": {name: metrics.to_dict() for name, metrics in known.items()},
        "open set": {str(kind): asdict(answered) for kind, answered in strange.items()},
    }
