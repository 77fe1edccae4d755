"""Measure speed and recall of the built index: photographed drawn cards are searched among all cards."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from engine import Engine
from engine.catalogue.names import face_names, fold
from engine.core.artifacts import open_artifacts
from engine.retrieval.embedder import Embedder, Vectors
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import IndexedFace, read_faces
from stress.scale.drawing import draw_printing
from stress.scale.plan import BACKED, Printing
from stress.scale.store import Store
from training.camera.closeup import MEDIUM, MILD, degrade

QUERY_HEIGHT = 408
"""Height of the photographed faces, pixels: twice that of the thumbnails in the index."""
NEIGHBOURS = 12
SEED = 14
SEVERITIES = {"mild": MILD, "medium": MEDIUM}


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """Figures of an index and its searches.

    Attributes:
        rows: faces in the index.
        index_mb, load_s, memory_mb: size of the index file; seconds to open the engine; its resident memory then.
        search_ms: median and 99th percentile of a search for one face, milliseconds on one core.
        itself: share of rows whose own picture has the row's card as its nearest.
        recall: by severity, share of photographed cards whose nearest row has their name.
        queries: number of queries of each kind.
    """

    rows: int
    index_mb: float
    load_s: float
    memory_mb: float
    search_ms: tuple[float, float]
    itself: float
    recall: dict[str, float]
    queries: int


def ask(artifacts: Path, store: Path, queries: int) -> SearchFigures:
    """Open an artifact folder made of a store's cards, and search for ``queries`` of them."""
    begin = time.perf_counter()
    engine = Engine.open(artifacts)
    load_s, memory_mb = time.perf_counter() - begin, resident_mb()
    del engine
    files = open_artifacts(artifacts)
    index, faces, embedder = FaceIndex.open(files.index), read_faces(files.faces), Embedder(files.embedder)
    chosen = random.Random(SEED).sample(range(len(faces)), min(queries, len(faces)))  # noqa: S311 - no secret
    cards = Store(store)
    thumbnails = []
    for row in chosen:
        place, printing = cards.locate(faces[row].scryfall_id)
        file = cards.picture(place, printing, back=is_back(faces[row], printing))
        with Image.open(io.BytesIO(file)) as picture:
            thumbnails.append(embedder.embed([np.asarray(picture.convert("RGB"))]))
    photographed = _embed_photographs(embedder, cards, [(row, faces[row]) for row in chosen])
    names = [fold(face.name) for face in faces]
    return SearchFigures(
        rows=len(index),
        index_mb=files.index.stat().st_size / 1e6,
        load_s=load_s,
        memory_mb=memory_mb,
        search_ms=_time_searches(index, photographed["mild"]),
        itself=_recall(index, np.concatenate(thumbnails), chosen, names),
        recall={name: _recall(index, vectors, chosen, names) for name, vectors in photographed.items()},
        queries=len(chosen),
    )


def _embed_photographs(
    embedder: Embedder, store: Store, faces: Sequence[tuple[int, IndexedFace]]
) -> dict[str, Vectors]:
    """Return the vectors of photographed faces by severity; ``faces`` are given with their rows."""
    found: dict[str, list[Vectors]] = {name: [] for name in SEVERITIES}
    for row, face in faces:
        _, printing = store.locate(face.scryfall_id)
        drawn = draw_printing(printing, is_back(face, printing), QUERY_HEIGHT)
        for name, severity in SEVERITIES.items():
            dice = np.random.default_rng((SEED, round(severity * 1000), row))
            found[name].append(embedder.embed([degrade(drawn, dice, severity)]))
    return {name: np.concatenate(vectors) for name, vectors in found.items()}


def is_back(face: IndexedFace, printing: Printing) -> bool:
    """Return whether a row is a printing's back: it has the back's name."""
    names = face_names(printing.name)
    return printing.layout in BACKED and names[0] != names[-1] == (face.face or face.name)


def _time_searches(index: FaceIndex, vectors: Vectors) -> tuple[float, float]:
    spent = []
    for vector in vectors:
        begin = time.perf_counter()
        index.search(vector[np.newaxis], NEIGHBOURS)
        spent.append((time.perf_counter() - begin) * 1000)
    low, high = np.percentile(spent, (50, 99))
    return float(low), float(high)


def _recall(index: FaceIndex, vectors: Vectors, wanted: Sequence[int], names: Sequence[str]) -> float:
    nearest = index.search(vectors, 1).rows[:, 0]
    right: list[bool] = [names[row] == names[want] for row, want in zip(nearest.tolist(), wanted, strict=True)]
    return sum(right) / len(right)


def resident_mb() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6
