"""``python -m stress.processes.shared``: bot processes share one PostgreSQL server that restarts; prints counts.

Each process does what a bot does with its store, as fast as it can: keeps answers, reads them back, puts them right,
keeps corrections, saves and reads settings of servers of its own and of one that all of them read. At the end what
the database holds is compared with what each process was told is kept: nothing may be missing, and nothing be twice.
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
"""The server whose settings the first process changes and all others read."""
CHANNELS = 1000
"""The watched server's channels tell how often it was changed: one channel, of this number and the count."""
WITHIN_S = 900
"""Longer than any run takes: a process that ended without a word must not be waited for for ever."""
EXIT_WRONG, EXIT_UNUSABLE = 1, 2


@dataclass
class Told:
    """What a process was told is kept, and what it saw.

    Attributes:
        refused: writes that failed for good.
        stale: reads that gave something older than an earlier one.
        longest_s: how long the slowest call took.
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
        self._store, self._number, self.told = store, number, Told()

    def turn(self, count: int) -> None:
        """Answer a photo, put the answer right, and change a server's settings."""
        given = answer(new_key(), asker=10 + self._number, guild=100 + self._number, reply=None)
        if self._do(self._store.add_answer, given):
            self.told.answers[given.key] = given
            self._put_right(given)
        chosen = GuildSettings(100 * (self._number + 1) + count % 7, frozenset({count + 1}))
        if self._do(self._store.save_guild, chosen):
            self.told.settings[chosen.guild_id] = chosen
        self._watch(count)

    def _put_right(self, given: Answer) -> None:
        corrected = given.with_card(0, card("Shock"))
        if self._do(self._store.correct_card, given.key, 0, corrected.cards[0]):
            self.told.answers[given.key] = corrected
        found = self._do(self._store.answer, given.key)
        self.told.reads += 1
        self.told.wrong += found is not False and found != self.told.answers[given.key]
        said = replace(correction(given.key, by=10 + self._number), at=datetime.now(UTC))
        if self._do(self._store.add_correction, said):
            self.told.corrections.append(said)

    def _watch(self, count: int) -> None:
        if self._number == 0:
            self._do(self._store.save_guild, GuildSettings(WATCHED, frozenset({CHANNELS + count})))
        found = self._do(self._store.guild, WATCHED)
        if found and found.channels:
            seen = max(found.channels) - CHANNELS
            self.told.stale += seen < self.told.watched
            self.told.watched = max(seen, self.told.watched)
            self.told.reads += 1

    def _do(self, method: Any, *values: Any) -> Any:
        """Return what a method gives, True where it gives nothing, and False where it failed."""
        begun = time.monotonic()
        try:
            result = method(*values)
        except StoreError as error:
            self.told.refused += 1
            print(f"process {self._number}: {error}", file=sys.stderr)
            return False
        finally:
            self.told.longest_s = max(self.told.longest_s, time.monotonic() - begun)
        return True if result is None else result


def work(url: str, number: int, turns: int, ready: Any, out: Any) -> None:
    """Be one of the processes."""
    with closing(Store(url)) as store:
        process = Process(store, number)
        ready.wait()
        for count in range(turns):
            process.turn(count)
        out.put((number, process.told))


def differences(url: str, told: Iterable[Told]) -> dict[str, int]:
    """Return how much of what was told is missing, altered or twice in the database, and what nobody was told of."""
    told = list(told)
    answers = {key: given for one in told for key, given in one.answers.items()}
    settings = {key: given for one in told for key, given in one.settings.items()}
    said = Counter((one.answer_key, one.by, one.at) for each in told for one in each.corrections)
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
            "reads of something wrong": sum(one.wrong for one in told),
            "reads older than earlier ones": sum(one.stale for one in told),
        }


def run(
    server: Server, processes: int, turns: int, restarts: Sequence[float], *, crash: bool = False
) -> tuple[list[Told], dict[str, int]]:
    """Let the processes work, restart the server at these moments (seconds from the start), and compare."""
    url, context = server.emptied(), multiprocessing.get_context("spawn")
    ready, out = context.Barrier(processes + 1), context.Queue()
    started = [context.Process(target=work, args=(url, n, turns, ready, out)) for n in range(processes)]
    for process in started:
        process.start()
    ready.wait()
    timers = [threading.Timer(after, server.restart, [crash]) for after in restarts]
    for timer in timers:
        timer.start()
    told = [one for _, one in sorted((out.get(timeout=WITHIN_S) for _ in started), key=lambda pair: pair[0])]
    for thread in (*started, *timers):
        thread.join()
    return told, differences(url, told)


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
        told, wrong = run(server, args.processes, args.turns, args.restart or [5.0], crash=args.crash)
    kept = {
        "answers kept": sum(len(one.answers) for one in told),
        "corrections kept": sum(len(one.corrections) for one in told),
        "servers' settings kept": sum(len(one.settings) for one in told),
        "reads": sum(one.reads for one in told),
        "writes refused": sum(one.refused for one in told),
        "restarts of the server": server.starts - 1,
        "changes of one server's settings seen": min(one.watched for one in told) + 1,
    }
    for name, count in {**kept, **wrong}.items():
        print(f"{name:45} {count:8,}")
    print(f"slowest call {max(one.longest_s for one in told):.2f} s; {time.monotonic() - begun:.0f} s in all")
    return EXIT_WRONG if any(wrong.values()) or kept["writes refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
