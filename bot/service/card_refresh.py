"""Keep the cards current: a child process of lowest priority fetches them from Scryfall and builds a new index.

``python -m training refresh`` does the work and leaves a new artifact folder in place only if it is no worse; the bot
switches to it as to any other. Photos are answered with the artifacts at hand meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from bot.core.cards_report import CardsReport
from bot.core.settings import Schedule, Settings
from bot.monitoring.metrics import Metrics

log = logging.getLogger(__name__)

PERIODS = {Schedule.DAILY: timedelta(days=1), Schedule.WEEKLY: timedelta(days=7)}
FIRST_WAIT = timedelta(minutes=2)
"""From the bot's start to its first refresh: its first minutes are for connecting."""
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=15), timedelta(days=1)
"""Wait after a failed refresh; it doubles with each further one."""
QUIET_S, POLL_S, PATIENCE_S = 60.0, 5.0, 4 * 60 * 60.0
"""A refresh begins after a minute without photos, or after four hours in vain."""
FIRST_ROOM, ROOM = 4 * 2**30, 2 * 2**30
"""Bytes that must be free for the first refresh, and for each further one."""
MEMORY = 550 * 2**20
"""Bytes of memory, with swap, that must be available: the child needs 510 MB beside the bot."""
FIRST_TO_DIE = "1000"
"""``oom_score_adj`` of the child: if memory runs out all the same, the kernel ends it and not the bot."""
ENDS_WITHIN_S = 5.0
STATE = "refresh.json"
FETCHED_MB, FETCHED_MINUTES = 560, 40
"""What a first refresh fetches, and how long it takes, as docs/all-of-magic.md explains."""
FIRST_NOTICE = (
    "all of Magic is fetched from Scryfall: %d MB and some %d minutes the first time, later only what is new; photos "
    "are answered meanwhile with the cards that came with the program"
)
PROBLEMS = {2: "unusable", 3: "worse", 4: "not_synced"}
"""What the child's exit codes mean."""
SECRETS = ("DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "CARDGLASS_DATABASE", "RECOGNISER_URL")
"""Variables that the child has no use for."""
LAST_LINES = 5
_PROGRESS = re.compile(r"^(\w[\w ]*): +(\d+)%")


Moment = Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True, slots=True)
class RefreshState:
    """What is known of earlier refreshes; times are UTC.

    Attributes:
        succeeded_at: the end of the last one that succeeded, None without any.
        attempted_at: the end of the last one.
        failures: how many have failed since.
        problem: why the last one failed, a code; None if it succeeded.
    """

    succeeded_at: Moment | None = None
    attempted_at: Moment | None = None
    failures: int = 0
    problem: str | None = None

    @classmethod
    def read(cls, folder: Path) -> RefreshState:
        """Return the state in a folder; that of no refresh if there is none, or none that can be read."""
        try:
            return msgspec.json.decode((folder / STATE).read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError):
            return cls()

    def write(self, folder: Path) -> None:
        """Store the state in a folder."""
        part = folder / f"{STATE}.part"
        part.write_bytes(msgspec.json.encode(self))
        part.replace(folder / STATE)

    def after(self, problem: str | None, now: datetime) -> RefreshState:
        """Return the state after a refresh that ended with a problem, or without."""
        if problem is None:
            return RefreshState(now, now)
        return replace(self, attempted_at=now, failures=self.failures + 1, problem=problem)

    def wait(self, period: timedelta, now: datetime) -> timedelta:
        """Return how long to wait for the next refresh."""
        if self.attempted_at is None:
            return FIRST_WAIT
        pause = min(FIRST_RETRY * 2 ** min(self.failures - 1, 20), LONGEST_RETRY) if self.failures else period
        return max(self.attempted_at + pause - now, FIRST_WAIT)


