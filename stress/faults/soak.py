"""From a prepared folder to the verdict: everything is opened, a run is made, and what is remembered is looked up."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
from collections.abc import AsyncIterator, Coroutine, Sequence
from pathlib import Path
from typing import Any

from bot.core.settings import Settings
from bot.recognition.engine_holder import ArtifactWatch
from bot.recognition.triggers import DEFAULT_TOP_K
from engine import Engine
from stress.faults.answers import Right, right_answers
from stress.faults.artifacts import NAMES
from stress.faults.kinds import GROUPS
from stress.faults.ledger import Ledger
from stress.faults.log import FaultLog
from stress.faults.memory import Memory
from stress.faults.players import Players
from stress.faults.report import report
from stress.faults.run import Plan, Run, drawing
from stress.faults.stage import READY_S, Stage, open_stage
from tests.support.fleet.photos import drawn
from training.scene.demo_set import demo_table_photo

PEOPLE = 20
QUICK_POLL_S = 0.5
"""Seconds between two looks at the artifacts where each fault comes once."""


async def rights_of(sound: Path, jpegs: Sequence[bytes]) -> dict[str, Right]:
    """Return what the engine says by itself with each of the sound folders, by their names."""
    rights = {}
    for name in NAMES:
        engine = Engine.open(sound / name, threads=1)
        rights[name] = await right_answers(engine, jpegs, DEFAULT_TOP_K)
        engine.close()
    return rights


def note_versions(holder: Any, ledger: Ledger) -> None:
    """Have the ledger told of each engine that takes over, before the first answer of it."""
    swap = holder.swap
    ledger.took_over(holder.version)

    def noted(engine: Engine) -> None:
        ledger.took_over(engine.version)
        swap(engine)

    holder.swap = noted


@contextlib.asynccontextmanager
async def meanwhile(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do some things for ever as long as the block lasts."""
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
    """Run, print what came of it, write it to ``out``; returns whether nothing was found."""
    # One in a while shows several cards: its answer comes with a picture.
    jpegs = [*drawn(plan.photos - 1), demo_table_photo().jpeg]
    rights = await rights_of(folder / "sound", jpegs)
    (out / "faults.jsonl").unlink(missing_ok=True)
    log = FaultLog(out / "faults.jsonl")
    by_version, versions = {one.version: one for one in rights.values()}, {n: one.version for n, one in rights.items()}
    ledger = Ledger(by_version, versions, log, Settings().deadline_s, GROUPS)
    if not plan.minutes:
        # Read only while a function is called without that argument.
        ArtifactWatch.run.__defaults__ = (QUICK_POLL_S,)
    asyncio.get_running_loop().set_exception_handler(lambda _, context: ledger.find(f"on the event loop: {context}"))
    opened = open_stage(folder, ledger, drawing(plan.seed), plan.workers)
    with (out / "stalls.txt").open("w", encoding="utf-8") as stalls:
        async with opened as stage:
            stage.brief = not plan.minutes
            await _go(Run(plan, stage, set_up(plan, stage, jpegs), stalls), out)
    return not ledger.findings


async def _go(run: Run, out: Path) -> None:
    stage = run.stage
    async with meanwhile(stage.workers.keep(), run.tidy()):
        if not await stage.workers.wait_for(stage.serving, READY_S) or not await stage.recovered():
            run.ledger.find("not all workers were ready at the beginning")
        await (run.whole() if run.plan.minutes else run.once())
    faulthandler.cancel_dump_traceback_later()
    answers = await run.players.memory.hold_all()
    report(run, answers, out)


def set_up(plan: Plan, stage: Stage, jpegs: Sequence[bytes]) -> Players:
    """Let people join, and the ledger hear what the bot says."""
    world, ledger = stage.world, stage.ledger
    world.choose(lookups=True)
    ledger.bot_id = world.client.user.id
    note_versions(stage.parts.holder, ledger)
    world.env.backend.subscribers.append(ledger.heard)
    people = [world.join(f"player{number}") for number in range(PEOPLE)]
    memory = Memory(stage.parts.store, ledger)
    players = Players(world, people, jpegs, ledger, memory, drawing(plan.seed + 1))
    ledger.on_answer = players.react
    return players
