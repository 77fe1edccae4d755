"""``python -m stress.fleet.confirmations``: seconds from a confirmation or a revocation until a worker applies it.

Uses the bot's engine holder, a real Redis and a real worker. The photo is sent again and again, so the figures include
the time of one photo.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from pathlib import Path

from bot.fleet.fleet_engine import FleetEngine
from engine import Status
from stress.fleet.siege import folders
from tests.conftest import LACKING
from tests.support.confirmed_photos import jpeg_of, photo_of
from tests.support.fleet.bot_and_worker import bot_and_worker
from tests.support.redis_server import RedisServer
from training.release.index import build_index
from training.scene.demo_set import build_demo

DEADLINE_S = 120.0


def build_lacking(folder: Path) -> Path:
    """Build artifacts whose catalogue has all demo cards and whose index lacks one."""
    demo = build_demo(folder / "faces")
    with demo.faces_csv.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if row[1] != LACKING]
    with (demo.folder / "lacking.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    build_index([demo.faces_csv], folder / "all")
    build_index([demo.folder / "lacking.csv"], folder / "artifacts", base=folder / "all")
    return folder / "artifacts"


def seconds_until(holder: FleetEngine, jpeg: bytes, *, named: bool) -> float:
    begun = time.perf_counter()
    while (holder.identify(jpeg, top_k=1).cards[0].status is Status.IDENTIFIED) is not named:
        pass
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m stress.fleet.confirmations", description=__doc__)
    parser.add_argument("--turns", type=int, default=10)
    args = parser.parse_args()
    image, corners = photo_of(LACKING, 1)
    jpeg = jpeg_of(LACKING, 2)
    named, gone = [], []
    with folders() as folder:
        server = RedisServer(folder)
        server.start()
        overlay = folder / "overlay.sqlite"
        with bot_and_worker(server.url, build_lacking(folder), overlay, DEADLINE_S) as holder:
            holder.identify(jpeg, top_k=1)
            for turn in range(args.turns):
                ident = holder.confirm(image, corners, LACKING, origin="user 1")
                named.append(seconds_until(holder, jpeg, named=True))
                # Vary the moment between two polls.
                time.sleep(turn / args.turns)
                holder.revoke(ident)
                gone.append(seconds_until(holder, jpeg, named=False))
        server.stop()
    for what, seconds in (("named after", named), ("no longer named after", gone)):
        print(f"{what} {min(seconds):.1f} to {max(seconds):.1f} s, {len(seconds)} times")
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
