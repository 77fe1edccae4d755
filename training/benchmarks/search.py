"""Compare the kinds of search index with the exact search: agreement, time and size.

python -m training bench-search [--rows 30000,110000,1000000] [--kinds flat,fp16] [--json]

The vectors are drawn with the mean and the covariance of the index's own, so that they are as crowded as real cards;
each query is a row moved away from its original as far as photographed cards are.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np

from engine.core.arguments import positive
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.retrieval.embedder import Vectors
from engine.retrieval.index import FaceIndex, IndexKind
from training.data.errors import CommandError
from training.scoring.tables import Table, markdown_row
from training.scoring.timing import timed

ROWS = (30_000, 110_000, 1_000_000)
QUERIES = 1_000
TIMED = 200
"""Number of queries that are timed, one at a time, as in the engine."""
NEIGHBOURS = 12
NEAREST, FARTHEST = 0.95, 0.5
"""Range of the cosine between a query and its row."""
CHUNK = 100_000
COLUMNS = ("rows", "index", "same nearest as exact", "ms, one core", "MB")


@dataclass(frozen=True, slots=True)
class IndexResult:
    """The figures of one kind of index."""

    kind: IndexKind
    rows: int
    agreement: float
    """Share of queries with the same nearest row as in the exact search."""
    one_core_ms: float
    """Median time of a query."""
    megabytes: float
    """Size of the file."""


def draw_vectors(like: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    """Return float32 (count, D) unit vectors with the mean and covariance of ``like``."""
    mean = like.mean(0)
    values, axes = np.linalg.eigh(np.cov(like - mean, rowvar=False))
    spread = (axes * np.sqrt(np.clip(values, 0, None))).T.astype(np.float32)  # (D, D)
    out = np.empty((count, like.shape[1]), np.float32)
    for start in range(0, count, CHUNK):
        part = out[start : start + CHUNK]
        part[:] = rng.standard_normal(part.shape, np.float32) @ spread + mean
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return out


def disturb(vectors: Vectors, like: Vectors, rng: np.random.Generator) -> Vectors:
    """Return each of ``vectors`` turned towards a random one, to a cosine between FARTHEST and NEAREST."""
    away = draw_vectors(like, len(vectors), rng)
    away -= (away * vectors).sum(1, keepdims=True) * vectors
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    cosine = rng.uniform(FARTHEST, NEAREST, (len(vectors), 1)).astype(np.float32)
    return np.asarray(cosine * vectors + np.sqrt(1 - cosine**2) * away, np.float32)


def compare(like: Vectors, rows: int, kinds: Sequence[IndexKind], queries: int = QUERIES) -> Iterator[IndexResult]:
    """Yield the figures of each kind with ``rows`` vectors distributed like ``like``."""
    if len(like) < 2:
        raise CommandError(f"The index has {len(like)} vectors; two or more are needed: give other --artifacts.")
    rng = np.random.default_rng(rows)
    vectors = draw_vectors(like, rows, rng)
    asked = disturb(vectors[rng.choice(rows, min(queries, rows), replace=False)], like, rng)
    exact = FaceIndex.build(vectors, IndexKind.FLAT).search(asked, 1).rows
    for kind in kinds:
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        index = FaceIndex.build(vectors, kind)
        agreement = float((index.search(asked, 1).rows == exact).mean())
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            file = Path(folder) / "index.faiss"
            index.save(file)
            size = file.stat().st_size
        faiss.omp_set_num_threads(1)
        times = [timed(index.search, query[np.newaxis], NEIGHBOURS)[1] for query in asked[:TIMED]]
        yield IndexResult(kind, rows, agreement, float(np.median(times)), size / 1e6)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training bench-search``."""
    rows_help = f"index sizes (default: {','.join(map(str, ROWS))})"
    parser.add_argument("--rows", type=positive_list, default=ROWS, metavar="N,...", help=rows_help)
    parser.add_argument("--kinds", type=_kinds, default=tuple(IndexKind), metavar="K,...", help="kinds (default: all)")
    artifacts_help = "whose vectors are imitated (default: shipped)"
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help=artifacts_help)
    parser.add_argument("--json", action="store_true", help="print one JSON object a result")


def positive_list(text: str) -> tuple[int, ...]:
    """Return whole numbers from 1, separated by commas."""
    return tuple(map(positive, text.split(",")))


def _kinds(text: str) -> tuple[IndexKind, ...]:
    try:
        return tuple(IndexKind(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"kinds are {', '.join(IndexKind)}, not {text}") from None


def run(args: argparse.Namespace) -> int:
    """Compare and print."""
    like = FaceIndex.open(open_artifacts(args.artifacts).index).vectors()
    if not args.json:
        print(Table("", COLUMNS, left=(1,)).to_markdown())
    for rows in args.rows:
        for result in compare(like, rows, args.kinds):
            figures = f"{result.agreement:.1%}", f"{result.one_core_ms:.2f}", f"{result.megabytes:.1f}"
            line = json.dumps(asdict(result)) if args.json else markdown_row((f"{rows:,}", result.kind, *figures))
            print(line, flush=True)
    return 0
