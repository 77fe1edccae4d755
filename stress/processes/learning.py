"""``python -m stress.processes.learning``: what it costs that several processes and workers know what one was taught.

Vectors are made up, names are the shipped catalogue's. The database is a PostgreSQL on loopback; Redis is not asked:
what travels over it, and what becomes of it at both ends, is.
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

from bot.store import Store, move_in
from engine import Engine, SqliteConfirmations, StoredConfirmation
from engine.fleet.shared_confirmations import digest_of, merge_shared_faces, pack_shared_faces, read_shared_faces
from engine.learning.remote_confirmations import RemoteConfirmations
from tests.support.postgres_server import Server, running, why_not

EXIT_UNUSABLE = 2
TURNS = 20
HEAD = """| confirmations | lessons, kB | packed, ms | read and checked, ms | taken up by the engine, ms |
| ---: | ---: | ---: | ---: | ---: |"""


def made(engine: Engine, count: int) -> list[StoredConfirmation]:
    """Confirmations of different cards, as the engine's network might see them."""
    index = engine.info()["artifacts"]["index"]
    vectors = np.random.default_rng(1).normal(size=(count, index["dimension"]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    titles = engine.catalogue.ranked_titles()
    names = [engine.catalogue.name(card_id) for card_id in dict.fromkeys(title.card_id for title in titles)]
    return [
        StoredConfirmation(
            name, "", "", f"guild 1 / message {at} / user 2", "2026", index["embedder_sha256"], packed.tobytes()
        )
        for at, (name, packed) in enumerate(zip(names, vectors.astype(np.float16), strict=False))
    ]


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What work gives, and the milliseconds it took."""
    begun = time.perf_counter()
    return work(), (time.perf_counter() - begun) * 1000


def travel(engine: Engine, borrowed: RemoteConfirmations, known: list[StoredConfirmation]) -> None:
    """Print a row of the table."""
    data, packing = timed(lambda: pack_shared_faces(known))
    digest = digest_of(data)
    lessons, reading = timed(lambda: read_shared_faces(data, digest))
    borrowed.replace_all(merge_shared_faces([lessons], lessons.network))
    learnt, taking = timed(engine.active_confirmations)
    assert len(learnt) == len(known)
    print(f"| {len(known):,} | {len(data) / 1000:,.0f} | {packing:.0f} | {reading:.0f} | {taking:.0f} |", flush=True)


def share(server: Server, known: list[StoredConfirmation], more: list[StoredConfirmation]) -> None:
    """Print what a database with so many costs."""
    with tempfile.TemporaryDirectory() as folder, closing(Store(server.emptied())) as one:
        file = Path(folder) / "overlay.sqlite"
        with closing(SqliteConfirmations.open(file)) as overlay:
            for entry in known:
                overlay.add(entry)
        moved, took = timed(lambda: move_in(file, one.confirmations()))
        print(f"\nmoved into the database: {moved:,} in {took / 1000:.1f} s")
        other, opening = timed(lambda: Store(server.url).confirmations())
        print(f"read by a process that starts: {len(other.entries()):,} in {opening:.0f} ms")
        adding, hearing = zip(*(heard(one, other, entry) for entry in more), strict=True)
        for what, times in (("added", adding), ("known to another process after", hearing)):
            print(f"{what}: p50 {np.percentile(times, 50):.0f} ms, longest {max(times):.0f} ms of {len(times)}")
        _, asking = timed(lambda: [other.version() for _ in range(1000)])
        print(f"asked by a search whether anything changed: {asking:.2f} us")
        other.end()


def heard(one: Store, other: Any, entry: StoredConfirmation) -> tuple[float, float]:
    """Milliseconds until one is added, and until another process knows it."""
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
    borrowed = RemoteConfirmations()
    with closing(Engine.open(overlay=borrowed)) as engine:
        known = made(engine, max(*args.counts, args.in_database + TURNS))
        print(HEAD)
        for count in args.counts:
            travel(engine, borrowed, known[:count])
    with running() as server:
        share(server, known[: args.in_database], known[args.in_database : args.in_database + TURNS])
    return 0


if __name__ == "__main__":
    sys.exit(main())
