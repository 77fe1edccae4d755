"""The faults: each breaks something, waits until all is as before, and tells what it saw."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stress.faults.artifacts import NAMES
from stress.faults.stage import READY_S, Stage, waited_for
from tests.support.bot.refusing import Refusal

Observed = dict[str, Any]
SWAPPED_WITHIN_S = 150.0
"""The bot looks at its artifacts every five seconds, takes those that it has seen twice, and opens them before it does;
on a machine that is far too busy that takes a minute."""
SWAPS = "cardglass_artifact_swaps_total"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault.

    Attributes:
        group: what it breaks; no two faults of a group at the same time.
        weight: how often it is drawn, compared with others.
        draw: draws a fault, and returns what is to be told of it and what does it.
    """

    group: str
    weight: float
    draw: Callable[[Stage], tuple[str, Callable[[], Awaitable[Observed]]]]


async def _back(stage: Stage) -> Observed:
    """Wait until photos can be looked at again."""
    return {"recovered": await stage.recovered()}


def one_worker_killed(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    victim = stage.rng.choice(stage.workers.places)

    async def work() -> Observed:
        await stage.workers.kill([victim])
        return {"replaced": await stage.workers.wait_for([victim], READY_S)}

    return "SIGKILL", work


def all_workers_killed(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    async def work() -> Observed:
        await stage.workers.kill(stage.workers.places)
        return {"replaced": await stage.workers.wait_for(list(stage.workers.places), READY_S), **await _back(stage)}

    return f"SIGKILL for {len(stage.workers.places)}", work


def redis_killed(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    away_s = stage.one_of([0.0, 1.0, 3.0, 8.0, 14.0])

    async def work() -> Observed:
        stage.redis.stop()
        await asyncio.sleep(away_s)
        await asyncio.to_thread(stage.redis.start)
        return await _back(stage)

    return f"killed, started empty after {away_s:.0f} s", work


def redis_stopped(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    away_s = stage.one_of([1.0, 3.0, 6.0, 12.0])

    async def work() -> Observed:
        assert stage.redis.process is not None
        os.kill(stage.redis.process.pid, signal.SIGSTOP)
        await asyncio.sleep(away_s)
        os.kill(stage.redis.process.pid, signal.SIGCONT)
        return await _back(stage)

    return f"SIGSTOP for {away_s:.0f} s", work


def disk_full(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    full_s = stage.one_of([2.0, 5.0, 10.0])

    async def work() -> Observed:
        filled = await asyncio.to_thread(stage.disk.fill)
        await asyncio.sleep(full_s)
        stage.disk.free()
        return {"filled_mb": round(filled / 1e6, 1)}

    return f"for {full_s:.0f} s", work


def swapped(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    """As an operator should: new workers first, then the link, then the old workers are told to stop."""

    async def work() -> Observed:
        old, to = stage.serving, 1 - stage.place.which
        fresh = stage.workers.add(stage.place.beside(), stage.each)
        ready = await stage.workers.wait_for(fresh, READY_S)
        await asyncio.to_thread(stage.place.put, to)
        taken = await _taken(stage)
        await stage.workers.retire(old)
        return {"ready": ready, "taken": taken, **await _back(stage)}

    return f"{NAMES[stage.place.which]} to {NAMES[1 - stage.place.which]}, new workers first", work


def rolled_back(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    """As in a hurry: the link is turned forth and back, and workers are changed only afterwards."""
    stay_s = stage.one_of([0.5, 15.0])

    async def work() -> Observed:
        old, before = stage.serving, stage.place.which
        await asyncio.to_thread(stage.place.put, 1 - before)
        fresh = stage.workers.add(stage.place.sound / NAMES[1 - before], stage.each)
        await asyncio.sleep(stay_s)
        await asyncio.to_thread(stage.place.roll_back, before)
        taken = await _taken(stage)
        await stage.workers.retire(fresh)
        return {"taken": taken, "old workers": len(old), **await _back(stage)}

    return f"{NAMES[1 - stage.place.which]} put in place and taken back after {stay_s:.1f} s", work


def damaged(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    async def work() -> Observed:
        before, refused = stage.parts.holder.version, _swaps(stage, "refused")
        damage = await asyncio.to_thread(stage.place.put_damaged, stage.rng)
        told = await waited_for(lambda: _swaps(stage, "refused") > refused, SWAPPED_WITHIN_S)
        if stage.parts.holder.version != before:
            stage.ledger.find(f"a damaged folder ({damage}) is in use")
        if not told:
            stage.ledger.find(f"a damaged folder ({damage}) was not refused")
        await asyncio.to_thread(stage.place.roll_back, stage.place.which)
        return {"damage": damage, "refused": told, "taken": await _taken(stage)}

    return "another folder, damaged", work


def clock_moved(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    whose = stage.one_of([("bot", "workers"), ("bot",), ("workers",)])
    hours = stage.one_of([-9, -3, -1, 1, 3, 9])

    async def work() -> Observed:
        for name in whose:
            stage.clocks[name].move(hours * 3600)
        await asyncio.sleep(stage.one_of([2.5, 5.0, 8.0]))
        for name in whose:
            stage.clocks[name].move(0)
        return {}

    return f"{', '.join(whose)} by {hours:+d} h, and back", work


def refused(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    how = stage.one_of(list(Refusal))

    async def work() -> Observed:
        stage.http.refusals.append(how)
        met = await waited_for(lambda: not stage.http.refusals, 15)
        stage.http.refusals.clear()
        # discord.py tries again after a second.
        await asyncio.sleep(2)
        return {"met": met}

    return str(how), work


def broken_off(stage: Stage) -> tuple[str, Callable[[], Awaitable[Observed]]]:
    times = stage.one_of([1, 2])

    async def work() -> Observed:
        stage.cdn.next = times
        met = await waited_for(lambda: not stage.cdn.next, 15)
        stage.cdn.next = 0
        await asyncio.sleep(1.5)
        return {"met": met}

    return f"the next download, {times} times", work


async def _taken(stage: Stage) -> bool:
    """Wait until the bot has the artifacts that are in place."""
    wanted = stage.ledger.rights_of[NAMES[stage.place.which]]
    taken = await waited_for(lambda: stage.parts.holder.version == wanted, SWAPPED_WITHIN_S)
    if not taken:
        stage.ledger.find(f"the bot did not take up the sound folder {NAMES[stage.place.which]}")
    return taken


def _swaps(stage: Stage, outcome: str) -> float:
    return stage.parts.metrics.registry.get_sample_value(SWAPS, {"outcome": outcome}) or 0.0


KINDS: Mapping[str, Kind] = {
    "a worker killed": Kind("workers", 3, one_worker_killed),
    "all workers killed": Kind("workers", 0.6, all_workers_killed),
    "Redis killed": Kind("redis", 1.5, redis_killed),
    "Redis stopped": Kind("redis", 1.5, redis_stopped),
    "disk full": Kind("disk", 2, disk_full),
    "artifacts swapped": Kind("artifacts", 1, swapped),
    "artifacts rolled back": Kind("artifacts", 0.7, rolled_back),
    "artifacts damaged": Kind("artifacts", 0.7, damaged),
    "clock moved": Kind("clock", 2, clock_moved),
    "reply refused by Discord": Kind("discord", 2.5, refused),
    "download broken off": Kind("cdn", 2, broken_off),
}
GROUPS = {kind: one.group for kind, one in KINDS.items()}
