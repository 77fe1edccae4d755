"""Fit the judge: ``python -m training calibrate --faces FACES.csv``.

Composes photos of cards that the engine knows, half knows and can't know, lets it look, and fits the probability that
a name is right to what came up. Half of all names are fitted on, the other half is measured on.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from tqdm import tqdm

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import JUDGE, SHIPPED, open_artifacts, write_manifest
from engine.core.atomic_write import write_atomically
from engine.core.errors import EngineError
from engine.core.values import Rgb
from engine.ranking.calibration import Calibration
from training.calibration.card_splits import (
    Actor,
    Knowledge,
    Known,
    held_out_names,
    real_actors,
    recogniser_of,
    strange_actors,
)
from training.calibration.examples import Collector, Record
from training.calibration.fit import fit, scored
from training.calibration.photos import StagedPhoto, of_kind, staged
from training.calibration.plots import draw
from training.data.face_list import FacesCsvError, read_faces_csv
from training.scene.recipes import CONDITIONS, condition, random_recipe
from training.scene.stock import read_places
from training.scoring.metrics import calibration_error, reliability

SHARES = {Known.PICTURED: 0.36, Known.TITLED: 0.34, Known.REMOVED: 0.1, Known.FAN_MADE: 0.1, Known.OTHER_GAME: 0.1}
"""How many photos are of whom; with a photo comes one kind alone."""
HARD = 0.4
"""Share of photos of any kind; the others show one card as people mostly photograph it."""
EASY = [name for name, recipe in CONDITIONS.items() if recipe.layout == "single"]
RECORDS, PLOT = "records.jsonl", "calibration.png"


@dataclass(frozen=True, slots=True, eq=False)
class Staging:
    """What photos are composed of: who appears, and where."""

    actors: tuple[Actor, ...]
    places: tuple[Rgb, ...]

    def photos(self, count: int, seed: int) -> Iterator[StagedPhoto]:
        """Yield so many photos; equal seeds give equal photos."""
        kinds = [kind for kind in SHARES if of_kind(self.actors, kind)]
        shares = np.array([SHARES[kind] for kind in kinds])
        for number in tqdm(range(count), desc="photos", unit="photo", file=sys.stderr):
            rng = np.random.default_rng((seed, number))
            kind = kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]
            recipe = random_recipe(rng) if rng.uniform() < HARD else condition(EASY[int(rng.integers(len(EASY)))], rng)
            yield staged(of_kind(self.actors, kind), self.places, recipe, rng)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training calibrate``."""
    parser.add_argument("--faces", type=Path, required=True, metavar="CSV", help="real card faces and their names")
    parser.add_argument("--fan-made", type=Path, metavar="CSV", help="fan-made faces")
    parser.add_argument("--other", type=Path, metavar="CSV", help="other games' faces")
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose judge (default: shipped)")
    parser.add_argument("--photos", type=int, default=800, metavar="N", help="to fit on (default 800)")
    parser.add_argument("--measured", type=int, default=400, metavar="N", help="photos to measure on (default 400)")
    parser.add_argument("--out", type=Path, default=Path("out/calibration"), metavar="DIR", help="where files go")
    parser.add_argument("--install", action="store_true", help="put the judge into the artifact folder")


def run(args: argparse.Namespace) -> int:
    """Fit, measure, write; exit code 2 where a file can't be used."""
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        artifacts = open_artifacts(args.artifacts)
        with contextlib.closing(Catalogue.open(artifacts.catalogue)) as catalogue:
            knows = Knowledge(catalogue, held_out_names(read_faces_csv(args.faces)))
            collect = Collector(recogniser_of(artifacts, catalogue, knows), catalogue)
            fitted_on = collected(args, collect, catalogue, fitting=True)
            judge = fit(fitted_on, {"photos": args.photos, "date": datetime.now(UTC).date().isoformat()})
            measured_on = collected(args, collect, catalogue, fitting=False)
    except (OSError, FacesCsvError, EngineError, ValueError) as error:
        print(f"calibrate: {error}", file=sys.stderr)
        return 2
    judge.save(args.out / JUDGE)
    figures = {"fitted": scored(fitted_on, judge), "measured": scored(measured_on, judge)}
    draw(figures, args.out / PLOT)
    print(json.dumps(asdict(judge), indent=1))
    for name, answers in figures.items():
        print(told(name, answers, judge))
    if args.install:
        install(args.out / JUDGE, args.artifacts)
    return 0


def collected(args: argparse.Namespace, collect: Collector, catalogue: Catalogue, *, fitting: bool) -> list[Record]:
    """Return the records of one half's photos, and keep them as a file."""
    count, seed = args.photos if fitting else args.measured, int(fitting)
    records = list(collect(_staging(args, catalogue, fitting=fitting).photos(count, seed)))
    lines = (json.dumps(asdict(record)) for record in records)
    (args.out / f"{'fitted' if fitting else 'measured'}-{RECORDS}").write_text("\n".join(lines), encoding="utf-8")
    return records


def _staging(args: argparse.Namespace, catalogue: Catalogue, *, fitting: bool) -> Staging:
    def is_title(text: str) -> bool:
        return catalogue.find(text) is not None

    actors = real_actors(args.faces, fitting=fitting)
    for table, known in ((args.fan_made, Known.FAN_MADE), (args.other, Known.OTHER_GAME)):
        actors += strange_actors(table, known, fitting=fitting, is_title=is_title) if table else []
    places = read_places(args.places)
    return Staging(tuple(actors), tuple(places[int(fitting) :: 2]))


def told(name: str, answers: Sequence[tuple[float, bool]], judge: Calibration) -> str:
    """Return a line of figures on some answers."""
    error = calibration_error(reliability(answers))
    sure = [right for confidence, right in answers if confidence >= judge.identified_from]
    right = sum(right for _, right in answers)
    return (
        f"{name}: {len(answers)} cards with a name, {right} right, calibration error {error or 0:.3f}; "
        f"at {judge.identified_from:.3f} and more: {sum(sure)} of {len(sure)} right"
    )


def install(judge: Path, folder: Path) -> None:
    """Put a judge into an artifact folder, and note it in the manifest; the file is swapped in whole."""
    facts = {k: v for k, v in open_artifacts(folder).manifest.items() if k not in ("format", "files")}
    with write_atomically(folder / JUDGE) as part:
        shutil.copyfile(judge, part)
    write_manifest(folder, facts)
