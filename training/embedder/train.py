"""``python -m training train embedder``: packed faces -> a checkpoint, with a journal and plots."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields, replace
from pathlib import Path

from training.data.face_pack import PackError, add_pack_option, read_packs
from training.embedder.loop import Training
from training.embedder.settings import LOSSES, Settings, Stage, ancestor
from training.trainer import distributed
from training.trainer.checkpoints import CheckpointError

PLAIN = ("backbone", "dimension", "margin", "gamma", "koleo", "pairs", "memory", "group", "light", "heavy", "skew",
         "head_lr", "body_lr", "weight_decay", "warm_up", "ema", "clip", "seed")  # fmt: skip
"""Settings that are given as one word or number."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training train embedder``."""
    add_pack_option(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of checkpoint, journal, plots")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--workers", type=int, default=1, help="processes that degrade faces (default 1)")
    parser.add_argument("--loss", choices=LOSSES, default=Settings().loss)
    parser.add_argument(
        "--stages", type=_stages, metavar="N:HxW,...", help="epochs and face size in turn, as 12:160x112,8:224x160"
    )
    types = {field.name: type(field.default) for field in fields(Settings)}
    for name in PLAIN:
        default = getattr(Settings(), name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=types[name], help=f"default {default}")


def _stages(text: str) -> tuple[Stage, ...]:
    stages = []
    for part in text.split(","):
        epochs, size = part.split(":")
        height, width = size.split("x")
        stages.append(Stage(int(epochs), int(height), int(width)))
    return tuple(stages)


def chosen(args: argparse.Namespace) -> Settings:
    """Return the settings that the arguments ask for."""
    base = ancestor(Settings()) if args.loss == "ancestor" else replace(Settings(), loss=args.loss)
    given = {name: getattr(args, name) for name in (*PLAIN, "stages") if getattr(args, name) is not None}
    return replace(base, **given)


def run(args: argparse.Namespace) -> int:
    """Train; exit code 2 where pack, settings or checkpoint can't be used."""
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        pack = read_packs(args.pack)
        Training(chosen(args), pack, args.out, workers=args.workers, resume=args.resume).run()
    except (PackError, CheckpointError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        distributed.stop()
    print(f"{args.out}: trained; export with: python -m training export --checkpoint {args.out}/checkpoint.pt")
    return 0
