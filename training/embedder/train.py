"""``python -m training train embedder``: packed faces in, a checkpoint with a log and plots out."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from training.data.face_pack import PackError, add_pack_option, read_packs
from training.embedder.config import LOSSES, EmbedderConfig, ancestor
from training.embedder.task import EmbedderTask
from training.trainer import distributed
from training.trainer.checkpoints import CheckpointError
from training.trainer.config import Stage
from training.trainer.loop import Trainer

SCALARS = ("backbone", "dimension", "margin", "gamma", "koleo", "pairs", "memory", "group", "light", "heavy", "skew",
           "head_lr", "body_lr", "weight_decay", "warm_up", "ema", "clip", "seed")  # fmt: skip
"""Settings given as a single word or number."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training train embedder``."""
    add_pack_option(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of checkpoint, log and plots")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint in --out")
    parser.add_argument("--workers", type=int, default=1, help="processes that degrade faces (default 1)")
    defaults = EmbedderConfig()
    parser.add_argument("--loss", choices=LOSSES, default=defaults.loss)
    parser.add_argument(
        "--stages", type=_parse_stages, metavar="N:HxW,...", help="epochs and face size in turn: 12:160x112,8:224x160"
    )
    for name in SCALARS:
        default = getattr(defaults, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), help=f"default {default}")


def _parse_stages(text: str) -> tuple[Stage, ...]:
    parts = [part.split(":") for part in text.split(",")]
    return tuple(Stage(int(epochs), *(int(side) for side in size.split("x"))) for epochs, size in parts)


def run(args: argparse.Namespace) -> int:
    """Train; exit code 2 if pack, settings or checkpoint can't be used."""
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        base = ancestor(EmbedderConfig()) if args.loss == "ancestor" else replace(EmbedderConfig(), loss=args.loss)
        given = {name: getattr(args, name) for name in (*SCALARS, "stages") if getattr(args, name) is not None}
        task = EmbedderTask(read_packs(args.pack), replace(base, **given))
        Trainer(task, args.out, workers=args.workers, resume=args.resume).run()
    except (PackError, CheckpointError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        distributed.stop()
    print(f"{args.out}: trained; export with: python -m training export --checkpoint {args.out}/checkpoint.pt")
    return 0
