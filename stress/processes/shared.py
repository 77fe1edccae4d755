"""``python -m stress.processes.shared``: bot processes share one PostgreSQL server that restarts; prints counts.

Each process uses its store like a bot, as fast as it can: it adds answers, reads them back, corrects them, adds
corrections, saves and reads the settings of guilds of its own and of one that all of them read. At the end the database
is compared with the writes that were acknowledged to each process: none may be missing or duplicated.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.store import Answer, Correction, GuildSettings, Store, StoreError, new_key
from tests.support.bot.stored_values import answer, card, correction
from tests.support.postgres_server import Server, running, why_not

WATCHED = 1
"""The guild whose settings the first process changes and all others read."""
CHANNELS = 1000
"""The watched guild has one channel, whose id is this number plus the number of changes."""
WITHIN_S = 900
"""Longer than any run: do not wait for ever for a process that died."""
EXIT_WRONG, EXIT_UNUSABLE = 1, 2


@dataclass
class Acknowledged:
    """The writes that were acknowledged to a process, and its reads.

    Attributes:
        reads: number of reads.
        refused: number of writes that failed for good.
        stale: number of reads that returned something older than an earlier one.
        wrong: number of reads that did not return what was written.
        longest_s: duration of the slowest call.
        watched: number of changes of the watched guild's settings seen.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    settings: dict[int, GuildSettings] = field(default_factory=dict)
    reads: int = 0
    refused: int = 0
    stale: int = 0
    wrong: int = 0
    longest_s: float = 0.0
    watched: int = 0


class Process:
    """One bot's use of the store."""

    def __init__(self, store: Store, number: int) -> None:
        self._store, self._number, self.acknowledged = store, number, Acknowledged()

    def turn(self, count: int) -> None:
        """Answer a photo, correct the answer, and change a guild's settings."""
        given = answer(new_key(), asker=10 + self._number, guild=100 + self._number, reply=None)
        if self._call(self._store.add_answer, given):
            self.acknowledged.answers[given.key] = given
            self._correct(given)
        chosen = GuildSettings(100 * (self._number + 1) + count % 7, frozenset({count + 1}))
        if self._call(self._store.save_guild, chosen):
            self.acknowledged.settings[chosen.guild_id] = chosen
        self._watch(count)

    def _correct(self, given: Answer) -> None:
        corrected = given.with_card(0, card("Shock"))
        if self._call(self._store.correct_card, given.key, 0, corrected.cards[0]):
            self.acknowledged.answers[given.key] = corrected
        found = self._call(self._store.answer, given.key)
        self.acknowledged.reads += 1
        self.acknowledged.wrong += found is not False and found != self.acknowledged.answers[given.key]
        said = replace(correction(given.key, by=10 + self._number), at=datetime.now(UTC))
        if self._call(self._store.add_correction, said):
            self.acknowledged.corrections.append(said)

    def _watch(self, count: int) -> None:
        if self._number == 0:
            self._call(self._store.save_guild, GuildSettings(WATCHED, frozenset({CHANNELS + count})))
        found = self._call(self._store.guild, WATCHED)
        if found and found.channels:
            seen = max(found.channels) - CHANNELS
            self.acknowledged.stale += seen < self.acknowledged.watched
            self.acknowledged.watched = max(seen, self.acknowledged.watched)
            self.acknowledged.reads += 1

    def _call(self, method: Any, *values: Any) -> Any:
        """Call a method; return its result, True instead of None, and False if it failed."""
        begun = time.monotonic()
        try:
            result = method(*values)
        except StoreError as error:
            self.acknowledged.refused += 1
            print(f"process {self._number}: {error}", file=sys.stderr)
            return False
        finally:
            self.acknowledged.longest_s = max(self.acknowledged.longest_s, time.monotonic() - begun)
        return True if result is None else result


