"""The options of ``python -m training train symbols``, and its run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from training.editions.symbol_task import SymbolConfig, SymbolTask
from training.trainer.config import parse_stages

EXPORT = "export-editions symbols --checkpoint {out}/checkpoint.pt --out DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the symbol reader's own options."""
    parser.add_argument("--faces", type=Path, action="append", required=True, metavar="CSV", help="a list of faces")
    parser.add_argument("--font", required=True, metavar="FILE", help="a font with set symbols, as npm's keyrune")
    parser.add_argument("--css", required=True, metavar="FILE", help="the font's style sheet")
    parser.add_argument("--sets", required=True, metavar="CSV", help="sets, with the columns code and icon")
    parser.add_argument("--stages", type=parse_stages, metavar="N:60x112", help="number of batches")
    parser.add_argument("--examples", type=int, metavar="N", help="crops of a batch")
    parser.add_argument(
        "--look-every", type=int, dest="validate_every", metavar="N", help="batches between validations"
    )


def runs(args: argparse.Namespace) -> Iterator[tuple[SymbolTask, Path, bool]]:
    """Yield the task, the folder for its checkpoint, and whether to resume."""
    yield SymbolTask(args.faces, SymbolConfig().override(args)), args.out, args.resume
