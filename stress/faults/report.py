"""The figures of a run, and the bot's log."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path

import numpy as np

from stress.faults.log import fault_table
from stress.faults.run import Run

BEGUN = time.monotonic()


def report(run: Run, answers: int, out: Path) -> None:
    """Print the figures and write them."""
    ledger, log, stage = run.ledger, run.ledger.log, run.stage
    seconds = np.percentile(ledger.seconds, (50, 95, 99)).round(2).tolist() if ledger.seconds else []
    figures = {
        "photos": run.players.posted,
        "ways": dict(ledger.ways),
        "outcomes": dict(ledger.outcomes),
        "untroubled": dict(ledger.untroubled),
        "seconds p50 p95 p99": seconds,
        "faults": len(log.done),
        "workers started": stage.workers.started,
        "workers that ended by themselves": stage.workers.ended,
        "store": {"answers": answers, **run.players.checker.counts},
        "event loop late by at most, s": round(ledger.latest_s, 2),
        "machine stood still at, for s": ledger.standstills,
        "memory MB": run.memory_mb,
        "errors beside": [repr(error) for error in stage.world.env.errors],
        "findings": ledger.findings,
    }
    table = fault_table(log.done).to_markdown()
    (out / "summary.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (out / "table.md").write_text(table + "\n", encoding="utf-8")
    print(table, json.dumps(figures, indent=1), sep="\n\n", flush=True)


class MonotonicFormatter(logging.Formatter):
    """Prefixes the seconds since the program started, which no fault moves."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{time.monotonic() - BEGUN:.1f} {super().format(record)}"


def log_to(file: Path) -> None:
    """Write the bot's log to a file."""
    handler = logging.FileHandler(file, mode="w")
    handler.setFormatter(MonotonicFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
