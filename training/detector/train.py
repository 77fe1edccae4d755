"""The options of ``python -m training train detector``, and its two runs: the finder, then the corner network."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from training.data.face_pack import add_pack_option
from training.detector import corner_task, finder_task
from training.detector.task import DetectorConfig, DetectorTask, StockFiles
from training.scene.stock import Stock
from training.trainer import checkpoints
from training.trainer.config import parse_stages

TASKS: dict[str, tuple[type[DetectorTask[Stock]], DetectorConfig]] = {
    "finder": (finder_task.FinderTask, finder_task.CONFIG),
    "corners": (corner_task.CornerTask, corner_task.CONFIG),
}
"""The detector's two networks, in the order in which they are trained; each gets a folder of its own in --out."""
EXPORT = "export-detector --training {out} --out DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the detector's own options."""
    add_pack_option(parser)
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--only", choices=list(TASKS), help="one of the two networks (default: both)")
    parser.add_argument("--stages", type=parse_stages, metavar="N:SIDE,...", help="batches and size of photos in turn")
    parser.add_argument("--examples", type=int, metavar="N", help="photos, or patches, of a batch")
    parser.add_argument(
        "--look-every", type=int, dest="validate_every", metavar="N", help="batches between validations"
    )


def runs(args: argparse.Namespace) -> Iterator[tuple[DetectorTask[Stock], Path, bool]]:
    """Yield each network's task, folder, and whether to resume: a killed run may not have reached the second."""
    files = StockFiles(tuple(args.pack), args.places)
    for name, (task, config) in TASKS.items():
        out = args.out / name
        if args.only in (None, name):
            yield task(files, config.override(args)), out, args.resume and (out / checkpoints.NAME).exists()
