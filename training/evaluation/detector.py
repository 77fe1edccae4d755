"""Measure the detector: ``python -m training evaluate-detector --pack FACES.pack``.

On composed photos of faces and places that were not used for training, by condition; and, with ``--photos``, on real
photos with a known number of visible cards.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from engine.core.artifacts import SHIPPED, Artifacts, open_artifacts
from engine.core.onnx_session import OnnxModel
from engine.core.timing import Stopwatch
from engine.core.values import Quad, Rgb
from engine.detection.detector import finder_input, is_magic, open_detector, resize_for_finder
from engine.image.photo import open_photo
from training.camera.optics import to_jpeg
from training.data.face_pack import add_pack_option, read_packs
from training.data.photo_labels import LabelledPhoto, read_photo_labels
from training.detector.measure import DetectionFigures, Find, measure
from training.evaluation.detection_preview import INPUT_PX, write_detection_sheets
from training.scene.photo import compose
from training.scene.recipes import CONDITIONS, condition
from training.scene.stock import Stock, open_stock, read_places
from training.scoring.tables import Table
from training.scoring.timing import timed

SIZES = ((1024, 768), (768, 1024))
"""Width and height of composed photos, in turn: four times the pixels of the finder's input."""
TWELVE_MEGAPIXELS = (4000, 3000)
TIMED = 15
"""Number of timed runs on a photo of 12 megapixels."""
COUNTED = {
    "single": "single-card photos with one card found",
    "equal": "photos with as many found as visible",
    "total": "cards found over cards visible, all photos",
    "empty": "photos without a Magic card that get a find",
}
"""What is counted on real photos, and its text in the table."""
SEED = 7
"""Of the test photos; training uses other seeds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-detector``."""
    add_pack_option(parser)
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--photos", type=Path, metavar="PHOTOS.csv", help="labelled photos")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose (default: shipped)")
    parser.add_argument("--each", type=int, default=60, metavar="N", help="photos of each condition (default 60)")
    parser.add_argument("--out", type=Path, default=Path("out/detector"), metavar="DIR", help="where files go")


def run(args: argparse.Namespace) -> int:
    """Measure, print and write."""
    stock = open_stock(read_packs(args.pack), read_places(args.places), held_out=True)
    photos = read_photo_labels(args.photos) if args.photos else []
    artifacts = open_artifacts(args.artifacts)
    detector = open_detector(artifacts.finder, artifacts.corners)

    def find(pixels: Rgb) -> list[Quad]:
        return [quad for quad in detector.detect(open_photo(pixels), Stopwatch()) if is_magic(quad)]

    args.out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {"composed": {}, "speed": measure_speed(artifacts, stock)}
    for name in CONDITIONS:
        figures["composed"][name] = asdict(measure_condition(stock, name, args.each, find))
    if photos:
        opened = (open_photo(one.path).view(INPUT_PX) for one in tqdm(photos, leave=False, file=sys.stderr))
        figures["photos"] = count_photos(photos, [len(find(view.pixels)) for view in opened])
    (args.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print("\n\n".join(table.to_markdown() for table in figure_tables(figures)))
    if photos:
        sheets = write_detection_sheets(photos, find, args.out)
        print(f"Written: {', '.join(map(str, sheets))}", file=sys.stderr)
    return 0


def measure_condition(stock: Stock, name: str, count: int, find: Find) -> DetectionFigures:
    """Return the figures on ``count`` photos of a condition."""
    dice = [np.random.default_rng((SEED, list(CONDITIONS).index(name), number)) for number in range(count)]
    photos = (compose(stock, condition(name, rng), rng, SIZES[at % len(SIZES)]) for at, rng in enumerate(dice))
    return measure(tqdm(photos, total=count, desc=name, leave=False, file=sys.stderr), find)


def count_photos(photos: Sequence[LabelledPhoto], counts: Sequence[int]) -> dict[str, Any]:
    """Return for each key of :data:`COUNTED` a pair: a part and its whole."""
    pairs = list(zip(photos, counts, strict=True))
    singles = [count for photo, count in pairs if photo.cards_visible == 1]
    empty = [count for photo, count in pairs if photo.is_empty]
    return {
        "single": [sum(count == 1 for count in singles), len(singles)],
        "equal": [sum(count == photo.cards_visible for photo, count in pairs), len(pairs)],
        "total": [sum(counts), sum(photo.cards_visible for photo in photos)],
        "empty": [sum(count > 0 for count in empty), len(empty)],
    }


def measure_speed(artifacts: Artifacts, stock: Stock) -> dict[str, float]:
    """Return median ms: of the finder alone, and of decoding, finding and refining a JPEG of 12 megapixels."""
    photo = compose(stock, CONDITIONS["plain"], np.random.default_rng(SEED), TWELVE_MEGAPIXELS)
    data, detector = to_jpeg(photo.image), open_detector(artifacts.finder, artifacts.corners)
    finder, pixels = OnnxModel(artifacts.finder), finder_input(resize_for_finder(photo.image))

    def detect() -> float:
        clock = Stopwatch()
        detector.detect(open_photo(data), clock)
        return clock.timings_ms()["detect"]

    stages, whole = zip(*(timed(detect) for _ in range(TIMED)), strict=True)
    alone = [timed(finder.run_first, pixels)[1] for _ in range(TIMED)]
    return {
        "the finder network": statistics.median(alone),
        "a photo of 12 megapixels, from file to quads": statistics.median(whole),
        "the same without decoding": statistics.median(stages),
    }


def figure_tables(figures: Mapping[str, Any]) -> list[Table]:
    """Return the figures as tables."""
    columns = ("condition", "cards / photos", "IoU > 0.9", "found", "corners off by", "right way up",
               "false quads a photo")  # fmt: skip
    rows = tuple(
        (
            name, f"{one['cards']} / {one['photos']}", _share(one["recall"]), _share(one["found"]),
            _share(one["corner_error"]), _share(one["upright"]), f"{one['false_quads']:.3f}",
        )
        for name, one in figures["composed"].items()
    )  # fmt: skip
    found = [Table("composed photos", columns, rows)]
    if "photos" in figures:
        counts = ((text, *figures["photos"][key]) for key, text in COUNTED.items())
        lines = ((text, f"{part} / {whole} = {part / whole:.1%}" if whole else "–") for text, part, whole in counts)
        found.append(Table("real photos", ("", "detector"), tuple(lines)))
    speed = tuple((name, f"{ms:.0f}") for name, ms in figures["speed"].items())
    return [*found, Table("speed, p50", ("", "ms"), speed)]


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1%}"
