"""``python -m tests.support.fleet.stand_in``: a real worker process around an engine that only sleeps."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import logging
import time
from functools import partial
from pathlib import Path

from engine import BadImage, CardEntry, Identification
from engine.fleet import queue
from engine.fleet.worker import FleetWorker, serve_many
from tests.support.bot.results import card, result

BROKEN, BAD = b"broken", b"bad"
"""Photos with these prefixes make the engine fail unexpectedly, or refuse them."""


def name_of(photo: bytes) -> str:
    """The name that the stand-in gives to a photo."""
    return hashlib.sha256(photo).hexdigest()


class StandIn:
    """Sleeps for each photo.

    Args:
        seconds: how long.
        journal: gets a line when a photo is begun.
    """

    def __init__(self, version: str, seconds: float = 0.0, journal: Path | None = None) -> None:
        self.version, self._seconds, self._journal = version, seconds, journal

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        if self._journal:
            with self._journal.open("a", encoding="ascii") as journal:
                journal.write(f"{name_of(image)}\n")
        time.sleep(self._seconds)
        if image.startswith(BROKEN):
            raise RuntimeError("password: hunter2")
        if image.startswith(BAD):
            raise BadImage("not_an_image", "These bytes are no picture.")
        return result(card(name_of(image), others=["Another"] * (top_k - 1)))

    def close(self) -> None:
        """It has no files."""

    reopen = close

    def similar(self, image: bytes, *, top_k: int) -> list[CardEntry]:
        return [CardEntry(name_of(image), None, "", "", "https://example.org", None, 1, 0.5)] * top_k


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--journal", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--lost-after", type=float, default=queue.LOST_AFTER_S)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    queue.LOST_AFTER_S = args.lost_after
    engine = StandIn(args.version, args.seconds, args.journal)
    make = partial(FleetWorker, engine, args.redis)
    if args.processes > 1:
        serve_many(make, engine, args.processes)
    else:
        asyncio.run(make().run())


if __name__ == "__main__":
    main()
