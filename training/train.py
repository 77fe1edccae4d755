"""``python -m training train embedder``, ``... detector``, ``... plates``, ``... cost``: a checkpoint, log and plots.

Runs on a CPU or a GPU; on several with ``torchrun --nproc-per-node N -m training train NETWORK ...``.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any

from training.data.errors import CommandError

NETWORKS = {
    "embedder": ("training.embedder.train", "faces -> vectors: which card it is"),
    "detector": ("training.detector.train", "photos -> quads: where cards lie, the right way up"),
    "cost": ("training.symbols.train", "name plates -> mana costs: which symbols are printed"),
    "symbols": ("training.editions.train_symbols", "crops of type lines -> set symbols: which set a card is of"),
    "frames": ("training.editions.train_frames", "faces -> frame and border: when and how a card was printed"),
    "plates": ("training.detector.train_plates", "photos -> lines: where titles and mana costs are"),
}


class _LazyParser(argparse.ArgumentParser):
    """Imports a network's module for its options only when that network is to be trained."""

    def parse_known_args(self, *args: Any, **kwargs: Any) -> Any:
        """Add the options, then parse."""
        importlib.import_module(self.get_default("module")).add_arguments(self)
        return super().parse_known_args(*args, **kwargs)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training train``."""
    networks = parser.add_subparsers(required=True, metavar="NETWORK", parser_class=_LazyParser)
    for name, (module, summary) in NETWORKS.items():
        network = networks.add_parser(name, help=summary)
        network.set_defaults(module=module)
        network.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="where checkpoint, log and plots go"
        )
        network.add_argument("--resume", action="store_true", help="continue from the checkpoint in --out")
        network.add_argument("--workers", type=int, default=1, help="processes that make batches (default 1)")
        network.add_argument("--seed", type=int, default=0, help="for everything random (default 0)")


def run(args: argparse.Namespace) -> int:
    """Train the requested network; raises CommandError if pack, settings or checkpoint can't be used."""
    # Imported here because they need torch, and --help works without.
    from training.trainer import distributed
    from training.trainer.loop import Trainer

    network = importlib.import_module(args.module)
    try:
        for task, out, resume in network.runs(args):
            out.mkdir(parents=True, exist_ok=True)
            Trainer(task, out, workers=args.workers, resume=resume).run()
    except ValueError as error:
        raise CommandError(str(error)) from error
    finally:
        distributed.stop()
    print(f"{args.out}: trained; export with: python -m training {network.EXPORT.format(out=args.out)}")
    return 0
