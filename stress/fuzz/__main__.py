"""``python -m stress.fuzz``: fuzz one target or all, and print the figures of all rounds so far."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stress.fuzz.rounds import OUT, figures, fuzz
from stress.fuzz.targets import TARGETS
from training.scoring.tables import Table, markdown_row

DEFAULT_SECONDS = 10.0
HEAD = ("target", "executions", "a CPU s", "CPU s", "edges", "features", "corpus", "finds")


def main() -> int:
    """Return 0 if nothing undeclared was found, else 1."""
    parser = argparse.ArgumentParser(prog="python -m stress.fuzz", description=__doc__)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="one of the targets (default: all)")
    parser.add_argument("--seconds", type=float, default=DEFAULT_SECONDS, help="of the processor, for each target")
    parser.add_argument("--report", action="store_true", help="only print the figures of all rounds so far")
    chosen = parser.parse_args()
    print(Table("", HEAD).to_markdown(), flush=True)
    found: list[Path] = []
    for name in chosen.target or TARGETS:
        got = figures(name) if chosen.report else fuzz(name, chosen.seconds)
        found += got.finds
        speed = got.executions / got.cpu_s if got.cpu_s else 0.0
        counts = map(str, (got.edges, got.features, got.corpus, len(got.finds)))
        print(markdown_row((name, f"{got.executions:,}", f"{speed:,.0f}", f"{got.cpu_s:.0f}", *counts)), flush=True)
    for path in found:
        print(f"found: {path.relative_to(OUT)}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
