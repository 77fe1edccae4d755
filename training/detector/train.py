"""``python -m training train detector``: faces and places -> the finder, then the corner network."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from training.data.face_pack import PackError, add_pack_option
from training.detector import corner_task, finder_task
from training.detector.dataset import StockFiles
from training.trainer import checkpoints, distributed
from training.trainer.checkpoints import CheckpointError
from training.trainer.config import Pace, Stretch
from training.trainer.loop import Run, Task

TASKS: dict[str, tuple[Callable[[StockFiles, Pace], Task], Pace]] = {
    "finder": (finder_task.FinderTask, finder_task.PACE),
    "corners": (corner_task.CornerTask, corner_task.PACE),
}
"""The detector's two networks, in the order in which they are trained; each gets a folder of its own."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training train detector``."""
    add_pack_option(parser)
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places without cards (default: drawn)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder a network is made in here")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoints in --out")
    parser.add_argument("--workers", type=int, default=1, help="processes that compose photos (default 1)")
    parser.add_argument("--only", choices=list(TASKS), help="one of the two networks (default: both)")
    parser.add_argument("--stages", type=_stages, metavar="N:SIDE,...", help="batches and size of photos in turn")
    parser.add_argument("--examples", type=int, metavar="N", help="photos, or patches, of a batch")
    parser.add_argument("--look-every", type=int, metavar="N", help="batches between two measurements")
    parser.add_argument("--seed", type=int, default=0, help="of everything random (default 0)")


def _stages(text: str) -> tuple[Stretch, ...]:
    return tuple(Stretch(*(int(number) for number in part.split(":"))) for part in text.split(","))


def pace_of(args: argparse.Namespace, pace: Pace) -> Pace:
    """Return the pace that the arguments ask for."""
    given = {name: getattr(args, name) for name in ("stages", "examples", "look_every", "seed")}
    return replace(pace, **{name: value for name, value in given.items() if value is not None})


def run(args: argparse.Namespace) -> int:
    """Train; exit code 2 where pack, settings or checkpoint can't be used."""
    files = StockFiles(tuple(args.pack), args.places)
    try:
        for name, (task, pace) in TASKS.items():
            if args.only in (None, name):
                out = args.out / name
                out.mkdir(parents=True, exist_ok=True)
                resume = args.resume and (out / checkpoints.NAME).exists()
                Run(task(files, pace_of(args, pace)), out, workers=args.workers, resume=resume).run()
    except (PackError, CheckpointError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        distributed.stop()
    print(f"{args.out}: trained; export with: python -m training export-detector --training {args.out} --out DIR")
    return 0
