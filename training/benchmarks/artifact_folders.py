"""Measure artifact folders side by side: ``python -m training evaluate-artifacts``.

Does a larger index, or a catalogue with more names, cost accuracy, time or memory? Each folder is opened in a process
of its own, which names all photos one after another, and finds photographed faces again by their picture alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from engine import Engine
from engine.catalogue.names import fold
from engine.core.artifacts import open_artifacts
from engine.retrieval.embedder import Embedder
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import read_faces
from training.benchmarks.process_memory import is_available, memory_of
from training.camera.closeup import degrade
from training.data.face_pack import FacePack, read_pack
from training.data.photo_labels import read_photo_labels
from training.embedder.measure import SEVERITIES, query_rng
from training.evaluation.engine_on_photos import CARDGLASS, evaluate
from training.scoring.metrics import latencies, measure
from training.scoring.results import Metrics, Rate
from training.scoring.tables import Table, decimal, percent
from training.scoring.timing import timed

OPEN = "from engine import Engine; import sys; Engine.open(sys.argv[1])"
STARTS = 3
MIB = 1024
"""In KiB, the kernel's unit."""
FIGURES = (
    "faces", "titles", "names right", "names given that are right", "identified and right", "printing right",
    "printing wrong", "printing left open", "calibration error", "search, ms p50", "photo, ms p50", "photo, ms p95",
    "start, s", "resident, MiB",
)  # fmt: skip
BATCH = 64
LIKE_THE_BOT = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(8 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(8 << 20),
}
"""What the bot asks of glibc, as variables: to keep little freed memory."""


@dataclass(frozen=True, slots=True)
class FolderFigures:
    """The figures of one artifact folder.

    Attributes:
        metrics: of the answers.
        search_ms, p50_ms, p95_ms: of a photo: the search in the index, and all of it.
        start_s: the shortest of :data:`STARTS` times of a process that imports the engine and opens the folder.
        resident_mib: memory after all photos; None where the system doesn't tell.
        found: by severity, the share of unseen faces whose nearest row has their name.
    """

    faces: int
    titles: int
    metrics: Metrics
    search_ms: float
    p50_ms: float
    p95_ms: float
    start_s: float
    resident_mib: float | None
    found: Mapping[str, Rate]

    def cells(self) -> list[str]:
        """Return the figures as texts, in the order of :data:`FIGURES`."""
        found, printing = self.metrics, self.metrics.printing
        return [
            f"{self.faces:,}",
            f"{self.titles:,}",
            *(f"{percent(rate)} of {rate.of}" for rate in (found.recall, found.precision, found.identified_precision)),
            *map(str, (printing.right, printing.wrong, printing.abstained)),
            decimal(found.calibration_error),
            *(f"{ms:.1f}" for ms in (self.search_ms, self.p50_ms, self.p95_ms)),
            f"{self.start_s:.1f}",
            "–" if self.resident_mib is None else f"{self.resident_mib:.0f}",
            *(f"{percent(rate)} of {rate.of}" for rate in self.found.values()),
        ]


def find_unseen(folder: Path, pack: FacePack) -> dict[str, Rate]:
    """Return how many faces of names that were held out from training are found in a folder's index, by severity."""
    files = open_artifacts(folder)
    index, embedder = FaceIndex.open(files.index), Embedder(files.embedder)
    names = [fold(face.name) for face in read_faces(files.faces)]
    unseen, size = pack.rows(held_out=True), (embedder.height, embedder.width)
    found = {}
    for name, severity in SEVERITIES.items():
        right = 0
        for first in range(0, len(unseen), BATCH):
            rows = unseen[first : first + BATCH]
            queries = [degrade(pack.pixels[n], query_rng(n, severity), severity, size) for n in rows]
            nearest = index.search(embedder.embed(queries), 1).rows[:, 0].tolist()
            right += sum(names[hit] == fold(pack.faces[n].name) for hit, n in zip(nearest, rows, strict=True))
        found[name] = Rate(right, len(unseen))
    return found


def measure_folder(folder: Path, photos: Sequence[Path], pack: Path | None = None) -> FolderFigures:
    """Measure a folder with the photos of some lists, and a pack of faces; to be called in a process of its own."""
    command = [sys.executable, "-c", OPEN, str(folder)]
    start_s = min(timed(subprocess.run, command, check=True)[1] for _ in range(STARTS)) / 1000
    labelled = [photo for path in photos for photo in read_photo_labels(path)]
    with closing(Engine.open(folder)) as engine:
        outcomes = evaluate(labelled, {CARDGLASS: engine.identify})[CARDGLASS]
        times = latencies(outcomes)
        resident_mib = memory_of(os.getpid())["Rss"] / MIB if is_available() else None
        return FolderFigures(
            faces=engine.info()["artifacts"]["index"]["rows"],
            titles=len(engine.catalogue.titles),
            metrics=measure(outcomes),
            search_ms=times["search"].p50_ms,
            p50_ms=times["total"].p50_ms,
            p95_ms=times["total"].p95_ms,
            start_s=start_s,
            resident_mib=resident_mib,
            found=find_unseen(folder, read_pack(pack)) if pack else {},
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training evaluate-artifacts``."""
    photos = "labelled photos; may be repeated"
    parser.add_argument("--photos", type=Path, action="append", required=True, metavar="CSV", help=photos)
    folders = "an artifact folder; may be repeated"
    parser.add_argument("--artifacts", type=Path, action="append", required=True, metavar="DIR", help=folders)
    pack = "a pack of faces, to find those of names held out from training"
    parser.add_argument("--pack", type=Path, metavar="FILE", help=pack)
    parser.add_argument("--json", action="store_true", help="print one object a folder")


def run(args: argparse.Namespace) -> int:
    """Measure each folder and print the figures."""
    os.environ.update(LIKE_THE_BOT)
    measured: dict[Path, FolderFigures] = {}
    for folder in args.artifacts:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            measured[folder] = process.submit(measure_folder, folder, args.photos, args.pack).result()
    if args.json:
        for folder, figures in measured.items():
            values = asdict(figures) | {"metrics": figures.metrics.to_dict(), "folder": str(folder)}
            print(json.dumps(values, ensure_ascii=False))
        return 0
    columns = [figures.cells() for figures in measured.values()]
    names = [*FIGURES, *(f"unseen faces found, {name} photos" for name in SEVERITIES if args.pack)]
    rows = tuple((name, *cells) for name, *cells in zip(names, *columns, strict=True))
    print(Table("artifacts", ("figure", *(folder.name for folder in measured)), rows).to_markdown())
    return 0
