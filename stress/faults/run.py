"""One run: people post while faults are drawn, or while each comes once."""

from __future__ import annotations

import asyncio
import faulthandler
import os
import random
import time
from collections.abc import Iterable
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
"""Seconds for which simcord keeps messages: people come back to an answer within that."""
TELL_EVERY_S = 60.0
LAG_EVERY_S = 0.25
STALL_S = 1.5
"""Seconds that the event loop may be late before all threads' whereabouts are written down."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to be.

    Attributes:
        minutes: how long photos are posted; 0 for each fault once.
        rate: photos a second.
        every_s: seconds between two faults, on average.
        workers: of the artifacts in use.
        photos: different drawn photos.
    """

    minutes: float
    seed: int
    rate: float
    every_s: float
    workers: int
    photos: int


class Run:
    """The run on a stage."""

    def __init__(self, plan: Plan, stage: Stage, players: Players, stalls: IO[str]) -> None:
        self.plan, self.stage, self.players, self.ledger = plan, stage, players, stage.ledger
        self._stalls = stalls
        self._busy: dict[str, asyncio.Task[None]] = {}
        self.memory_mb: list[float] = []

    async def whole(self) -> None:
        """Break things while people post, and wait for the last answers."""
        until = time.monotonic() + self.plan.minutes * 60
        posting = asyncio.create_task(self.players.post_all(self.plan.rate, until))
        await self._draw(until)
        await posting
        await self._end()

    async def once(self) -> None:
        """Let each fault happen once, those of a group one after the other, while people post."""
        posting = asyncio.create_task(self.players.post_all(self.plan.rate, float("inf")))
        for way in WAYS:
            self.players.post_one(way)
        groups = sorted(set(GROUPS.values()))
        turns = [[kind for kind in kinds() if GROUPS[kind] == group] for group in groups]
        await asyncio.gather(*map(self._in_turn, turns))
        posting.cancel()
        await self._end()

    async def tidy(self) -> None:
        """Throw away what simcord keeps, find what was forgotten, and say how it goes, for ever."""
        told = time.monotonic()
        while True:
            await self._sleep()
            forget(self.stage.world.env, KEEP_S)
            self.stage.world.cdn.asked.clear()
            self.stage.cdn.breaks.clear()
            self.ledger.give_up()
            if time.monotonic() - told > TELL_EVERY_S:
                told = time.monotonic()
                self.memory_mb.append(memory_mb())
                self._say()

    async def _sleep(self) -> None:
        """Sleep, and note how late the event loop is: Discord waits three seconds for a command's first answer."""
        for _ in range(int(TIDY_EVERY_S / LAG_EVERY_S)):
            due = time.monotonic() + LAG_EVERY_S
            faulthandler.dump_traceback_later(LAG_EVERY_S + STALL_S, file=self._stalls)
            await asyncio.sleep(LAG_EVERY_S)
            self.ledger.late(time.monotonic() - due)

    def _say(self) -> None:
        outcomes = dict(self.ledger.outcomes)
        faults = len(self.ledger.log.done)
        print(
            f"{self.ledger.log.at_s:5.0f} s: {outcomes}, {len(self.ledger.waiting)} waiting, {faults} faults, "
            f"{self.memory_mb[-1]:.0f} MB, {self.stage.workers.started} workers started",
            flush=True,
        )

    async def _draw(self, until: float) -> None:
        rng = self.stage.rng
        while time.monotonic() < until:
            await asyncio.sleep(self.plan.every_s * rng.uniform(0.4, 1.6))
            free = [kind for kind in kinds() if GROUPS[kind] not in self._busy]
            kind = rng.choices(free, [KINDS[one].weight for one in free])[0]
            task = self._busy[GROUPS[kind]] = asyncio.create_task(self._break(kind))
            task.add_done_callback(lambda _, group=GROUPS[kind]: self._busy.pop(group))

    async def _in_turn(self, those: Iterable[str]) -> None:
        for kind in those:
            await self._break(kind)

    async def _break(self, kind: str) -> None:
        detail, work = KINDS[kind].draw(self.stage)
        fault = self.ledger.begin(kind, detail)
        try:
            fault.observed |= await work()
        except Exception as error:  # noqa: BLE001 - a fault that can't be brought about is told, not the end
            self.ledger.find(f"{kind} ({detail}) could not be brought about: {error!r}")
        finally:
            self.ledger.log.end(fault)

    async def _end(self) -> None:
        if self._busy:
            await asyncio.wait(self._busy.values())
        await self.players.finish()


def memory_mb() -> float:
    """Return the memory of this process, bot and simulated Discord in one, as it is: nothing is swept up before."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def drawing(seed: int) -> random.Random:
    """Return what draws by a seed."""
    return random.Random(seed)  # noqa: S311 - a soak keeps no secrets


def kinds() -> list[str]:
    """Return the kinds of faults that can be brought about here."""
    return [kind for kind, one in KINDS.items() if one.group != "clock" or library()]
