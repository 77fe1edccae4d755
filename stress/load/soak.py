"""``python -m stress.load.soak``: the bot under load.

500 photos of 50 people arrive at once, again and again, in a simulated Discord: each in a message of its own, answered
by the real client, downloader, pool, engine and store. Counts the answers, and measures the delay of the event loop,
the rate of answers, and memory. simcord keeps every message for ever, so its records are deleted after each round;
memory that still grows is the bot's or simcord's.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import tempfile
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from bot.recognition.memory import trim_memory
from engine import Engine
from tests.support.bot.patched_engine import PatchedEngine, one_card
from tests.support.bot.world import World, small_world, until
from training.release.index import build_index
from training.scene.demo_set import build_demo, demo_single_photo
from training.scoring.tables import Table, markdown_row

ROUND = 500
COLUMNS = ("photos", "answered once", "lost", "twice", "answers a minute", "loop lag p50", "p99", "memory")
PING_S = 0.005
PHOTO_PX = (480, 640)
DEADLINE_S = 300.0
"""Longer than a round; simcord keeps each photo's timer until then."""
FAKE_ENGINE_S = 0.03
"""Seconds per photo of the engine's stand-in."""


class Lag:
    """Measures the delay of the event loop, from another thread because simcord moves the loop's clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._stop, self.seconds = loop, threading.Event(), list[float]()

    @contextlib.asynccontextmanager
    async def measured(self) -> AsyncIterator[None]:
        def ping() -> None:
            while not self._stop.wait(PING_S):
                asked, came = time.perf_counter(), threading.Event()
                self._loop.call_soon_threadsafe(came.set)
                came.wait()
                self.seconds.append(time.perf_counter() - asked)

        thread = threading.Thread(target=ping, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            # The thread may be waiting for the event loop.
            await asyncio.to_thread(thread.join)


def resident_mb() -> float:
    """Return the resident memory of this process in MB."""
    gc.collect()
    trim_memory()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def distinct(jpeg: bytes, number: int) -> bytes:
    """Return the photo with other bytes: a comment after its end, which no decoder reads."""
    return jpeg + f"photo {number}".encode()


async def one_round(world: World, people: list, jpeg: bytes, begin: int, size: int, lag: Lag) -> Counter[int]:
    """Post photos, wait for all answers, and return how often each photo was answered."""
    asked = []
    # The pings must end first: simcord waits for an idle event loop.
    async with world.at_once(), lag.measured():
        for number in range(begin, begin + size):
            member = people[number % len(people)]
            message = await member.send(world.answered, "", attachments=[(f"{number}.jpg", distinct(jpeg, number))])
            asked.append(message.id)
        await until(lambda: not (world.client.answers._count or world.pool.waiting or world.pool.running))
    answered = Counter(reply.reference.message_id for reply in world.replies(world.answered))
    return Counter({message: answered[message] for message in asked})


def forget(world: World) -> None:
    """Delete simcord's records of messages and timers, for which it has no method."""
    backend, work = world.env.backend, world.env._work
    backend.http_requests.clear()
    backend.transcript.clear()
    work.callbacks[:] = [record for record in work.callbacks if record.handle and not record.handle.cancelled()]
    backend.cdn._blobs.clear()
    for channel in list(backend.messages):
        backend.messages[channel].clear()
    world.cdn.asked.clear()


async def soak(engine: Engine, jpeg: bytes, photos: int, users: int) -> None:
    chosen = {"max_waiting": ROUND, "max_waiting_per_user": ROUND, "deadline_s": DEADLINE_S}
    async with small_world(engine, **chosen) as world:
        world.env.settle_timeout = 3600
        people = [world.join(f"player{number}") for number in range(users)]
        counts: Counter[int] = Counter()
        print(Table("", COLUMNS, left=()).to_markdown())
        for begin in range(0, photos, ROUND):
            begun, lag = time.perf_counter(), Lag(asyncio.get_running_loop())
            found = await one_round(world, people, jpeg, begin, min(ROUND, photos - begin), lag)
            took = time.perf_counter() - begun
            counts.update(found.values())
            forget(world)
            low, high = np.percentile(lag.seconds, (50, 99)) * 1000
            twice = counts.total() - counts[1] - counts[0]
            answers = (str(begin + len(found)), str(counts[1]), str(counts[0]), str(twice))
            rate = f"{len(found) / took * 60:.0f}"
            print(
                markdown_row((*answers, rate, f"{low:.1f} ms", f"{high:.1f} ms", f"{resident_mb():.0f} MB")), flush=True
            )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m stress.load.soak", description=__doc__)
    parser.add_argument("--photos", type=int, default=5000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--without-engine", action="store_true", help="use an engine that only sleeps")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faces = build_demo(Path(folder) / "faces")
        build_index([faces.faces_csv], Path(folder) / "demo")
        engine = Engine.open(Path(folder) / "demo", threads=1)

        def slow(image: bytes, *, top_k: int) -> object:
            time.sleep(FAKE_ENGINE_S)
            return one_card(image, top_k=top_k)

        jpeg = demo_single_photo(1, PHOTO_PX).jpeg
        recogniser = PatchedEngine(engine, identify=slow) if args.without_engine else engine
        asyncio.run(soak(recogniser, jpeg, args.photos, args.users))


if __name__ == "__main__":
    main()
