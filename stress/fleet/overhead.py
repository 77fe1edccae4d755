"""``python -m stress.fleet.overhead``: time that the queue adds to a photo, and throughput by number of workers.

Everything is measured in one run on one machine. For the first table each photo is identified twice in turn: by an
engine in this process and through Redis by a worker, both with one core per photo. The machine's load affects both
alike; the difference counts.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bot.fleet.fleet_engine import FleetEngine
from bot.monitoring.metrics import Metrics
from engine import Engine, Identification
from stress.fleet.siege import Fleet, folders, wait_for_workers
from tests.support.fleet.photos import build_artifacts, distinct, draw_into
from tests.support.redis_server import RedisServer
from training.benchmarks.process_memory import memory_of as memory
from training.scene.demo_set import LARGE_SINGLE_SIZE, demo_single_photo
from training.scoring.tables import Table, markdown_row

AT_ONCE = 16
DEADLINE_S = 600.0
WARM_UP = 3
OVERHEAD_COLUMNS = ("photo", "", "in-process, ms", "fleet, ms", "of which engine", "added by the queue",
                    "of a photo's time")  # fmt: skip
THROUGHPUT_COLUMNS = ("workers", "photos/s", "cores used", "photos per core second", "bot's CPU ms a photo",
                      "MB a worker")  # fmt: skip


def timed(identify: Callable[..., Identification], jpeg: bytes) -> tuple[float, float]:
    """Return the milliseconds for a photo: wall-clock time, and the engine's own measurement."""
    begun = time.perf_counter()
    result = identify(jpeg, top_k=5)
    return (time.perf_counter() - begun) * 1000, result.timings_ms["total"]


def measure_overhead(engine: Engine, holder: FleetEngine, jpegs: Sequence[bytes], count: int, what: str) -> None:
    """Print a row of the first table."""
    here, there = list[tuple[float, float]](), list[tuple[float, float]]()
    # In a thread, as in the bot: its memory is managed differently from the main thread's.
    thread = ThreadPoolExecutor(1)
    both = ((here, engine.identify), (there, holder.identify))
    for number in range(count + WARM_UP):
        jpeg = distinct(jpegs[number % len(jpegs)], number)
        # Alternate the order: the second one finds the photo's pages warm.
        for times, identify in both if number % 2 else both[::-1]:
            times.append(thread.submit(timed, identify, jpeg).result())
    thread.shutdown()
    own, far = np.array(here[WARM_UP:]), np.array(there[WARM_UP:])
    added = far[:, 0] - far[:, 1] - np.median(own[:, 0] - own[:, 1])
    kilobytes = np.mean([len(jpeg) for jpeg in jpegs]) / 1000
    for p in (50, 95):
        in_process, fleet, queue = (np.percentile(values, p) for values in (own[:, 0], far[:, 0], added))
        engine_there = np.percentile(far[:, 1], p)
        times = (f"{ms:.0f}" for ms in (in_process, fleet, engine_there))
        names = (f"{what}, {kilobytes:.0f} kB", f"p{p} of {count}")
        print(markdown_row((*names, *times, f"{queue:.1f}", f"{queue / in_process:.1%}")), flush=True)


def cpu_of(pids: Sequence[int]) -> float:
    """Return the processor seconds that processes have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(fleet: Fleet) -> float:
    """Return megabytes for each worker, including its share of shared memory and of the parent process."""
    processes = [*fleet.pids, *filter(None, [fleet.parent])]
    return sum(memory(pid)["Pss"] for pid in processes) * 1024 / 1e6 / len(fleet.pids)


def measure_throughput(holder: FleetEngine, jpegs: Sequence[bytes], count: int, fleet: Fleet) -> None:
    """Print a row of the second table."""
    pids = fleet.pids
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda number: holder.identify(jpegs[number % len(jpegs)], top_k=5), range(2 * len(pids))))
        before, own, begun = cpu_of(pids), bot_cpu(), time.perf_counter()
        photos = (distinct(jpegs[number % len(jpegs)], number) for number in range(count))
        list(threads.map(lambda jpeg: holder.identify(jpeg, top_k=5), photos))
        took = time.perf_counter() - begun
    used, asking = cpu_of(pids) - before, bot_cpu() - own
    rates = (f"{count / took:.2f}", f"{used / took:.2f}", f"{count / used:.2f}")
    print(markdown_row((str(len(pids)), *rates, f"{asking / count * 1000:.1f}", f"{memory_of(fleet):.0f}")), flush=True)


def bot_cpu() -> float:
    """Return the processor seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def run_workers(server: RedisServer, artifacts: Path, count: int, folder: Path) -> Iterator[Fleet]:
    """Run workers while the context is open; all are ready at its start."""
    fleet = Fleet(server.url, artifacts, count, folder / "workers.log")
    try:
        wait_for_workers(server, count)
        yield fleet
    finally:
        fleet.close()
        server.stop()
        server.start()


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m stress.fleet.overhead", description=__doc__)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    args = parser.parse_args()
    with folders() as folder:
        artifacts, small = build_artifacts(folder), draw_into(folder / "photos")
        large = [demo_single_photo(seed, LARGE_SINGLE_SIZE).jpeg for seed in (1, 2)]
        engine = Engine.open(artifacts, threads=1)
        server = RedisServer(folder)
        server.start()
        try:
            with run_workers(server, artifacts, 1, folder):
                holder = FleetEngine(Engine.open(artifacts, threads=1), server.url, DEADLINE_S)
                with holder.connected(Metrics()):
                    print(Table("", OVERHEAD_COLUMNS, left=(0, 1)).to_markdown())
                    measure_overhead(engine, holder, small, args.photos, "480x640")
                    measure_overhead(engine, holder, large, args.photos // 4, "3000x4000")
            print(f"\n{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}\n")
            print(Table("", THROUGHPUT_COLUMNS, left=()).to_markdown())
            for count in args.workers:
                with run_workers(server, artifacts, count, folder) as fleet:
                    holder = FleetEngine(Engine.open(artifacts, threads=1), server.url, DEADLINE_S)
                    with holder.connected(Metrics()):
                        measure_throughput(holder, small, args.photos, fleet)
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
