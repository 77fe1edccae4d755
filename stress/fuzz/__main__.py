"""``python -m stress.fuzz``: fuzz one target or all, and tell what came of all rounds up to now."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stress.fuzz.rounds import OUT, Figures, figures, fuzz
from stress.fuzz.targets import TARGETS

DEFAULT_SECONDS = 10.0
ROW = "| {:<9} | {:>11} | {:>7} | {:>5} | {:>5} | {:>8} | {:>6} | {:>5} |"
RULE = "| --- |" + " ---: |" * 7
"""Rows of a Markdown table, as in docs/robustness.md."""
HEAD = ("target", "executions", "a CPU s", "CPU s", "edges", "features", "corpus", "finds")


def main() -> int:
    """Return 0 where nothing undeclared was found, else 1."""
    parser = argparse.ArgumentParser(prog="python -m stress.fuzz", description=__doc__)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="one of them; all unless given")
    parser.add_argument("--seconds", type=float, default=DEFAULT_SECONDS, help="of the processor, for each target")
    parser.add_argument("--report", action="store_true", help="only tell what came of all rounds up to now")
    chosen = parser.parse_args()
    print(ROW.format(*HEAD), RULE, sep="\n", flush=True)
    found: list[Path] = []
    for name in chosen.target or TARGETS:
        got = figures(name) if chosen.report else fuzz(name, chosen.seconds)
        found += got.finds
        print(_row(name, got), flush=True)
    for path in found:
        print(f"found: {path.relative_to(OUT)}", file=sys.stderr)
    return 1 if found else 0


def _row(name: str, got: Figures) -> str:
    speed = got.executions / got.cpu_s if got.cpu_s else 0.0
    counts = (got.edges, got.features, got.corpus, len(got.finds))
    return ROW.format(name, f"{got.executions:,}", f"{speed:,.0f}", f"{got.cpu_s:.0f}", *counts)


if __name__ == "__main__":
    sys.exit(main())
