"""The options of ``python -m training train cost``, and its run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from training.symbols.task import CostConfig, CostTask
from training.trainer.config import parse_stages

EXPORT = "export-cost --checkpoint {out}/checkpoint.pt --out cost.onnx"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the cost reader's own options."""
    parser.add_argument("--pack", type=Path, action="append", required=True, metavar="FILE", help="a pack of plates")
    parser.add_argument("--font", metavar="FILE", help="a font with mana symbols, such as that of npm's mana-font")
    parser.add_argument("--stages", type=parse_stages, metavar="N:24x192", help="number of batches")
    parser.add_argument("--examples", type=int, metavar="N", help="crops of a batch")
    parser.add_argument("--pool", type=int, metavar="N", help="number of drawn plates")
    parser.add_argument(
        "--look-every", type=int, dest="validate_every", metavar="N", help="batches between validations"
    )


def runs(args: argparse.Namespace) -> Iterator[tuple[CostTask, Path, bool]]:
    """Yield the task, the folder for its checkpoint, and whether to resume."""
    yield CostTask(args.pack, CostConfig().override(args)), args.out, args.resume
