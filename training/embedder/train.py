"""The options of ``python -m training train embedder``, and its run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from training.data.face_pack import add_pack_option, read_packs
from training.embedder.config import LOSSES, EmbedderConfig, ancestor
from training.embedder.task import EmbedderTask
from training.trainer.config import parse_stages

EXPORT = "export --checkpoint {out}/checkpoint.pt"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the embedder's own options."""
    add_pack_option(parser)
    defaults = asdict(EmbedderConfig())
    parser.add_argument("--loss", choices=LOSSES, default=defaults["loss"])
    parser.add_argument(
        "--stages", type=parse_stages, metavar="N:HxW,...", help="epochs and face size in turn: 12:160x112,8:224x160"
    )
    for name, default in defaults.items():
        if name not in ("loss", "stages", "seed", "checkpoint_every_s"):
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), help=f"default {default}")


def runs(args: argparse.Namespace) -> Iterator[tuple[EmbedderTask, Path, bool]]:
    """Yield the task, the folder for its checkpoint, and whether to resume."""
    base = ancestor(EmbedderConfig()) if args.loss == "ancestor" else EmbedderConfig()
    yield EmbedderTask(read_packs(args.pack), base.override(args)), args.out, args.resume