class CardRefresh:
    """Runs refreshes on a schedule, one at a time.

    Args:
        folder: what was fetched, and the state of earlier refreshes; created if missing.
        schedule: daily or weekly.
        is_busy: returns whether a photo is being processed.
        metrics: gets gauges of state, failures and age.
        command: the child's command line.
    """

    def __init__(
        self, folder: Path, schedule: Schedule, is_busy: Callable[[], bool], metrics: Metrics, command: Sequence[str]
    ) -> None:
        self._folder, self._period, self._is_busy, self._command = folder, PERIODS[schedule], is_busy, command
        self._state = RefreshState.read(folder)
        self._progress: str | None = None
        metrics.add_gauge("refresh_running", "Whether cards are being fetched", lambda: self._progress is not None)
        metrics.add_gauge("refresh_failures", "Refreshes that failed in a row", lambda: self._state.failures)
        metrics.add_gauge("refresh_age_seconds", "Seconds since the last refresh that succeeded", self._age_s)

    def report(self) -> CardsReport:
        """Return what users may know of it."""
        done = self._state.succeeded_at
        return CardsReport(
            running=self._progress is not None,
            progress=self._progress or "",
            fetched_on=done.date() if done else None,
            problem=self._state.problem,
        )

    async def run(self) -> None:
        """Refresh when it is due, for ever."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._state.succeeded_at is None:
            log.info(FIRST_NOTICE, FETCHED_MB, FETCHED_MINUTES)
            log.info("CARDGLASS_REFRESH=off switches this off, CARDGLASS_REFRESH=weekly makes it rarer")
        while True:
            await asyncio.sleep(self._state.wait(self._period, datetime.now(UTC)).total_seconds())
            await self.refresh()

    async def refresh(self) -> str | None:
        """Refresh once at a quiet moment; return the code of what went wrong, None if nothing did."""
        problem = self._lacks_room()
        if problem is None:
            await self._until_quiet()
            problem = await self._run_child()
        self._state = self._state.after(problem, datetime.now(UTC))
        try:
            self._state.write(self._folder)
        except OSError as error:
            log.warning("the state of refreshes can't be stored in %s: %s", self._folder, error)
        if problem is not None:
            pause = self._state.wait(self._period, datetime.now(UTC))
            log.warning("the cards were not refreshed (%s); the next try is in %s", problem, _round(pause))
        return problem

    def _lacks_room(self) -> str | None:
        room = ROOM if self._state.succeeded_at else FIRST_ROOM
        free = shutil.disk_usage(self._folder).free
        if free < room:
            log.warning("%s has %.1f GB left, a refresh needs %.1f", self._folder, free / 2**30, room / 2**30)
            return "no_room"
        memory = available_memory()
        if memory is not None and memory < MEMORY:
            log.warning("%d MB of memory are available, a refresh needs %d; add swap", memory >> 20, MEMORY >> 20)
            return "no_memory"
        return None

    async def _until_quiet(self) -> None:
        """Wait until no photo has been processed for a minute, but not for ever."""
        quiet = waited = 0.0
        while quiet < QUIET_S and waited < PATIENCE_S:
            await asyncio.sleep(POLL_S)
            waited += POLL_S
            quiet = 0.0 if self._is_busy() else quiet + POLL_S

    async def _run_child(self) -> str | None:
        """Run the child to its end and return what went wrong."""
        log.info("refreshing the cards")
        self._progress = ""
        environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
        child = await asyncio.create_subprocess_exec(
            *self._command,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
        try:
            _give_way(child.pid)
            last = await self._follow(child)
            code = await child.wait()
        finally:
            self._progress = None
            await _end(child)
        if code == 0:
            log.info("the cards are current: %s", last[-1] if last else "nothing was new")
            return None
        log.warning("the refresh ended with %d: %s", code, " / ".join(last))
        return PROBLEMS.get(code, "failed")

    async def _follow(self, child: asyncio.subprocess.Process) -> list[str]:
        """Read the child's output to its end, note its progress, and return its last lines."""
        last: list[str] = []
        rest = b""
        while child.stdout is not None and (chunk := await child.stdout.read(4096)):
            # A progress bar ends each of its states with a carriage return.
            *lines, rest = re.split(rb"[\r\n]+", (rest + chunk)[-65_536:])
            for line in lines:
                text = line.decode("utf-8", "replace").strip()
                if match := _PROGRESS.match(text):
                    self._progress = f"{match[1]} {match[2]}%"
                elif text:
                    last = [*last, text][-LAST_LINES:]
        return last

    def _age_s(self) -> float:
        if self._state.succeeded_at is None:
            return float("nan")
        return (datetime.now(UTC) - self._state.succeeded_at).total_seconds()


def refresh_command(settings: Settings) -> list[str]:
    """Return the command line that refreshes the cards by the settings."""
    languages = ["--languages", ",".join(settings.languages)] if settings.languages else []
    out = settings.artifacts or settings.fetched_artifacts
    options = ["--unique", "artwork", *languages]
    return [
        sys.executable, "-m", "training", "refresh", "--data", str(settings.cards), "--out", str(out), "--", *options,
    ]  # fmt: skip


def available_memory() -> int | None:
    """Return how many bytes a new process may use, swap included; None where Linux doesn't tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    known = {name: int(kib) * 1024 for name, kib in re.findall(r"^(\w+): +(\d+) kB$", lines, re.MULTILINE)}
    return known["MemAvailable"] + known["SwapFree"] if {"MemAvailable", "SwapFree"} <= known.keys() else None


def _give_way(pid: int) -> None:
    """Let a process run only when nothing else wants to, on one core, and be the first to end without memory."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text(FIRST_TO_DIE, encoding="ascii")
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, pid, 19)
        os.sched_setaffinity(pid, {max(os.sched_getaffinity(0))})
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))


async def _end(child: asyncio.subprocess.Process) -> None:
    """End a child that still runs, and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), ENDS_WITHIN_S)


def _round(pause: timedelta) -> timedelta:
    return timedelta(minutes=round(pause.total_seconds() / 60))
