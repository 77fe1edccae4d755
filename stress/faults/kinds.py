"""The kinds of faults: each breaks something, waits for recovery, and returns its observations."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stress.faults.artifacts import NAMES
from stress.faults.stage import READY_S, Stage, wait_until
from tests.support.bot.refusing import Refusal

Observed = dict[str, Any]
Draw = tuple[str, Callable[[], Awaitable[Observed]]]
SWAPPED_WITHIN_S = 150.0
"""The bot checks its artifacts every five seconds, and switches when it has seen the same ones twice and opened them;
on an overloaded machine that takes a minute."""
SWAPS = "cardglass_artifact_swaps_total"


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind of fault.

    Attributes:
        group: what it breaks; faults of one group are never active at the same time.
        weight: relative frequency.
        draw: draws the parameters of a fault; returns their description and the function that causes the fault.
    """

    group: str
    weight: float
    draw: Callable[[Stage], Draw]


async def _recover(stage: Stage) -> Observed:
    """Wait until photos can be identified again."""
    return {"recovered": await stage.recovered()}


def kill_one_worker(stage: Stage) -> Draw:
    victim = stage.rng.choice(stage.workers.places)

    async def work() -> Observed:
        await stage.workers.kill([victim])
        return {"replaced": await stage.workers.wait_for([victim], READY_S)}

    return "SIGKILL", work


def kill_all_workers(stage: Stage) -> Draw:
    async def work() -> Observed:
        await stage.workers.kill(stage.workers.places)
        return {"replaced": await stage.workers.wait_for(list(stage.workers.places), READY_S), **await _recover(stage)}

    return f"SIGKILL for {len(stage.workers.places)}", work


def kill_redis(stage: Stage) -> Draw:
    away_s = stage.draw_one([0.0, 1.0, 3.0, 8.0, 14.0])

    async def work() -> Observed:
        stage.redis.stop()
        await asyncio.sleep(away_s)
        await asyncio.to_thread(stage.redis.start)
        return await _recover(stage)

    return f"killed, started empty after {away_s:.0f} s", work


def stop_redis(stage: Stage) -> Draw:
    away_s = stage.draw_one([1.0, 3.0, 6.0, 12.0])

    async def work() -> Observed:
        assert stage.redis.process is not None
        os.kill(stage.redis.process.pid, signal.SIGSTOP)
        await asyncio.sleep(away_s)
        os.kill(stage.redis.process.pid, signal.SIGCONT)
        return await _recover(stage)

    return f"SIGSTOP for {away_s:.0f} s", work


def fill_disk(stage: Stage) -> Draw:
    full_s = stage.draw_one([2.0, 5.0, 10.0])

    async def work() -> Observed:
        filled = await asyncio.to_thread(stage.disk.fill)
        await asyncio.sleep(full_s)
        stage.disk.free()
        return {"filled_mb": round(filled / 1e6, 1)}

    return f"for {full_s:.0f} s", work


def swap_artifacts(stage: Stage) -> Draw:
    """Swap as an operator should: start new workers, switch the link, then stop the old workers."""

    async def work() -> Observed:
        old, to = stage.serving, 1 - stage.artifacts.which
        fresh = stage.workers.add(stage.artifacts.next_folder(), stage.each)
        ready = await stage.workers.wait_for(fresh, READY_S)
        await asyncio.to_thread(stage.artifacts.put, to)
        taken = await _wait_for_switch(stage)
        await stage.workers.retire(old)
        return {"ready": ready, "taken": taken, **await _recover(stage)}

    return f"{NAMES[stage.artifacts.which]} to {NAMES[1 - stage.artifacts.which]}, new workers first", work


def roll_back_artifacts(stage: Stage) -> Draw:
    """Swap as in a hurry: switch the link there and back, and change workers only afterwards."""
    stay_s = stage.draw_one([0.5, 15.0])

    async def work() -> Observed:
        old, before = stage.serving, stage.artifacts.which
        await asyncio.to_thread(stage.artifacts.put, 1 - before)
        fresh = stage.workers.add(stage.artifacts.sound / NAMES[1 - before], stage.each)
        await asyncio.sleep(stay_s)
        await asyncio.to_thread(stage.artifacts.roll_back, before)
        taken = await _wait_for_switch(stage)
        await stage.workers.retire(fresh)
        return {"taken": taken, "old workers": len(old), **await _recover(stage)}

    return f"{NAMES[1 - stage.artifacts.which]} put in place and taken back after {stay_s:.1f} s", work


