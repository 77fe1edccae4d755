"""Ways to search many vectors, compared: agreement with the exact search, time, bytes, time to build.

python -m training bench-search [--rows 30000,110000,1000000] [--kinds flat,fp16,...] [--json]

The vectors are drawn with the mean and the covariance of the index's own, so that they crowd as real
cards do; each query is a row, disturbed until it is as far from its row as photographed cards are.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import faiss
import numpy as np
from numpy.typing import NDArray

from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.errors import ArtifactError
from engine.retrieval.embedder import Vectors
from engine.retrieval.index import FaceIndex, IndexKind

ROWS = (30_000, 110_000, 1_000_000)
QUERIES = 1_000
TIMED = 200
"""Queries that are timed, one at a time, as the engine asks."""
NEIGHBOURS = 12
NEAREST, FARTHEST = 0.95, 0.5
"""Cosines between a query and its row."""
CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class Result:
    """What a kind of index did.

    Attributes:
        kind: of index.
        rows: vectors in it.
        agreement: share of queries whose nearest row is the exact search's.
        recall: share of the exact search's twelve nearest that are found.
        one_core_ms, two_cores_ms: median time of a query.
        megabytes: of the file.
        build_s: seconds to train and fill, on all cores.
    """

    kind: IndexKind
    rows: int
    agreement: float
    recall: float
    one_core_ms: float
    two_cores_ms: float
    megabytes: float
    build_s: float


def drawn_vectors(like: Vectors, count: int, rng: np.random.Generator) -> Vectors:
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


def disturbed(vectors: Vectors, like: Vectors, rng: np.random.Generator) -> Vectors:
    """Return each of ``vectors`` turned away, towards another card's, to a cosine of NEAREST to FARTHEST."""
    away = drawn_vectors(like, len(vectors), rng)
    away -= (away * vectors).sum(1, keepdims=True) * vectors
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    cosine = rng.uniform(FARTHEST, NEAREST, (len(vectors), 1)).astype(np.float32)
    return np.asarray(cosine * vectors + np.sqrt(1 - cosine**2) * away, np.float32)


def compare(like: Vectors, rows: int, kinds: Sequence[IndexKind], queries: int = QUERIES) -> Iterator[Result]:
    """Yield what each kind does with ``rows`` vectors that crowd like ``like``."""
    if len(like) < 2:
        raise ValueError(
            f"The index has {len(like)} vectors; to imitate them takes two or more: give other --artifacts"
        )
    rng = np.random.default_rng(rows)
    vectors = drawn_vectors(like, rows, rng)
    asked = disturbed(vectors[rng.choice(rows, min(queries, rows), replace=False)], like, rng)
    exact = FaceIndex.build(vectors, IndexKind.FLAT).search(asked, min(NEIGHBOURS, rows)).rows
    for kind in kinds:
        yield _measured(kind, vectors, asked, exact)


def _measured(kind: IndexKind, vectors: Vectors, asked: Vectors, exact: NDArray[np.int64]) -> Result:
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    begin = perf_counter()
    index = FaceIndex.build(vectors, kind)
    build_s = perf_counter() - begin
    found = index.search(asked, exact.shape[1]).rows
    common = [len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), exact.tolist(), strict=True)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "index.faiss"
        index.save(file)
        size = file.stat().st_size
    return Result(
        kind, len(vectors), float((found[:, 0] == exact[:, 0]).mean()), float(np.mean(common)),
        _median_ms(index, asked, 1), _median_ms(index, asked, 2), size / 1e6, build_s,
    )  # fmt: skip


def _median_ms(index: FaceIndex, asked: Vectors, threads: int) -> float:
    faiss.omp_set_num_threads(threads)
    spent = []
    for query in asked[:TIMED]:
        begin = perf_counter()
        index.search(query[np.newaxis], NEIGHBOURS)
        spent.append((perf_counter() - begin) * 1000)
    return float(np.median(spent))


def line(result: Result) -> str:
    """Return a result as a row of a Markdown table."""
    return (
        f"| {result.rows:,} | {result.kind} | {result.agreement:.1%} | {result.recall:.1%} | "
        f"{result.one_core_ms:.2f} | {result.two_cores_ms:.2f} | {result.megabytes:.1f} | {result.build_s:.1f} |"
    )


HEADER = (
    "| rows | index | same nearest as exact | of the exact 12 nearest | ms, one core | ms, two cores | MB | build s |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training bench-search``."""
    shown = ",".join(map(str, ROWS))
    parser.add_argument("--rows", type=_numbers, default=ROWS, metavar="N,...", help=f"index sizes (default: {shown})")
    parser.add_argument("--kinds", type=_kinds, default=tuple(IndexKind), metavar="K,...", help="kinds (default: all)")
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="whose vectors are imitated (default: shipped)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a result")


def _numbers(text: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in text.split(","))
    if min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"index sizes must be 1 or more, not {text}")
    return numbers


def _kinds(text: str) -> tuple[IndexKind, ...]:
    try:
        return tuple(IndexKind(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"kinds are {', '.join(IndexKind)}, not {text}") from None


def run(args: argparse.Namespace) -> int:
    """Compare and print; exit code 2 where the artifacts can't be used."""
    try:
        like = FaceIndex.open(open_artifacts(args.artifacts or SHIPPED).index).vectors()
        if not args.json:
            print(HEADER)
        for rows in args.rows:
            for result in compare(like, rows, args.kinds):
                print(json.dumps(asdict(result)) if args.json else line(result), flush=True)
    except (ArtifactError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0
