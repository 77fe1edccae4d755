"""Fit the judge: ``python -m training calibrate --faces FACES.csv``.

Composes photos of cards that the engine knows fully, partly or not at all, runs the recogniser on them, and fits the
probability that a candidate name is right. One half of the names is for fitting, the other for measuring.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import numpy as np
from tqdm import tqdm

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import JUDGE, SHIPPED, open_artifacts, write_manifest
from engine.core.atomic_write import write_atomically
from engine.core.values import Rgb
from engine.pipeline.recogniser import Recogniser
from engine.ranking.calibration import Calibration
from training.calibration.card_splits import (
    CalibrationCard,
    CardSplit,
    SplitFilter,
    build_recogniser,
    read_real_cards,
    read_unknown_cards,
)
from training.calibration.examples import Example, collect_examples
from training.calibration.fit import fit, score_top_names
from training.calibration.photos import CalibrationPhoto, compose_photo
from training.calibration.plots import draw_plots
from training.data.face_list import iterate_faces_csv
from training.data.face_pack import is_held_out
from training.scene.recipes import CONDITIONS, condition, random_recipe, random_stack
from training.scene.stock import read_places
from training.scoring.metrics import calibration_error, reliability

SPLIT_SHARES = {
    CardSplit.PICTURED: 0.36,
    CardSplit.TITLED: 0.34,
    CardSplit.REMOVED: 0.1,
    CardSplit.FAN_MADE: 0.1,
    CardSplit.OTHER_GAME: 0.1,
}
"""Share of each split among the photos; all cards of a photo are of one split."""
STACK_SHARE, HARD_SHARE = 0.3, 0.25
"""Shares of photos of cards that cover one another, and by any recipe; the others show one card as most people
photograph it."""
EASY_CONDITIONS = [name for name, recipe in CONDITIONS.items() if recipe.layout == "single"]
RECORDS, PLOT = "records.jsonl", "calibration.png"


def compose_photos(
    cards: Sequence[CalibrationCard], places: Sequence[Rgb], photos: int, seed: int
) -> Iterator[CalibrationPhoto]:
    """Yield photos of the cards on the places; equal seeds give equal photos."""
    by_split = {split: [card for card in cards if card.split is split] for split in SPLIT_SHARES}
    splits = [split for split in SPLIT_SHARES if by_split[split]]
    shares = np.array([SPLIT_SHARES[split] for split in splits])
    for number in tqdm(range(photos), desc="photos", unit="photo", file=sys.stderr):
        rng = np.random.default_rng((seed, number))
        split = splits[int(rng.choice(len(splits), p=shares / shares.sum()))]
        kind = rng.uniform()
        if kind < STACK_SHARE:
            recipe = random_stack(rng)
        elif kind < STACK_SHARE + HARD_SHARE:
            recipe = random_recipe(rng)
        else:
            recipe = condition(EASY_CONDITIONS[int(rng.integers(len(EASY_CONDITIONS)))], rng)
        yield compose_photo(by_split[split], places, recipe, rng)


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
    """Fit, measure and write."""
    args.out.mkdir(parents=True, exist_ok=True)
    artifacts = open_artifacts(args.artifacts)
    with contextlib.closing(Catalogue.open(artifacts.catalogue)) as catalogue:
        held_out = {row.name for row in iterate_faces_csv(args.faces) if is_held_out(row.name)}
        recogniser, numbers = build_recogniser(artifacts, catalogue, SplitFilter(catalogue, held_out)), count(1)
        fitting = examine_half(args, recogniser, catalogue, numbers, fitting=True)
        judge = fit(fitting, {"photos": args.photos, "date": datetime.now(UTC).date().isoformat()})
        measuring = examine_half(args, recogniser, catalogue, numbers, fitting=False)
    judge.save(args.out / JUDGE)
    figures = {"fitted": score_top_names(fitting, judge), "measured": score_top_names(measuring, judge)}
    draw_plots(figures, args.out / PLOT)
    print(json.dumps(asdict(judge), indent=1))
    for name, answers in figures.items():
        print(summary_line(name, answers, judge))
    if args.install:
        install(args.out / JUDGE, args.artifacts)
    return 0


def examine_half(
    args: argparse.Namespace, recogniser: Recogniser, catalogue: Catalogue, numbers: Iterator[int], *, fitting: bool
) -> list[Example]:
    """Return the examples of one half's photos, and write them to a file."""
    cards = read_real_cards(args.faces, fitting=fitting)
    for table, split in ((args.fan_made, CardSplit.FAN_MADE), (args.other, CardSplit.OTHER_GAME)):
        if table:
            cards += read_unknown_cards(table, split, fitting=fitting, is_title=lambda t: catalogue.find(t) is not None)
    places = read_places(args.places)[int(fitting) :: 2]
    photos = compose_photos(cards, places, args.photos if fitting else args.measured, seed=int(fitting))
    examples = list(collect_examples(recogniser, catalogue, photos, numbers))
    lines = (json.dumps(asdict(example)) for example in examples)
    (args.out / f"{'fitted' if fitting else 'measured'}-{RECORDS}").write_text("\n".join(lines), encoding="utf-8")
    return examples


def summary_line(name: str, answers: Sequence[tuple[float, bool]], judge: Calibration) -> str:
    """Return a line of figures."""
    error = calibration_error(reliability(answers))
    sure = [right for confidence, right in answers if confidence >= judge.identified_from]
    right = sum(right for _, right in answers)
    return (
        f"{name}: {len(answers)} cards with a name, {right} right, calibration error {error or 0:.3f}; "
        f"at {judge.identified_from:.3f} and more: {sum(sure)} of {len(sure)} right"
    )


def install(judge: Path, folder: Path) -> None:
    """Replace the judge of an artifact folder, atomically, and update the manifest."""
    facts = {k: v for k, v in open_artifacts(folder).manifest.items() if k not in ("format", "files")}
    with write_atomically(folder / JUDGE) as part:
        shutil.copyfile(judge, part)
    write_manifest(folder, facts)
