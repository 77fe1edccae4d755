"""A bot's engine over a fleet of one real worker process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.fleet.fleet_engine import FleetEngine
from bot.monitoring.metrics import Metrics
from engine import Engine

ROOT = Path(__file__).parents[3]


@contextmanager
def bot_and_worker(url: str, artifacts: Path, overlay: Path, deadline_s: float) -> Iterator[FleetEngine]:
    """Start the worker and connect the bot's engine, which keeps its confirmations in ``overlay``."""
    # Not a fixture: what coredis leaves behind would outlive the test.
    words = ["worker", "--redis", url, "--artifacts", str(artifacts)]
    worker = subprocess.Popen([sys.executable, "-m", "engine", *words], cwd=ROOT, stderr=subprocess.DEVNULL)
    holder = FleetEngine(Engine.open(artifacts, threads=1, overlay=overlay), url, deadline_s)
    try:
        with holder.connected(Metrics()):
            yield holder
    finally:
        holder.close()
        worker.kill()
        worker.wait()
