"""Measure the engine on composed photos: ``python -m training evaluate-composed --faces FACES.csv``.

By condition, on cards whose names neither the picture network was trained nor the judge was fitted on; and on the open
set: cards taken out of index and catalogue, fan-made and other games' cards, and places without cards, each in a photo
of its own, none of which may get a name.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from engine.artifacts import SHIPPED, Artifacts, open_artifacts
from engine.catalogue import Catalogue
from engine.engine import DEFAULT_MAX_CARDS, DEFAULT_TOP_K
from engine.errors import EngineError
from engine.image import open_photo
from engine.recogniser import Recogniser
from engine.values import Rgb, Status, Witness
from training.calibration.cast import Actor, Knowledge, Known, real_actors, recogniser_of, strange_actors
from training.calibration.photos import StagedPhoto, staged
from training.faces import FaceRow, FacesCsvError, read_faces_csv, read_picture
from training.figures import Metrics
from training.matching import Outcome
from training.metrics import measure
from training.photo_labels import Label, LabelledPhoto
from training.report import Table, number, share
from training.scene.recipes import CONDITIONS, Recipe, condition, random_recipe
from training.scene.stock import read_places

SEED = 11
"""Of the photos; other measurements and the fit begin at other numbers."""
LEAST_VISIBLE = 1 / 7
"""Share of a card from which it is to be named: a title and a little more."""
NO_CARD = "no card"
BACKGROUNDS = "places without a card"


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said in photos of cards that can't be known: photos, and in how many a name was given."""

    photos: int
    identified: int
    unsure: int


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
    parser.add_argument("--out", type=Path, default=Path("out/composed"), metavar="DIR", help="where figures go")


def run(args: argparse.Namespace) -> int:
    """Measure, print and write; exit code 2 where a file can't be used."""
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        artifacts, places = open_artifacts(args.artifacts), read_places(args.places)
        with contextlib.closing(Catalogue.open(artifacts.catalogue)) as catalogue:
            recogniser = recogniser_of(artifacts, catalogue)
            known = by_condition(recogniser, args, places)
            strange = dict(open_set(artifacts, catalogue, recogniser, args, places))
    except (OSError, FacesCsvError, EngineError, ValueError) as error:
        print(f"evaluate-composed: {error}", file=sys.stderr)
        return 2
    (args.out / "figures.json").write_text(json.dumps(_document(known, strange), indent=1) + "\n", encoding="utf-8")
    print("\n\n".join(table.to_markdown() for table in (condition_table(known), open_set_table(strange))))
    return 0


def by_condition(recogniser: Recogniser, args: argparse.Namespace, places: Sequence[Rgb]) -> dict[str, Metrics]:
    """Return the figures of each condition."""
    actors = real_actors(args.faces, fitting=False, known=lambda _: Known.PICTURED)
    found = {}
    for kind, name in enumerate(CONDITIONS):
        dice = [np.random.default_rng((SEED, kind, i)) for i in range(args.each)]
        photos = (staged(actors, places, condition(name, rng), rng, LEAST_VISIBLE) for rng in dice)
        found[name] = measure([_outcome(recogniser, photo) for photo in _told(photos, args.each, name)])
    return found


def open_set(
    artifacts: Artifacts,
    catalogue: Catalogue,
    recogniser: Recogniser,
    args: argparse.Namespace,
    places: Sequence[Rgb],
) -> Iterator[tuple[str, Answered]]:
    """Yield for each kind of what can't be known what was answered."""
    most, rng = args.open_set, np.random.default_rng(SEED)
    rows = read_faces_csv(args.faces)
    removed = [rows[i] for i in rng.permutation(len(rows))[:most]]
    knows = Knowledge(catalogue, {row.name for row in removed}, known=lambda _: Known.REMOVED)
    without = recogniser_of(artifacts, catalogue, knows)
    yield Known.REMOVED, _answered(without, _actors(removed), places, len(removed), Known.REMOVED)
    for table, kind in ((args.fan_made, Known.FAN_MADE), (args.other, Known.OTHER_GAME)):
        if table:
            actors = [a for half in (True, False) for a in strange_actors(table, kind, fitting=half)][:most]
            yield kind, _answered(recogniser, iter(actors), places, len(actors), kind)
    crops = (_crop(places, np.random.default_rng((SEED, i))) for i in range(most))
    yield BACKGROUNDS, _counted(recogniser, _told(crops, most, BACKGROUNDS))


