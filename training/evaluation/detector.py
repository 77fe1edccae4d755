"""Measure the detector: ``python -m training evaluate-detector --pack FACES.pack``.

On composed photos of faces and places that training never saw, by condition; and, with ``--photos``, on real
ones, where it is known how many cards can be seen.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from tqdm import tqdm

from engine.core.artifacts import SHIPPED, Artifacts, open_artifacts
from engine.core.errors import ArtifactError
from engine.core.onnx_session import OnnxModel
from engine.core.timing import Stopwatch
from engine.core.values import Quad, Rgb
from engine.detection.detector import finder_input, is_magic, open_detector, resize_for_finder
from engine.image.photo import Photo, open_photo
from training.camera.optics import to_jpeg
from training.data.face_pack import PackError, add_pack_option, read_packs
from training.data.photo_labels import LabelledPhoto, LabelsError, read_photo_labels
from training.detector.measure import Figures, Find, Found, look
from training.evaluation.detection_preview import write_detection_sheets
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import CONDITIONS, condition
from training.scene.stock import Stock, open_stock, read_places
from training.scoring.tables import Table

T = TypeVar("T")

SIZES = ((1024, 768), (768, 1024))
"""Width and height of composed photos by turns: four times the pixels of what the finder sees."""
TWELVE_MEGAPIXELS = (4000, 3000)
TIMED = 15
"""Photos of 12 megapixels that are timed."""
COUNTED = {
    "single": "single-card photos with one card found",
    "equal": "photos with as many found as visible",
    "total": "cards found over cards visible, all photos",
    "empty": "photos without a Magic card that get a find",
}
"""What is counted on real photos, and how it is told."""
SEED = 7
"""Of the test photos; training's own begin at other numbers."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-detector``."""
    add_pack_option(parser)
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--photos", type=Path, metavar="PHOTOS.csv", help="labelled photos")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose (default: shipped)")
    parser.add_argument("--each", type=int, default=60, metavar="N", help="photos of each condition (default 60)")
    parser.add_argument("--out", type=Path, default=Path("out/detector"), metavar="DIR", help="where files go")


def run(args: argparse.Namespace) -> int:
    """Measure, print and write; exit code 2 where a file can't be used."""
    try:
        stock = open_stock(read_packs(args.pack), read_places(args.places), held_out=True)
        photos = read_photo_labels(args.photos) if args.photos else []
        artifacts = open_artifacts(args.artifacts)
        detector = finding(open_detector(artifacts).detect)
    except (OSError, PackError, LabelsError, ArtifactError, ValueError) as error:
        print(f"evaluate-detector: {error}", file=sys.stderr)
        return 2
    args.out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {"composed": {}, "speed": timed(artifacts, stock)}
    for name in CONDITIONS:
        figures["composed"][name] = asdict(composed(stock, name, args.each, detector))
    if photos:
        figures["photos"] = counted(photos, _counts(photos, detector))
    (args.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print("\n\n".join(table.to_markdown() for table in tables(figures)))
    if photos:
        sheets = write_detection_sheets(photos, detector, args.out)
        print(f"Written: {', '.join(map(str, sheets))}", file=sys.stderr)
    return 0


def finding(detector: Callable[[Photo, Stopwatch], list[Quad]]) -> Find:
    """Return a detector as measuring wants it: pixels in, the Magic cards' quads out."""

    def find(pixels: Rgb) -> Sequence[Quad]:
        return [quad for quad in detector(open_photo(pixels), Stopwatch()) if is_magic(quad)]

    return find


def composed(stock: Stock, name: str, count: int, find: Find) -> Figures:
    """Return the figures on ``count`` photos of a condition."""
    cards: list[Found] = []
    false: list[int] = []
    for photo in tqdm(_photos(stock, name, count), total=count, desc=name, leave=False, file=sys.stderr):
        found, wrong = look(photo, find(photo.image))
        cards += found
        false.append(wrong)
    return Figures.of(cards, false)


def _photos(stock: Stock, name: str, count: int) -> Iterator[ScenePhoto]:
    for number in range(count):
        rng = np.random.default_rng((SEED, list(CONDITIONS).index(name), number))
        yield compose(stock, condition(name, rng), rng, SIZES[number % len(SIZES)])


def _counts(photos: Sequence[LabelledPhoto], find: Find) -> list[int]:
    """Return how many cards are found in each photo."""
    return [len(find(open_photo(photo.path).view(4096).pixels)) for photo in tqdm(photos, leave=False, file=sys.stderr)]


def counted(photos: Sequence[LabelledPhoto], counts: Sequence[int]) -> dict[str, Any]:
    """Return the pairs that :data:`COUNTED` names: a part and its whole."""
    pairs = list(zip(photos, counts, strict=True))
    singles = [count for photo, count in pairs if photo.cards_visible == 1]
    empty = [count for photo, count in pairs if photo.is_empty]
    return {
        "single": [sum(count == 1 for count in singles), len(singles)],
        "equal": [sum(count == photo.cards_visible for photo, count in pairs), len(pairs)],
        "total": [sum(counts), sum(photo.cards_visible for photo in photos)],
        "empty": [sum(count > 0 for count in empty), len(empty)],
    }


def timed(artifacts: Artifacts, stock: Stock) -> dict[str, float]:
    """Return p50 milliseconds: the finder alone, and decoding, finding and refining in a JPEG of 12 megapixels."""
    photo = compose(stock, CONDITIONS["plain"], np.random.default_rng(SEED), TWELVE_MEGAPIXELS)
    data, detector = to_jpeg(photo.image), open_detector(artifacts)
    finder, seen = OnnxModel(artifacts.finder), finder_input(resize_for_finder(photo.image))

    def found() -> float:
        clock = Stopwatch()
        detector.detect(open_photo(data), clock)
        return clock.timings_ms()["detect"]

    stages, whole = zip(*(_ms(found) for _ in range(TIMED)), strict=True)
    alone = [_ms(lambda: finder.run_first(seen))[1] for _ in range(TIMED)]
    return {
        "the finder network": statistics.median(alone),
        "a photo of 12 megapixels, from file to quads": statistics.median(whole),
        "the same without decoding": statistics.median(stages),
    }


def _ms(do: Callable[[], T]) -> tuple[T, float]:
    """Return what a function returns, and how many milliseconds it took."""
    start = time.perf_counter()
    done = do()
    return done, 1000 * (time.perf_counter() - start)


def tables(figures: Mapping[str, Any]) -> list[Table]:
    """Return the figures as tables."""
    columns = (
        "condition",
        "cards / photos",
        "IoU > 0.9",
        "found",
        "corners off by",
        "right way up",
        "false quads a photo",
    )
    rows = tuple(_row(name, one) for name, one in figures["composed"].items())
    found = [Table("composed photos", columns, rows)]
    if "photos" in figures:
        lines = tuple((text, _of(*figures["photos"][key])) for key, text in COUNTED.items())
        found.append(Table("real photos", ("", "detector"), lines))
    speed = tuple((name, f"{ms:.0f}") for name, ms in figures["speed"].items())
    return [*found, Table("speed, p50", ("", "ms"), speed)]


def _row(name: str, one: Mapping[str, float]) -> tuple[str, ...]:
    return (
        name, f"{one['cards']} / {one['photos']}", _share(one["recall"]), _share(one["found"]),
        _share(one["corner_error"]), _share(one["upright"]), f"{one['false_quads']:.3f}",
    )  # fmt: skip


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1%}"


def _of(part: int, whole: int) -> str:
    return f"{part} / {whole} = {part / whole:.1%}" if whole else "–"
