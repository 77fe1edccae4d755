"""Run a soak in a prepared folder: start everything, make a run, and check the store at the end."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
from collections.abc import AsyncIterator, Coroutine, Sequence
from pathlib import Path
from typing import Any

from bot.core.settings import Settings
from bot.recognition.reloadable_engine import ArtifactWatch
from bot.recognition.triggers import DEFAULT_TOP_K
from engine import Engine
from stress.faults.answers import ExpectedAnswers, compute_answers
from stress.faults.artifacts import NAMES
from stress.faults.kinds import GROUPS
from stress.faults.ledger import Ledger
from stress.faults.log import FaultLog
from stress.faults.memory import StoreChecker
from stress.faults.players import Players
from stress.faults.report import report
from stress.faults.run import Plan, Run, new_rng
from stress.faults.stage import READY_S, Stage, open_stage
from tests.support.fleet.photos import drawn
from training.scene.demo_set import demo_table_photo

PEOPLE = 20
QUICK_POLL_S = 0.5
"""Seconds between two checks of the artifacts if each fault happens once."""


async def expected_answers(sound: Path, jpegs: Sequence[bytes]) -> dict[str, ExpectedAnswers]:
    """Return the engine's own answers with each of the sound folders, by their names."""
    expected = {}
    for name in NAMES:
        engine = Engine.open(sound / name, threads=1)
        expected[name] = await compute_answers(engine, jpegs, DEFAULT_TOP_K)
        engine.close()
    return expected


def note_versions(holder: Any, ledger: Ledger) -> None:
    """Record each version in the ledger before the first answer with it."""
    swap = holder.swap
    ledger.switch_version(holder.version)

    def noting_swap(engine: Engine) -> None:
        ledger.switch_version(engine.version)
        swap(engine)

    holder.swap = noting_swap


@contextlib.asynccontextmanager
async def meanwhile(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run endless coroutines while the context is open."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


async def soak(plan: Plan, folder: Path, out: Path) -> bool:
    """Run, print the figures and write them to ``out``; return whether there are no findings."""
    # The last one shows several cards: its answer comes with a picture.
    jpegs = [*drawn(plan.photos - 1), demo_table_photo().jpeg]
    expected = await expected_answers(folder / "sound", jpegs)
    (out / "faults.jsonl").unlink(missing_ok=True)
    log = FaultLog(out / "faults.jsonl")
    by_version = {one.version: one for one in expected.values()}
    versions = {name: one.version for name, one in expected.items()}
    ledger = Ledger(by_version, versions, log, Settings().deadline_s, GROUPS)
    if not plan.minutes:
        # The default is read at each call without that argument.
        ArtifactWatch.run.__defaults__ = (QUICK_POLL_S,)
    asyncio.get_running_loop().set_exception_handler(lambda _, context: ledger.report(f"on the event loop: {context}"))
    opened = open_stage(folder, ledger, new_rng(plan.seed), plan.workers)
    with (out / "stalls.txt").open("w", encoding="utf-8") as stalls:
        async with opened as stage:
            stage.brief = not plan.minutes
            run = Run(plan, stage, set_up(plan, stage, jpegs), stalls)
            async with meanwhile(stage.workers.keep(), run.tidy()):
                if not await stage.workers.wait_for(stage.serving, READY_S) or not await stage.recovered():
                    ledger.report("not all workers were ready at the beginning")
                await (run.run_random() if plan.minutes else run.run_once())
            faulthandler.cancel_dump_traceback_later()
            report(run, await run.players.checker.check_all(), out)
    return not ledger.findings


def set_up(plan: Plan, stage: Stage, jpegs: Sequence[bytes]) -> Players:
    """Let people join, and connect the ledger to the bot's messages."""
    world, ledger = stage.world, stage.ledger
    world.choose(lookups=True)
    ledger.bot_id = world.client.user.id
    note_versions(stage.parts.engine, ledger)
    world.env.backend.subscribers.append(ledger.on_event)
    people = [world.join(f"player{number}") for number in range(PEOPLE)]
    checker = StoreChecker(stage.parts.store, ledger)
    players = Players(world, people, jpegs, ledger, checker, new_rng(plan.seed + 1))
    ledger.on_answer = players.react
    return players