def _actors(rows: Iterable[FaceRow]) -> Iterator[Actor]:
    return (Actor(read_picture(row.path), row.name, Known.REMOVED) for row in rows)


def _answered(
    recogniser: Recogniser, actors: Iterator[Actor], places: Sequence[Rgb], count: int, kind: Known
) -> Answered:
    """Return what is said of each actor in a photo of its own, of any condition."""
    photos = (
        staged([actor], places, alone(np.random.default_rng((SEED, i))), np.random.default_rng((i, SEED)))
        for i, actor in enumerate(actors)
    )
    return _counted(recogniser, (photo.image for photo in _told(photos, count, kind)))


def alone(rng: np.random.Generator) -> Recipe:
    """Return a random recipe of a photo with one card that is a face."""
    while (recipe := random_recipe(rng)).layout != "single" or recipe.strange:
        pass
    return recipe


def _counted(recogniser: Recogniser, images: Iterable[Rgb]) -> Answered:
    """Return in how many photos the surest name is said, as identified and as unsure."""
    photos = identified = unsure = 0
    for image in images:
        said = {card.status for card in _identify(recogniser, image)}
        photos += 1
        identified += Status.IDENTIFIED in said
        unsure += Status.UNSURE in said and Status.IDENTIFIED not in said
    return Answered(photos, identified, unsure)


def _crop(places: Sequence[Rgb], rng: np.random.Generator) -> Rgb:
    """Return a part of a place, at least half as wide and high."""
    place = places[int(rng.integers(len(places)))]
    size = [max(32, int(side * rng.uniform(0.5, 1))) for side in place.shape[:2]]
    top, left = (int(rng.integers(0, max(1, side - part + 1))) for side, part in zip(place.shape, size, strict=False))
    return np.ascontiguousarray(place[top : top + size[0], left : left + size[1]])


def _identify(recogniser: Recogniser, image: Rgb) -> Sequence[Any]:
    return recogniser(open_photo(image), top_k=DEFAULT_TOP_K, max_cards=DEFAULT_MAX_CARDS, witness=Witness.BOTH).cards


def _outcome(recogniser: Recogniser, photo: StagedPhoto) -> Outcome:
    labels = tuple(Label(actor.name, None, "en") for actor in photo.actors if actor is not None)
    labelled = LabelledPhoto("", Path(), len(labels), labels)
    return Outcome(labelled, tuple(_identify(recogniser, photo.image)))


def _told(photos: Iterable[Any], count: int, name: str) -> Iterator[Any]:
    yield from tqdm(photos, total=count, desc=str(name), leave=False, file=sys.stderr)


def condition_table(figures: Mapping[str, Metrics]) -> Table:
    """Return the figures by condition; the last row is of all together."""
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


def open_set_table(figures: Mapping[str, Answered]) -> Table:
    """Return what was said of what can't be known."""
    rows = tuple(
        (str(kind), str(a.photos), *(f"{n} = {n / max(a.photos, 1):.1%}" for n in (a.identified, a.unsure)))
        for kind, a in figures.items()
    )
    return Table("open set", ("photos of", "photos", "named as identified", "named as unsure"), rows)


def _document(known: Mapping[str, Metrics], strange: Mapping[str, Answered]) -> dict[str, Any]:
    return {
        "composed": {name: metrics.to_dict() for name, metrics in known.items()},
        "open set": {str(kind): [a.photos, a.identified, a.unsure] for kind, a in strange.items()},
    }
