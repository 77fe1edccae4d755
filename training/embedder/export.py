"""Export a trained embedder to ``embedder.onnx``, checked against torch."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from engine.core.onnx_session import OnnxModel
from engine.retrieval.embedder import UPRIGHT, VECTORS, Embedder, embedder_input
from training.drawing.cards import demo_cards, draw_card
from training.embedder.config import EmbedderConfig
from training.networks.backbone import CardEmbedder
from training.networks.onnx_file import save_halved, to_onnx
from training.trainer import checkpoints
from training.trainer.config import Stage

MIN_PARITY = 0.9999, 0.999
"""Least cosine allowed between torch's and the exported model's vectors, with whole weights and with halved ones."""
MAX_ODDS_ERROR = 0.1
"""Largest difference of log odds, absolute and relative: a fortieth of a probability at most."""


class _BothOutputs(nn.Module):
    def __init__(self, model: CardEmbedder) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.embed_and_orient(pixels)


def export_embedder(checkpoint: Path, out: Path) -> tuple[float, float]:
    """Write a checkpoint's network to ``out``, for faces of its last stage's size.

    Returns:
        the least cosine between torch's and ONNX Runtime's vectors, with whole and with halved weights.

    Raises:
        CheckpointError: the file is not a checkpoint.
        RuntimeError: the exported model doesn't agree with torch.
    """
    loaded = checkpoints.load(checkpoint, EmbedderConfig)
    config = loaded.config
    network = CardEmbedder(config.dimension, config.backbone)
    network.load_state_dict(loaded.averaged_weights())
    model = embedder_model(network, config.stages[-1], backbone=config.backbone, loss=config.loss)
    return save_halved(model, out, partial(check_parity, network.eval(), config.stages[-1]), MIN_PARITY)


def embedder_model(network: CardEmbedder, size: Stage, **notes: str) -> onnx.ModelProto:
    """Return the network as an ONNX model for any number of faces of one size, with ``notes`` as metadata."""
    pixels = np.zeros((2, 3, size.height, size.width), np.float32)
    free = {0: torch.export.Dim("batch", max=256)}
    return to_onnx(_BothOutputs(network), pixels, free, (VECTORS, UPRIGHT), **notes)


def check_parity(network: CardEmbedder, size: Stage, path: Path, least: float) -> float:
    """Return the lowest cosine between torch's and the file's vectors of the drawn demo cards.

    Raises:
        RuntimeError: it is below ``least``, or the log odds of being upright differ.
    """
    pixels = embedder_input([draw_card(card, 256) for card in demo_cards()], size.height, size.width)
    with torch.no_grad():
        expected, expected_odds = (output.numpy() for output in network.embed_and_orient(torch.from_numpy(pixels)))
    vectors, odds = OnnxModel(path).run(pixels, (VECTORS, UPRIGHT))
    cosine = float((expected * vectors).sum(1).min())
    if not cosine >= least:
        raise RuntimeError(f"The exported model's vectors differ from torch's: cosine {cosine:.5f} < {least}")
    if not np.allclose(odds, expected_odds, atol=MAX_ODDS_ERROR, rtol=MAX_ODDS_ERROR):
        raise RuntimeError(f"The exported model's log odds of upright differ from torch's: {odds - expected_odds}")
    Embedder(path)  # raises if the engine can't open it
    return cosine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training export``."""
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of: training train embedder")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the model file to write")


def run(args: argparse.Namespace) -> int:
    """Export and report; raises CheckpointError."""
    whole, halved = export_embedder(args.checkpoint, args.out)
    megabytes = args.out.stat().st_size / 1e6
    print(f"{args.out}: {megabytes:.1f} MB; cosine with torch >= {whole:.6f}, with halved weights >= {halved:.6f}")
    return 0
