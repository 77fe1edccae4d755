"""Export a trained embedder to ``embedder.onnx``, checked against torch."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper
from torch import Tensor, nn

from engine.core.onnx_session import OnnxModel
from engine.retrieval.embedder import UPRIGHT, VECTORS, Embedder, embedder_input
from training.drawing.cards import demo_cards, draw_card
from training.embedder.config import EmbedderConfig
from training.networks.backbone import PIXEL_MEAN, PIXEL_STD, CardEmbedder
from training.networks.onnx_file import halve_weights, strip_traces
from training.trainer import checkpoints
from training.trainer.checkpoints import CheckpointError
from training.trainer.config import Stage

MIN_PARITY = 0.9999
"""Least cosine allowed between torch's and the exported model's vectors."""
MIN_HALVED_PARITY = 0.999
"""The same with weights stored as halves."""
MAX_ODDS_ERROR = 0.1
"""Largest difference of log odds, absolute and relative: a fortieth of a probability at most."""


@dataclass(frozen=True, slots=True)
class Parity:
    """Least cosine between torch's vectors and ONNX Runtime's, with whole and with halved weights."""

    whole: float
    halved: float


def load_network(path: Path) -> tuple[CardEmbedder, EmbedderConfig]:
    """Return the averaged network of a checkpoint, ready for use, and its run's configuration.

    Raises:
        CheckpointError: the file is not a checkpoint.
    """
    checkpoint = checkpoints.load(path, EmbedderConfig)
    model = CardEmbedder(checkpoint.config.dimension, checkpoint.config.backbone)
    model.load_state_dict(checkpoint.averaged_weights())
    return model.eval(), checkpoint.config


def export_embedder(checkpoint: Path, out: Path) -> Parity:
    """Write a checkpoint's network to ``out``, for faces of its last stage's size.

    Raises:
        CheckpointError: the file is not a checkpoint.
        RuntimeError: the exported model doesn't agree with torch.
    """
    model, config = load_network(checkpoint)
    size = config.stages[-1]
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "embedder.onnx"
        write_onnx(model, size, full, {"backbone": config.backbone, "loss": config.loss})
        whole = check_parity(model, size, full, MIN_PARITY)
        onnx.save(halve_weights(onnx.load(str(full))), str(out))
    return Parity(whole, check_parity(model, size, out, MIN_HALVED_PARITY))


class _BothOutputs(nn.Module):
    """The network as it is exported: both of its outputs."""

    def __init__(self, model: CardEmbedder) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.embed_and_orient(pixels)


def write_onnx(model: CardEmbedder, size: Stage, out: Path, metadata: dict[str, str]) -> None:
    """Write the network with a dynamic batch size and L2 normalisation inside; ``metadata`` goes into the file."""
    program = torch.onnx.export(
        _BothOutputs(model).eval(),
        (torch.zeros(2, 3, size.height, size.width),),
        dynamo=True,
        dynamic_shapes=({0: torch.export.Dim("batch", max=256)},),
        input_names=["pixels"],
        output_names=[VECTORS, UPRIGHT],
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    program.save(str(out), external_data=False)
    clean = strip_traces(onnx.load(str(out)))
    constants = {"colour": "RGB", "range": "0..255", "mean": str(PIXEL_MEAN), "deviation": str(PIXEL_STD)}
    helper.set_model_props(clean, {**constants, **metadata})
    onnx.save(clean, str(out))


def check_parity(model: CardEmbedder, size: Stage, path: Path, least: float) -> float:
    """Return the lowest cosine between torch's and the file's vectors of the drawn demo cards.

    Raises:
        RuntimeError: it is below ``least``, or the log odds of being upright differ.
    """
    pixels = embedder_input([draw_card(card, 256) for card in demo_cards()], size.height, size.width)
    with torch.no_grad():
        expected, expected_odds = (output.numpy() for output in model.embed_and_orient(torch.from_numpy(pixels)))
    vectors, odds = OnnxModel(path).run(pixels, (VECTORS, UPRIGHT))
    cosine = float((expected * vectors).sum(1).min())
    if not cosine >= least:
        raise RuntimeError(f"The exported model's vectors differ from torch's: cosine {cosine:.5f} < {least}")
    if not np.allclose(odds, expected_odds, atol=MAX_ODDS_ERROR, rtol=MAX_ODDS_ERROR):
        raise RuntimeError(f"The exported model's sense of up and down differs from torch's: {odds - expected_odds}")
    Embedder(path)  # raises if the engine couldn't open it
    return cosine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training export``."""
    parser.add_argument(
        "--checkpoint", type=Path, required=True, metavar="FILE", help="written by: training train embedder"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the model file to write")


def run(args: argparse.Namespace) -> int:
    """Export and report; exit code 2 if the checkpoint can't be used."""
    try:
        parity = export_embedder(args.checkpoint, args.out)
    except CheckpointError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(
        f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB; cosine with torch >= {parity.whole:.6f}, "
        f"with halved weights >= {parity.halved:.6f}"
    )
    return 0
