"""Measure how much memory several processes with the same engine, or the same index, share; Linux only.

python -m training bench-memory [--processes 1,2,4,8] [--photos 24] [--rows 110000] [--artifacts DIR] [--json]

Compares processes that each opened an engine of their own with one that opened it once and then forked, as
``python -m engine worker --processes N`` does; all have identified the same photos. See
:mod:`training.benchmarks.process_memory` for how memory is counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.prefork import ONE_THREAD
from engine.retrieval.embedder import Vectors
from engine.retrieval.index import FaceIndex
from training.benchmarks.memory_programs import READY, programs
from training.benchmarks.process_memory import ROLLUP, copied, is_available, memory_of, private
from training.benchmarks.search import disturb, draw_vectors, positive_list
from training.data.errors import CommandError
from training.scene.demo_set import demo_single_photo
from training.scoring.tables import Table
from training.scoring.timing import timed

PROCESSES, PHOTOS, ROWS, QUERIES = (1, 2, 4, 8), 24, 110_000, 200
PHOTO_PX = (480, 640)
MIB = 1024
"""In KiB, the kernel's unit."""


@dataclass(frozen=True, slots=True)
class MemoryResult:
    """The memory of some processes of one kind, in MiB."""

    what: str
    """What they opened."""
    processes: int
    """How many ran at the same time."""
    in_all: float
    """Memory of all of them together (the sum of their PSS)."""
    private: float
    """Memory of one process alone (the mean of their USS)."""
    copied: float
    """The part of ``private`` that was shared with the parent process until one of them wrote to it."""
    seen: float
    """Apparent memory of one process (the mean of their RSS)."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Comparison of searches in a memory-mapped index and in a copy read into memory: median times of a query."""

    rows: int
    queries: int
    same: bool
    """Whether both found the same rows with the same similarities."""
    mapped_ms: float
    read_ms: float


def measure_memory(what: str, program: str, count: int, *, forks: bool = False) -> MemoryResult:
    """Run ``count`` processes of a program, and return their memory when all of them are ready."""
    with run_program(program, count, forks=forks) as (workers, parents):
        found = list(map(memory_of, workers))
        written = [copied(worker, parent) for worker in workers for parent in parents]
        in_all = sum(one["Pss"] for one in (*found, *map(memory_of, parents)))
    sums = sum(map(private, found)), sum(written), sum(one["Rss"] for one in found)
    return MemoryResult(what, count, in_all / MIB, *(total / len(found) / MIB for total in sums))


@contextmanager
def run_program(program: str, count: int, *, forks: bool) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the ids of the processes that are ready and waiting, and of their parents; the context ends them all.

    Args:
        program: Python source of one process, or of one that forks all others.

    Raises:
        RuntimeError: one of them failed.
    """
    command, pipe = [sys.executable, "-c", program, str(count)], subprocess.PIPE
    processes = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=os.environ | ONE_THREAD)  # noqa: S603
        for _ in range(1 if forks else count)
    ]
    workers = []
    try:
        for process in processes:
            for _ in range(count if forks else 1):
                words = process.stdout.readline().split() if process.stdout else []
                if words[:1] != [READY]:
                    raise RuntimeError("a process ended before it was measured; see its output above")
                workers.append(int(words[1]))
        yield workers, [process.pid for process in processes if forks]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.communicate()


def compare_searches(path: Path, queries: Vectors) -> SearchResult:
    """Run the queries, float32 (N, D), on an index file both ways, one at a time as the engine does."""
    ways = FaceIndex.open(path), FaceIndex.open(path, mapped=False)
    times, same = [], True
    for query in queries:
        (mapped, mapped_ms), (read, read_ms) = (timed(way.search, query[None], 12) for way in ways)
        times.append((mapped_ms, read_ms))
        same &= np.array_equal(mapped.rows, read.rows) and np.array_equal(mapped.similarities, read.similarities)
    return SearchResult(len(ways[0]), len(queries), same, *np.median(times, axis=0).tolist())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training bench-memory``."""
    parser.add_argument("--processes", type=positive_list, default=PROCESSES, metavar="N,N,...")
    parser.add_argument("--photos", type=int, default=PHOTOS, metavar="N", help="photos that each engine identifies")
    parser.add_argument("--rows", type=int, default=ROWS, metavar="N", help="rows of the drawn index")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="one object a line")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    if not is_available():
        raise CommandError(f"this system has no /proc/PID/{ROLLUP}; Linux has.")
    shipped = FaceIndex.open(open_artifacts(args.artifacts).index).vectors()
    with tempfile.TemporaryDirectory() as folder:
        index, photos = Path(folder) / "index.faiss", Path(folder) / "photos"
        photos.mkdir()
        for seed in range(1, args.photos + 1):
            (photos / f"{seed:03d}.jpg").write_bytes(demo_single_photo(seed, PHOTO_PX).jpeg)
        rng = np.random.default_rng(args.rows)
        vectors = draw_vectors(shipped, args.rows, rng)
        FaceIndex.build(vectors).save(index)
        searches = compare_searches(index, disturb(vectors[:QUERIES], shipped, rng))
        del vectors
        results = [
            measure_memory(what, program, count, forks=forks)
            for what, (program, forks) in programs(args.artifacts, index, args.rows, photos).items()
            for count in args.processes
        ]
    print(to_json(results, searches) if args.json else to_markdown(results, searches))
    return 0


def to_json(results: Sequence[MemoryResult], searches: SearchResult) -> str:
    """Return the report as a JSON object a line."""
    return "\n".join(json.dumps(one) for one in (*map(asdict, results), asdict(searches)))


def to_markdown(results: Sequence[MemoryResult], searches: SearchResult) -> str:
    """Return the report as a Markdown table and a sentence."""
    columns = ("what each process opened", "processes", "MiB in all", "private to each", "of which once shared",
               "resident")  # fmt: skip
    rows = tuple(
        (r.what, str(r.processes), f"{r.in_all:.0f}", f"{r.private:.1f}", f"{r.copied:.1f}", f"{r.seen:.0f}")
        for r in results
    )
    same = "the same" if searches.same else "NOT the same"
    return (
        f"{Table('memory', columns, rows).to_markdown()}\n\n"
        f"{searches.rows:,} rows, {searches.queries} queries turn by turn, median: {searches.mapped_ms:.2f} ms mapped, "
        f"{searches.read_ms:.2f} ms copied; rows and similarities found are {same}."
    )
