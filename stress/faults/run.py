"""One run: people post photos while faults are drawn at random, or while each happens once."""

from __future__ import annotations

import asyncio
import faulthandler
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stress.faults.clock import library
from stress.faults.kinds import GROUPS, KINDS
from stress.faults.players import WAYS, Players
from stress.faults.real_time import forget
from stress.faults.stage import Stage

TIDY_EVERY_S = 10.0
KEEP_S = 300.0
"""Seconds for which simcord keeps messages: people return to an answer within that time."""
TELL_EVERY_S = 60.0
LAG_EVERY_S = 0.25
STALL_S = 1.5
"""Delay of the event loop after which the stacks of all threads are written."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The parameters of a run.

    Attributes:
        minutes: how long photos are posted; 0 for each fault once.
        rate: photos a second.
        every_s: mean seconds between two faults.
        workers: number of workers with the current artifacts.
        photos: number of different drawn photos.
    """

    minutes: float
    seed: int
    rate: float
    every_s: float
    workers: int
    photos: int


class Run:
    """A run on a stage."""

    def __init__(self, plan: Plan, stage: Stage, players: Players, stalls: IO[str]) -> None:
        self.plan, self.stage, self.players, self.ledger = plan, stage, players, stage.ledger
        self._stalls = stalls
        self._busy: dict[str, asyncio.Task[None]] = {}
        self.memory_mb: list[float] = []

    async def run_random(self) -> None:
        """Cause random faults while people post, and wait for the last answers."""
        until = time.monotonic() + self.plan.minutes * 60
        posting = asyncio.create_task(self.players.post_all(self.plan.rate, until))
        rng = self.stage.rng
        while time.monotonic() < until:
            await asyncio.sleep(self.plan.every_s * rng.uniform(0.4, 1.6))
            free = [kind for kind in kinds() if GROUPS[kind] not in self._busy]
            kind = rng.choices(free, [KINDS[one].weight for one in free])[0]
            task = self._busy[GROUPS[kind]] = asyncio.create_task(self._cause(kind))
            task.add_done_callback(lambda _, group=GROUPS[kind]: self._busy.pop(group))
        await posting
        await self._end()

    async def run_once(self) -> None:
        """Cause each fault once, those of a group one after the other, while people post."""

        async def cause_group(group: str) -> None:
            for kind in kinds():
                if GROUPS[kind] == group:
                    await self._cause(kind)

        posting = asyncio.create_task(self.players.post_all(self.plan.rate, float("inf")))
        for way in WAYS:
            self.players.post_one(way)
        await asyncio.gather(*map(cause_group, sorted(set(GROUPS.values()))))
        posting.cancel()
        # Once more after recovery, so that photos are answered however few were posted meanwhile.
        for way in WAYS:
            self.players.post_one(way)
        await self._end()

    async def tidy(self) -> None:
        """Delete simcord's old records, report lost photos, and print progress, for ever."""
        printed = time.monotonic()
        while True:
            for _ in range(int(TIDY_EVERY_S / LAG_EVERY_S)):
                # Discord waits three seconds for a command's first answer: record how late the event loop is.
                due = time.monotonic() + LAG_EVERY_S
                faulthandler.dump_traceback_later(LAG_EVERY_S + STALL_S, file=self._stalls)
                await asyncio.sleep(LAG_EVERY_S)
                self.ledger.add_delay(time.monotonic() - due)
            forget(self.stage.world.env, KEEP_S)
            self.stage.world.cdn.asked.clear()
            self.stage.cdn.breaks.clear()
            self.ledger.report_lost()
            if time.monotonic() - printed > TELL_EVERY_S:
                printed = time.monotonic()
                self.memory_mb.append(memory_mb())
                print(
                    f"{self.ledger.log.at_s:5.0f} s: {dict(self.ledger.outcomes)}, {len(self.ledger.waiting)} waiting, "
                    f"{len(self.ledger.log.done)} faults, {self.memory_mb[-1]:.0f} MB, "
                    f"{self.stage.workers.started} workers started",
                    flush=True,
                )

    async def _cause(self, kind: str) -> None:
        detail, work = KINDS[kind].draw(self.stage)
        fault = self.ledger.begin(kind, detail)
        try:
            fault.observed |= await work()
        except Exception as error:  # noqa: BLE001 - the run goes on without this fault
            self.ledger.report(f"{kind} ({detail}) could not be brought about: {error!r}")
        finally:
            self.ledger.log.end(fault)

    async def _end(self) -> None:
        if self._busy:
            await asyncio.wait(self._busy.values())
        await self.players.finish()


def memory_mb() -> float:
    """Return the resident memory of this process, bot and simulated Discord included, without collecting garbage."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def new_rng(seed: int) -> random.Random:
    """Return a random generator."""
    return random.Random(seed)  # noqa: S311 - a soak keeps no secrets


def kinds() -> list[str]:
    """Return the kinds of faults that can be caused on this machine."""
    return [kind for kind, one in KINDS.items() if one.group != "clock" or library()]