def work(url: str, number: int, turns: int, ready: Any, out: Any) -> None:
    """Run in one of the processes."""
    with closing(Store(url)) as store:
        process = Process(store, number)
        ready.wait()
        for count in range(turns):
            process.turn(count)
        out.put((number, process.acknowledged))


def differences(url: str, acknowledged: Iterable[Acknowledged]) -> dict[str, int]:
    """Return how many acknowledged writes are missing, altered or duplicated, and how many unacknowledged."""
    acknowledged = list(acknowledged)
    answers = {key: given for one in acknowledged for key, given in one.answers.items()}
    settings = {key: given for one in acknowledged for key, given in one.settings.items()}
    said = Counter((one.answer_key, one.by, one.at) for each in acknowledged for one in each.corrections)
    with closing(Store(url)) as store:
        counts = store.counts()
        found = Counter((one.answer_key, one.by, one.at) for one in store.corrections(limit=10**9))
        return {
            "answers missing or altered": sum(store.answer(key) != given for key, given in answers.items()),
            "answers nobody was told of": counts["answers"] - len(answers),
            "corrections missing": (said - found).total(),
            "corrections twice or untold": (found - said).total(),
            "settings missing or altered": sum(store.guild(key) != given for key, given in settings.items()),
            "settings nobody was told of": counts["guilds"] - len(settings) - 1,
            "reads of something wrong": sum(one.wrong for one in acknowledged),
            "reads older than earlier ones": sum(one.stale for one in acknowledged),
        }


def run(
    server: Server, processes: int, turns: int, restarts: Sequence[float], *, crash: bool = False
) -> tuple[list[Acknowledged], dict[str, int]]:
    """Run the processes, restart the server at these times (seconds from the start), and compare."""
    url, context = server.empty_database(), multiprocessing.get_context("spawn")
    ready, out = context.Barrier(processes + 1), context.Queue()
    started = [context.Process(target=work, args=(url, n, turns, ready, out)) for n in range(processes)]
    for process in started:
        process.start()
    ready.wait()
    timers = [threading.Timer(after, server.restart, [crash]) for after in restarts]
    for timer in timers:
        timer.start()
    acknowledged = [one for _, one in sorted((out.get(timeout=WITHIN_S) for _ in started), key=lambda pair: pair[0])]
    for thread in (*started, *timers):
        thread.join()
    return acknowledged, differences(url, acknowledged)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it and print the counts; returns 0 where nothing was lost, twice, refused or wrong."""
    parser = argparse.ArgumentParser(prog="python -m stress.processes.shared", description=__doc__)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--turns", type=int, default=1000, help="answers that each process gives (default: 1000)")
    parser.add_argument("--restart", type=float, action="append", metavar="S", help="seconds after which it restarts")
    parser.add_argument("--crash", action="store_true", help="stop it as if the power had failed, tidying nothing up")
    args = parser.parse_args(arguments)
    if why_not() is not None:
        print(why_not(), file=sys.stderr)
        return EXIT_UNUSABLE
    begun = time.monotonic()
    with running() as server:
        acknowledged, wrong = run(server, args.processes, args.turns, args.restart or [5.0], crash=args.crash)
    kept = {
        "answers kept": sum(len(one.answers) for one in acknowledged),
        "corrections kept": sum(len(one.corrections) for one in acknowledged),
        "servers' settings kept": sum(len(one.settings) for one in acknowledged),
        "reads": sum(one.reads for one in acknowledged),
        "writes refused": sum(one.refused for one in acknowledged),
        "restarts of the server": server.starts - 1,
        "changes of one server's settings seen": min(one.watched for one in acknowledged) + 1,
    }
    for name, count in {**kept, **wrong}.items():
        print(f"{name:45} {count:8,}")
    print(f"slowest call {max(one.longest_s for one in acknowledged):.2f} s; {time.monotonic() - begun:.0f} s in all")
    return EXIT_WRONG if any(wrong.values()) or kept["writes refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
