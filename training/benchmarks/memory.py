"""What several processes that opened the same engine, or the same index, share of their memory; Linux only.

python -m training bench-memory [--processes 1,2,4,8] [--photos 24] [--rows 110000] [--artifacts DIR] [--json]

Engines that many processes opened, each its own, stand beside one that was opened once and then forked, as
``python -m engine worker --processes N`` does; each has looked at the same photos. How memory is counted,
:mod:`training.benchmarks.process_memory` tells.
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
from time import perf_counter

import numpy as np

from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.errors import ArtifactError
from engine.core.prefork import ONE_THREAD
from engine.retrieval.embedder import Vectors
from engine.retrieval.index import FaceIndex
from training.benchmarks.memory_programs import READY, Program, Programs, programs
from training.benchmarks.process_memory import ROLLUP, copied, is_told, memory_of, private
from training.benchmarks.search import disturbed, drawn_vectors
from training.scene.demo_set import demo_single_photo

EXIT_UNUSABLE = 2
PROCESSES, PHOTOS, ROWS, QUERIES = (1, 2, 4, 8), 24, 110_000, 200
PHOTO_PX = (480, 640)
MIB = 1024
"""The system counts in KiB."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of some processes of one kind, in MiB.

    Attributes:
        what: they opened.
        processes: how many there were at the same time.
        in_all: what the machine gave them together (the sum of their PSS).
        private: what each has for itself alone (the mean of their USS).
        copied: how much of that is pages it once shared with the process it was forked from, until one wrote to them.
        seen: what each seems to have (the mean of their RSS).
    """

    what: str
    processes: int
    in_all: float
    private: float
    copied: float
    seen: float


@dataclass(frozen=True, slots=True)
class Searched:
    """An index searched from the file and from a copy, turn by turn.

    Attributes:
        rows: vectors in it.
        queries: how many were asked.
        same: whether both found the same rows with the same similarities.
        mapped_ms, read_ms: median time of a query.
    """

    rows: int
    queries: int
    same: bool
    mapped_ms: float
    read_ms: float


def measured(what: str, programs: Programs, count: int) -> Memory:
    """Run ``count`` processes of a program, and return their memory when all of them are ready."""
    with running(programs(count)) as (workers, parents):
        found = list(map(memory_of, workers))
        written = [copied(worker, parent) for worker in workers for parent in parents]
        in_all = sum(one["Pss"] for one in (*found, *map(memory_of, parents)))
    mean = 1 / len(found) / MIB
    return Memory(
        what,
        count,
        in_all / MIB,
        sum(map(private, found)) * mean,
        sum(written) * mean,
        sum(one["Rss"] for one in found) * mean,
    )


@contextmanager
def running(program: Program) -> Iterator[tuple[list[int], list[int]]]:
    """Give the ids of the processes that have done their work and wait, and of their parents; all end with the block.

    Raises:
        RuntimeError: one of them failed.
    """
    command, pipe, environment = [sys.executable, "-c", program.text], subprocess.PIPE, os.environ | ONE_THREAD
    processes = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)  # noqa: S603
        for _ in range(program.starts)
    ]
    try:
        workers = [_ready(process) for process in processes for _ in range(program.forks or 1)]
        yield workers, [process.pid for process in processes if program.forks]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.communicate()


def _ready(process: subprocess.Popen[str]) -> int:
    """Wait until a process, or a child of it, is ready, and return that one's id."""
    words = process.stdout.readline().split() if process.stdout else []
    if words[:1] != [READY]:
        raise RuntimeError("a process ended before it was measured; what it said stands above")
    return int(words[1])


def searched(path: Path, asked: Vectors) -> Searched:
    """Search an index file both ways for ``asked`` (float32 (N, D)), one at a time as the engine does, and compare."""
    ways = FaceIndex.open(path), FaceIndex.open(path, mapped=False)
    times: tuple[list[float], list[float]] = ([], [])
    same = True
    for query in asked:
        found = []
        for way, spent in zip(ways, times, strict=True):
            begin = perf_counter()
            found.append(way.search(query[None], 12))
            spent.append((perf_counter() - begin) * 1000)
        mapped, read = found
        same &= np.array_equal(mapped.rows, read.rows) and np.array_equal(mapped.similarities, read.similarities)
    return Searched(len(ways[0]), len(asked), same, float(np.median(times[0])), float(np.median(times[1])))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--processes", type=_numbers, default=PROCESSES, metavar="N,N,...")
    parser.add_argument("--photos", type=int, default=PHOTOS, metavar="N", help="photos that each engine looks at")
    parser.add_argument("--rows", type=int, default=ROWS, metavar="N", help="rows of the drawn index")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="one object a line")


def _numbers(text: str) -> tuple[int, ...]:
    numbers = tuple(map(int, text.split(",")))
    if min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"there must be a process at least, so not {text}")
    return numbers


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    if not is_told():
        print(f"error: this system has no /proc/PID/{ROLLUP}; Linux has.", file=sys.stderr)
        return EXIT_UNUSABLE
    try:
        shipped = FaceIndex.open(open_artifacts(args.artifacts).index).vectors()
    except ArtifactError as error:
        print(f"error: {error.message}", file=sys.stderr)
        return EXIT_UNUSABLE
    with tempfile.TemporaryDirectory() as folder:
        index, photos = Path(folder) / "index.faiss", Path(folder) / "photos"
        _draw_into(photos, args.photos)
        rng = np.random.default_rng(args.rows)
        vectors = drawn_vectors(shipped, args.rows, rng)
        FaceIndex.build(vectors).save(index)
        both = searched(index, disturbed(vectors[:QUERIES], shipped, rng))
        del vectors
        found = [
            measured(what, program, count)
            for what, program in programs(args.artifacts, index, args.rows, photos).items()
            for count in args.processes
        ]
    print("\n".join(lines_of(found, both, as_json=args.json)))
    return 0


def _draw_into(folder: Path, count: int) -> None:
    folder.mkdir()
    for seed in range(1, count + 1):
        (folder / f"{seed:03d}.jpg").write_bytes(demo_single_photo(seed, PHOTO_PX).jpeg)


def lines_of(found: Sequence[Memory], both: Searched, *, as_json: bool) -> list[str]:
    """Return the report, as a Markdown table unless it is to be JSON."""
    if as_json:
        return [*(json.dumps(asdict(one)) for one in found), json.dumps(asdict(both))]
    rows = [
        f"| {one.what} | {one.processes} | {one.in_all:.0f} | {one.private:.1f} | {one.copied:.1f} | {one.seen:.0f} |"
        for one in found
    ]
    same = "the same" if both.same else "NOT the same"
    return [
        "| what each process opened | processes | MiB in all | private to each | of which once shared | resident |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        "",
        f"{both.rows:,} rows, {both.queries} queries turn by turn, median: {both.mapped_ms:.2f} ms mapped, "
        f"{both.read_ms:.2f} ms copied; rows and similarities found are {same}.",
    ]
