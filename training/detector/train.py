"""``python -m training train detector``: train the finder, then the corner network, on faces and places."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from training.data.face_pack import PackError, add_pack_option
from training.detector import corner_task, finder_task
from training.detector.config import DetectorConfig
from training.detector.dataset import StockFiles
from training.detector.task import DetectorTask
from training.trainer import checkpoints, distributed
from training.trainer.checkpoints import CheckpointError
from training.trainer.config import Stage
from training.trainer.loop import Trainer

TASKS: dict[str, tuple[type[DetectorTask], DetectorConfig]] = {
    "finder": (finder_task.FinderTask, finder_task.CONFIG),
    "corners": (corner_task.CornerTask, corner_task.CONFIG),
}
"""The detector's two networks, in the order in which they are trained; each gets a folder of its own."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training train detector``."""
    add_pack_option(parser)
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where a folder for each network is made"
    )
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoints in --out")
    parser.add_argument("--workers", type=int, default=1, help="processes that compose photos (default 1)")
    parser.add_argument("--only", choices=list(TASKS), help="one of the two networks (default: both)")
    parser.add_argument("--stages", type=_parse_stages, metavar="N:SIDE,...", help="batches and size of photos in turn")
    parser.add_argument("--examples", type=int, metavar="N", help="photos, or patches, of a batch")
    parser.add_argument(
        "--look-every", type=int, dest="validate_every", metavar="N", help="batches between two validations"
    )
    parser.add_argument("--seed", type=int, default=0, help="of everything random (default 0)")


def _parse_stages(text: str) -> tuple[Stage, ...]:
    parts = [part.split(":") for part in text.split(",")]
    return tuple(Stage(int(batches), int(side), int(side)) for batches, side in parts)


def run(args: argparse.Namespace) -> int:
    """Train; exit code 2 if pack, settings or checkpoint can't be used."""
    files = StockFiles(tuple(args.pack), args.places)
    given = {name: getattr(args, name) for name in ("stages", "examples", "validate_every", "seed")}
    given = {name: value for name, value in given.items() if value is not None}
    try:
        for name, (task, config) in TASKS.items():
            if args.only in (None, name):
                out = args.out / name
                out.mkdir(parents=True, exist_ok=True)
                resume = args.resume and (out / checkpoints.NAME).exists()
                Trainer(task(files, replace(config, **given)), out, workers=args.workers, resume=resume).run()
    except (PackError, CheckpointError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        distributed.stop()
    print(f"{args.out}: trained; export with: python -m training export-detector --training {args.out} --out DIR")
    return 0
