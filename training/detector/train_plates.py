"""The options of ``python -m training train plates``, and its run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from training.detector.plate_task import CONFIG, PlateTask, TitledFiles, TitledStock
from training.detector.task import DetectorConfig, DetectorTask
from training.trainer import checkpoints
from training.trainer.config import parse_stages

TASK: tuple[type[DetectorTask[TitledStock]], DetectorConfig] = (PlateTask, CONFIG)
EXPORT = "export-detector --training {out} --out DIR"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the plate finder's own options."""
    parser.add_argument(
        "--titles", type=Path, required=True, metavar="FILE", help="titled faces, from training label-titles"
    )
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--stages", type=parse_stages, metavar="N:SIDE,...", help="batches and size of photos in turn")
    parser.add_argument("--examples", type=int, metavar="N", help="photos of a batch")
    parser.add_argument(
        "--look-every", type=int, dest="validate_every", metavar="N", help="batches between validations"
    )


def runs(args: argparse.Namespace) -> Iterator[tuple[DetectorTask[TitledStock], Path, bool]]:
    """Yield the task, its folder, and whether to resume."""
    (task, config), resume = TASK, args.resume and (args.out / checkpoints.NAME).exists()
    yield task(TitledFiles(args.titles, args.places), config.override(args)), args.out, resume
