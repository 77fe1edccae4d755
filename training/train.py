"""``python -m training train embedder`` and ``... detector``: a checkpoint with a log and plots.

Runs on a CPU or a GPU; on several with ``torchrun --nproc-per-node N -m training train NETWORK ...``.
"""

from __future__ import annotations

import argparse
import importlib
from typing import Any

NETWORKS = {
    "embedder": ("training.embedder.train", "faces -> vectors: which card it is"),
    "detector": ("training.detector.train", "photos -> quads: where cards lie, the right way up"),
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
        networks.add_parser(name, help=summary).set_defaults(module=module)


def run(args: argparse.Namespace) -> int:
    """Train the requested network."""
    return int(importlib.import_module(args.module).run(args))
