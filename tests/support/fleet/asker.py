"""``python -m tests.support.fleet.asker``: one bot process without Discord, from the fetched photo to the fleet.

Sends its share of the photos, several at a time, and prints a line of JSON for each result.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.fleet.client import Fleet
from bot.fleet.fleet_engine import FleetEngine
from bot.monitoring.metrics import Metrics
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.pool import WorkerPool
from bot.recognition.schedule import Asker
from engine import Engine
from engine.fleet import PhotoResponse, read_message
from tests.support.fleet.photos import distinct, kept, said

AT_ONCE = 16
DEADLINE_S = 300.0
"""Longer than the bot's: with two cores and workers that are killed all the time everything is slow."""


@dataclass(frozen=True, slots=True)
class Posted:
    """An attachment as Discord describes it."""

    id: int
    url: str
    size: int = 1
    filename: str = "photo.jpg"
    content_type: str | None = "image/jpeg"

    def is_spoiler(self) -> bool:
        return False


class Counted(Fleet):
    """Counts the responses to each photo, including those after the first."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.came: Counter[str] = Counter()

    async def _take(self, data: bytes) -> None:
        self.came[read_message(data, PhotoResponse).id] += 1
        await super()._take(data)


async def ask_all(holder: FleetEngine, numbers: range, jpegs: list[bytes]) -> None:
    """Send every photo of this bot and print its result."""
    pool: WorkerPool = WorkerPool(AT_ONCE, 1000, max_per_user=1000, deadline_s=DEADLINE_S)
    gate = asyncio.Semaphore(AT_ONCE)

    async def fetch(url: str, _: int) -> bytes:
        return distinct(jpegs[int(url) % len(jpegs)], int(url))

    look = PhotoWorker(holder, fetch, pool)

    async def ask(number: int) -> None:
        async with gate:
            begun = time.perf_counter()
            (looked,) = await look.recognise([Posted(number, str(number))], 5, Asker(number))
            line = {"number": number, "seconds": time.perf_counter() - begun}
            line["said"] = said(looked.result) if looked.result else None
            line["error"] = looked.error.key if looked.error else None
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()

    await asyncio.gather(*(ask(number) for number in numbers))
    await pool.close()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis", required=True)
    parser.add_argument("--artifacts", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--numbers", type=int, nargs=3, required=True, metavar=("FIRST", "END", "STEP"))
    args = parser.parse_args()
    holder = FleetEngine(Engine.open(args.artifacts, threads=1), args.redis, DEADLINE_S)
    holder.fleet = counted = Counted(args.redis, lambda: holder.version)
    with holder.connected(Metrics()):
        asyncio.run(ask_all(holder, range(*args.numbers), kept(args.photos)))
    repeated = sum(count > 1 for count in counted.came.values())
    sys.stderr.write(f"photos for which more than one answer came, all but the first dropped: {repeated}\n")
    holder.close()


if __name__ == "__main__":
    main()