def damage_artifacts(stage: Stage) -> Draw:
    async def work() -> Observed:
        before, refused = stage.parts.engine.version, _swaps(stage, "refused")
        damage = await asyncio.to_thread(stage.artifacts.put_damaged, stage.rng)
        told = await wait_until(lambda: _swaps(stage, "refused") > refused, SWAPPED_WITHIN_S)
        if stage.parts.engine.version != before:
            stage.ledger.report(f"a damaged folder ({damage}) is in use")
        if not told:
            stage.ledger.report(f"a damaged folder ({damage}) was not refused")
        await asyncio.to_thread(stage.artifacts.roll_back, stage.artifacts.which)
        return {"damage": damage, "refused": told, "taken": await _wait_for_switch(stage)}

    return "another folder, damaged", work


def move_clock(stage: Stage) -> Draw:
    whose = stage.draw_one([("bot", "workers"), ("bot",), ("workers",)])
    hours = stage.draw_one([-9, -3, -1, 1, 3, 9])

    async def work() -> Observed:
        for name in whose:
            stage.clocks[name].move(hours * 3600)
        await asyncio.sleep(stage.draw_one([2.5, 5.0, 8.0]))
        for name in whose:
            stage.clocks[name].move(0)
        return {}

    return f"{', '.join(whose)} by {hours:+d} h, and back", work


def refuse_reply(stage: Stage) -> Draw:
    how = stage.draw_one(list(Refusal))

    async def work() -> Observed:
        stage.http.refusals.append(how)
        met = await wait_until(lambda: not stage.http.refusals, 15)
        stage.http.refusals.clear()
        # discord.py tries again after a second.
        await asyncio.sleep(2)
        return {"met": met}

    return str(how), work


def break_download(stage: Stage) -> Draw:
    times = stage.draw_one([1, 2])

    async def work() -> Observed:
        stage.cdn.next = times
        met = await wait_until(lambda: not stage.cdn.next, 15)
        stage.cdn.next = 0
        await asyncio.sleep(1.5)
        return {"met": met}

    return f"the next download, {times} times", work


async def _wait_for_switch(stage: Stage) -> bool:
    """Wait until the bot uses the artifacts that are in place."""
    wanted = stage.ledger.version_of[NAMES[stage.artifacts.which]]
    taken = await wait_until(lambda: stage.parts.engine.version == wanted, SWAPPED_WITHIN_S)
    if not taken:
        stage.ledger.report(f"the bot did not take up the sound folder {NAMES[stage.artifacts.which]}")
    return taken


def _swaps(stage: Stage, outcome: str) -> float:
    return stage.parts.metrics.registry.get_sample_value(SWAPS, {"outcome": outcome}) or 0.0


KINDS: Mapping[str, FaultKind] = {
    "a worker killed": FaultKind("workers", 3, kill_one_worker),
    "all workers killed": FaultKind("workers", 0.6, kill_all_workers),
    "Redis killed": FaultKind("redis", 1.5, kill_redis),
    "Redis stopped": FaultKind("redis", 1.5, stop_redis),
    "disk full": FaultKind("disk", 2, fill_disk),
    "artifacts swapped": FaultKind("artifacts", 1, swap_artifacts),
    "artifacts rolled back": FaultKind("artifacts", 0.7, roll_back_artifacts),
    "artifacts damaged": FaultKind("artifacts", 0.7, damage_artifacts),
    "clock moved": FaultKind("clock", 2, move_clock),
    "reply refused by Discord": FaultKind("discord", 2.5, refuse_reply),
    "download broken off": FaultKind("cdn", 2, break_download),
}
GROUPS = {name: kind.group for name, kind in KINDS.items()}
