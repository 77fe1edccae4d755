"""Measure the bot's own refresh: what it costs, and whether photos are answered as fast beside it.

A bot with the shipped cards fetches a store's cards, and on a second day those released later, while a photo is
answered again and again.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.core.settings import Schedule, Settings
from bot.monitoring.metrics import Metrics
from bot.recognition.reloadable_engine import ArtifactWatch, ReloadableEngine
from bot.service import card_refresh
from bot.service.card_refresh import CardRefresh, refresh_command
from bot.service.service import open_first_engine
from engine import Engine
from stress.scale.measure import StepFailed
from stress.scale.run import ALL_PRINTINGS, DAYS, Size, SizeRun, serving
from training.scene.demo_set import demo_single_photo
from training.scoring.tables import Table

PAUSE_S = 0.25
"""Between two photos."""
CALM_PHOTOS = 200
"""Photos answered before and after each refresh, to compare with."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The figures of one refresh.

    Attributes:
        day: what was fetched.
        minutes: from start to end.
        faces: in the index that the bot then answers with.
        calm_ms, beside_ms: times of photos answered before and after it, and beside it.
        peak_mb: peak memory of the child, MB of 10^6 bytes.
    """

    day: str
    minutes: float
    faces: int
    calm_ms: Sequence[float]
    beside_ms: Sequence[float]
    peak_mb: float

    def cells(self) -> tuple[str, ...]:
        """Return the table's row."""
        calm, beside = np.percentile(self.calm_ms, (50, 95)), np.percentile(self.beside_ms, (50, 95))
        return (
            self.day,
            f"{self.minutes:.1f}",
            f"{self.faces:,}",
            f"{calm[0]:.0f} / {calm[1]:.0f}",
            f"{beside[0]:.0f} / {beside[1]:.0f}",
            f"{beside[1] / calm[1]:.2f}",
            f"{len(self.beside_ms)}",
            f"{self.peak_mb:.0f}",
        )


COLUMNS = (
    "refresh", "minutes", "faces then", "ms p50 / p95 without", "ms p50 / p95 beside", "p95 ratio", "photos", "peak MB",
)  # fmt: skip


async def measure_beside(store: Path, out: Path) -> Table:
    """Fetch a store's cards on two days; raises StepFailed if a refresh fails."""
    card_refresh.QUIET_S = card_refresh.POLL_S = 0.0
    settings = Settings(data=out, refresh=Schedule.DAILY)
    settings.cards.mkdir(parents=True, exist_ok=True)
    current = SizeRun(store, out, Size(0, ALL_PRINTINGS), {})
    with closing(ReloadableEngine(open_first_engine(settings, out / "overlay.sqlite"))) as engine:
        watch = ArtifactWatch(engine, settings.fetched_artifacts, Engine.open, Metrics())
        rows = []
        for day, updated_at in zip(("all cards", "and 300 more"), DAYS, strict=True):
            with serving(current, updated_at, later=updated_at == DAYS[1]) as address:
                rows.append((await _refresh(engine, watch, settings, address, day)).cells())
    return Table("beside", COLUMNS, tuple(rows))


async def _refresh(
    engine: ReloadableEngine, watch: ArtifactWatch, settings: Settings, address: str, day: str
) -> Refreshed:
    """Refresh once."""
    command = [*refresh_command(settings), "--api", address]
    refresher = CardRefresh(settings.cards, Schedule.DAILY, lambda: False, Metrics(), command)
    photo = demo_single_photo(1).jpeg
    calm: list[float] = []
    beside: list[float] = []
    await _answer(engine, photo, calm, CALM_PHOTOS)
    answering = asyncio.create_task(_answer(engine, photo, beside))
    peaks: list[float] = []
    watching = asyncio.create_task(_note_peak(peaks))
    begin = time.perf_counter()
    problem = await refresher.refresh()
    minutes = (time.perf_counter() - begin) / 60
    for task in (answering, watching):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    if problem is not None:
        raise StepFailed(f"the refresh of {day} ended with {problem}")
    await _answer(engine, photo, calm, 2 * CALM_PHOTOS)
    await watch.poll()
    await watch.poll()
    faces = int(engine.info()["artifacts"]["index"]["rows"])
    return Refreshed(day, minutes, faces, calm, beside, max(peaks))


async def _answer(engine: ReloadableEngine, photo: bytes, times_ms: list[float], count: int | None = None) -> None:
    """Answer a photo again and again, ``count`` times or for ever, and note the times."""
    while count is None or len(times_ms) < count:
        begin = time.perf_counter()
        await asyncio.to_thread(engine.identify, photo)
        times_ms.append(1e3 * (time.perf_counter() - begin))
        await asyncio.sleep(PAUSE_S)


async def _note_peak(peaks: list[float]) -> None:
    """Note the peak memory of the refreshing child, in MB, once a second."""
    while True:
        peaks.extend(_peaks_mb())
        await asyncio.sleep(1.0)


def _peaks_mb() -> list[float]:
    """Return the peak memory of this process's children that refresh, MB of 10^6 bytes.

    What the kernel tells of ended children includes the memory of the parent that each began as a copy of.
    """
    peaks = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if b"refresh" in (folder / "cmdline").read_bytes():
                status = (folder / "status").read_text(encoding="ascii")
                if f"\nPPid:\t{os.getpid()}\n" in status and (found := re.search(r"VmHWM:\s+(\d+) kB", status)):
                    peaks.append(int(found[1]) * 1024 / 1e6)
    return peaks
