"""Measure speed and memory of the engine on this machine; nothing passes or fails.

python -m training bench [--faces N] [--photos N] [--artifacts DIR] [--json]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine import Engine
from engine.core.arguments import positive
from engine.core.artifacts import Artifacts, open_artifacts
from engine.core.values import STAGES, Rgb
from engine.retrieval.embedder import Embedder, Vectors
from engine.retrieval.index import FaceIndex
from training.drawing.cards import demo_cards, draw_card
from training.release.index import build_index
from training.scene.demo_set import LARGE_SINGLE_SIZE, build_demo, demo_single_photo, demo_table_photo
from training.scoring.timing import timed

FACES = 20_000
"""Default size of the searched index: about the number of paper cards with different art."""
PHOTOS = 20
SEARCHES = LOOKUPS = 200
EMBEDDINGS = 20
START_UPS = 3
PICTURES: dict[str, Callable[[], bytes]] = {
    "table of six": lambda: demo_table_photo().jpeg,
    "nine cards": lambda: demo_table_photo(count=9).jpeg,
    "single card": lambda: demo_single_photo(1).jpeg,
    "single card, 12 megapixels": lambda: demo_single_photo(1, LARGE_SINGLE_SIZE).jpeg,
}
"""The photos: JPEG files of 2 megapixels unless the name says otherwise."""
TYPOS = ("lightnig bolt", "jace the mindsculptor", "serra angle", "blitzschlag", "forst")
PREFIXES = ("li", "jace", "serra a", "bellr", "the")

START_UP = """
import resource, time
begin = time.perf_counter()
from engine import Engine
engine = Engine.open({folder!r})
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Unit of ``ru_maxrss`` in bytes."""

Input = TypeVar("Input")


@dataclass(frozen=True, slots=True)
class Figure:
    """Median and 95th percentile of ``count`` measurements in ms, s or MB."""

    what: str
    unit: str
    count: int
    p50: float
    p95: float

    @classmethod
    def of(cls, what: str, unit: str, values: Sequence[float]) -> Figure:
        """Return the figure of one or more measurements."""
        p50, p95 = np.percentile(np.asarray(values, np.float64), (50, 95))
        return cls(what, unit, len(values), float(p50), float(p95))


def bench(artifacts: Path, *, faces: int = FACES, photos: int = PHOTOS) -> Iterator[Figure]:
    """Measure the engine and yield each figure as soon as it is known.

    Args:
        artifacts: the folder to open; it must have the demo cards for the demo photos to be named.
        faces: vectors in the searched index, at least 1.
        photos: how often each photo is identified, at least 1.
    """
    yield from measure_start_up(artifacts)
    with contextlib.closing(Engine.open(artifacts)) as engine:
        for what, photo in PICTURES.items():
            yield from measure_photo(engine, what, photo(), photos)
        yield Figure.of("look-up of a misspelt name", "ms", time_calls(engine.lookup, TYPOS, LOOKUPS))
        yield Figure.of("autocomplete", "ms", time_calls(engine.complete, PREFIXES, LOOKUPS))
    yield from measure_vectors(open_artifacts(artifacts), faces)
    yield Figure.of("peak memory of this benchmark", "MB", [peak_memory_mb()])


def measure_start_up(artifacts: Path) -> Iterator[Figure]:
    """Measure processes that open the engine: seconds from the first import, and peak memory."""
    program = START_UP.format(folder=str(artifacts))
    answers = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - our own program, written above
        for _ in range(START_UPS)
    ]
    yield Figure.of("start-up", "s", [float(seconds) for seconds, _ in answers])
    yield Figure.of("peak memory after start-up", "MB", [int(rss) * RSS_UNIT / 1e6 for _, rss in answers])


def measure_photo(engine: Engine, what: str, photo: bytes, times: int) -> Iterator[Figure]:
    """Measure one photo by stage, after one call to warm up."""
    engine.identify(photo)
    timings = [engine.identify(photo).timings_ms for _ in range(times)]
    for stage in (*STAGES, "total"):
        yield Figure.of(f"{what}: {stage}", "ms", [timing[stage] for timing in timings])


def measure_vectors(artifacts: Artifacts, faces: int) -> Iterator[Figure]:
    """Measure the embedder, one face and sixteen at a time, and the search among ``faces`` random vectors."""
    embedder = Embedder(artifacts.embedder)
    pictures = [draw_card(card) for card in demo_cards()[:16]]
    for batch in (1, 16):
        batches: list[Sequence[Rgb]] = [pictures[:batch]]
        per_face_ms = [ms / batch for ms in time_calls(embedder.embed, batches, EMBEDDINGS)]
        yield Figure.of(f"embed, a face of a batch of {batch}", "ms", per_face_ms)
    rng = np.random.default_rng(0)
    index = FaceIndex.build(random_vectors(rng, faces, embedder.dimension))
    queries = [random_vectors(rng, 1, embedder.dimension) for _ in range(10)]
    searches_ms = time_calls(lambda query: index.search(query, 12), queries, SEARCHES)
    yield Figure.of(f"search among {faces:,} faces", "ms", searches_ms)


def random_vectors(rng: np.random.Generator, count: int, dimension: int) -> Vectors:
    """Return float32 (count, dimension), rows of length 1."""
    drawn = rng.standard_normal((count, dimension), np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def time_calls(call: Callable[[Input], object], inputs: Sequence[Input], times: int) -> list[float]:
    """Return the milliseconds of ``times`` calls, with the inputs in turn, after one call to warm up."""
    call(inputs[0])
    return [timed(call, inputs[i % len(inputs)])[1] for i in range(times)]


def peak_memory_mb() -> float:
    """Return the peak memory of this process in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT / 1e6


def figure_line(found: Figure) -> str:
    """Return a figure as a line of text."""
    return f"{found.what:<34} p50 {found.p50:>9.2f}  p95 {found.p95:>9.2f} {found.unit:<3} n={found.count}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training bench``."""
    faces_help, photos_help = f"index size (default {FACES:,})", f"times each photo is named (default {PHOTOS})"
    parser.add_argument("--faces", type=positive, default=FACES, metavar="N", help=faces_help)
    parser.add_argument("--photos", type=positive, default=PHOTOS, metavar="N", help=photos_help)
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: made of demo cards)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a figure")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        artifacts = args.artifacts
        if artifacts is None:
            artifacts = Path(temporary) / "artifacts"
            build_index([build_demo(Path(temporary) / "demo").faces_csv], artifacts)
        for found in bench(artifacts, faces=args.faces, photos=args.photos):
            print(json.dumps(asdict(found)) if args.json else figure_line(found), flush=True)
    return 0
