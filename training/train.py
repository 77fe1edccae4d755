"""``python -m training train embedder`` and ``... detector``: a checkpoint, with a journal and plots.

On a CPU or a GPU; on several by ``torchrun --nproc-per-node N -m training train NETWORK ...``.
"""

from __future__ import annotations

import argparse

import training.detector.train
import training.embedder.train

NETWORKS = {
    "embedder": (training.embedder.train, "faces -> vectors: which card it is"),
    "detector": (training.detector.train, "photos -> quads: where cards lie, the right way up"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training train``."""
    networks = parser.add_subparsers(required=True, dest="network", metavar="NETWORK")
    for name, (module, summary) in NETWORKS.items():
        module.add_arguments(networks.add_parser(name, help=summary))


def run(args: argparse.Namespace) -> int:
    """Train the network asked for."""
    return int(NETWORKS[args.network][0].run(args))
