"""``python -m stress.processes.learning``: the cost of sharing confirmations between processes and workers.

Vectors are made up, names are the shipped catalogue's. The database is PostgreSQL on loopback. Redis is left out:
measured is what is sent over it, and the work at both ends.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from bot.store import Store
from engine import Engine, SqliteConfirmations, StoredConfirmation
from engine.fleet.shared_confirmations import digest_of, merge_shared_faces, pack_shared_faces, read_shared_faces
from engine.learning.remote_confirmations import RemoteConfirmations
from tests.support.postgres_server import Server, running, why_not
from training.scoring.tables import Table, markdown_row

EXIT_UNUSABLE = 2
TURNS = 20
COLUMNS = ("confirmations", "lessons, kB", "packed, ms", "read and checked, ms", "taken up by the engine, ms")


def make_confirmations(engine: Engine, count: int) -> list[StoredConfirmation]:
    """Return confirmations of different cards with random vectors."""
    index = engine.info()["artifacts"]["index"]
    vectors = np.random.default_rng(1).normal(size=(count, index["dimension"]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    titles = engine.catalogue.titles
    names = [engine.catalogue.name(card_id) for card_id in dict.fromkeys(title.card_id for title in titles)]
    return [
        StoredConfirmation(
            name, "", "", f"guild 1 / message {at} / user 2", "2026", index["embedder_sha256"], packed.tobytes()
        )
        for at, (name, packed) in enumerate(zip(names, vectors.astype(np.float16), strict=False))
    ]


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return the result of a call, and the milliseconds it took."""
    begun = time.perf_counter()
    return work(), (time.perf_counter() - begun) * 1000


def measure_transfer(engine: Engine, remote: RemoteConfirmations, known: list[StoredConfirmation]) -> None:
    """Print a row of the table."""
    data, packing = timed(lambda: pack_shared_faces(known))
    digest = digest_of(data)
    faces, reading = timed(lambda: read_shared_faces(data, digest))
    remote.replace_all(merge_shared_faces([faces], faces.network))
    active, taking = timed(engine.active_confirmations)
    assert len(active) == len(known)
    times = (f"{ms:.0f}" for ms in (packing, reading, taking))
    print(markdown_row((f"{len(known):,}", f"{len(data) / 1000:,.0f}", *times)), flush=True)


def measure_database(server: Server, known: list[StoredConfirmation], more: list[StoredConfirmation]) -> None:
    """Print the times of a database with the confirmations ``known``, to which ``more`` are added."""
    with tempfile.TemporaryDirectory() as folder, closing(Store(server.empty_database())) as one:
        file = Path(folder) / "overlay.sqlite"
        with closing(SqliteConfirmations.open(file)) as overlay:
            for entry in known:
                overlay.add(entry)
        moved, took = timed(lambda: one.confirmations().import_file(file))
        print(f"\nmoved into the database: {moved:,} in {took / 1000:.1f} s")
        other, opening = timed(lambda: Store(server.url).confirmations())
        print(f"read by a process that starts: {len(other.entries()):,} in {opening:.0f} ms")
        adding, arriving = zip(*(add_and_wait(one, other, entry) for entry in more), strict=True)
        for what, times in (("added", adding), ("known to another process after", arriving)):
            print(f"{what}: p50 {np.percentile(times, 50):.0f} ms, longest {max(times):.0f} ms of {len(times)}")
        _, asking = timed(lambda: [other.version() for _ in range(1000)])
        print(f"asked by a search whether anything changed: {asking:.2f} us")
        other.end()


def add_and_wait(one: Store, other: Any, entry: StoredConfirmation) -> tuple[float, float]:
    """Return the milliseconds until one is added, and until another process knows it."""
    ident, adding = timed(lambda: one.confirmations().add(entry))
    begun = time.perf_counter()
    while ident not in other.entries():
        time.sleep(0.001)
    return adding, (time.perf_counter() - begun) * 1000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m stress.processes.learning", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1000, 10_000, 20_000])
    parser.add_argument("--in-database", type=int, default=1000)
    args = parser.parse_args()
    if why_not() is not None:
        print(why_not(), file=sys.stderr)
        return EXIT_UNUSABLE
    remote = RemoteConfirmations()
    with closing(Engine.open(overlay=remote)) as engine:
        known = make_confirmations(engine, max(*args.counts, args.in_database + TURNS))
        print(Table("", COLUMNS, left=()).to_markdown())
        for count in args.counts:
            measure_transfer(engine, remote, known[:count])
    with running() as server:
        measure_database(server, known[: args.in_database], known[args.in_database : args.in_database + TURNS])
    return 0


if __name__ == "__main__":
    sys.exit(main())
