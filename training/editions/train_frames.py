"""The options of ``python -m training train frames``, and its run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from training.editions.frame_task import FrameConfig, FrameTask
from training.trainer.config import parse_stages

EXPORT = "export-editions frames --checkpoint {out}/checkpoint.pt --out DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the frame reader's own options."""
    parser.add_argument("--faces", type=Path, action="append", required=True, metavar="CSV", help="a list of faces")
    parser.add_argument("--stages", type=parse_stages, metavar="N:160x112", help="number of batches")
    parser.add_argument("--examples", type=int, metavar="N", help="faces of a batch")
    parser.add_argument(
        "--look-every", type=int, dest="validate_every", metavar="N", help="batches between validations"
    )


def runs(args: argparse.Namespace) -> Iterator[tuple[FrameTask, Path, bool]]:
    """Yield the task, the folder for its checkpoint, and whether to resume."""
    yield FrameTask(args.faces, FrameConfig().override(args)), args.out, args.resume
