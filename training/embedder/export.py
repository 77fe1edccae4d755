"""A trained embedder -> ``embedder.onnx``, checked against torch."""

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
from training.embedder.settings import Settings, Stage, read_settings
from training.networks.backbone import PIXEL_MEAN, PIXEL_STD, CardEmbedder
from training.networks.onnx_file import halve_weights, without_traces
from training.trainer import checkpoints
from training.trainer.checkpoints import CheckpointError

MIN_PARITY = 0.9999
"""Least cosine between torch's and the exported model's vectors."""
MIN_HALVED_PARITY = 0.999
"""The same once weights are stored as halves."""
MAX_ODDS_ERROR = 0.1
"""Difference of log odds, absolute and relative: a fortieth of a probability at most."""


@dataclass(frozen=True, slots=True)
class Parity:
    """Least cosine between torch's vectors and ONNX Runtime's, with whole and with halved weights."""

    whole: float
    halved: float


def trained_network(path: Path) -> tuple[CardEmbedder, Settings]:
    """Return the averaged network of a checkpoint, ready to be used, and its training's settings.

    Raises:
        CheckpointError: the file is no checkpoint.
    """
    settings, _, states, _ = checkpoints.load(path, read_settings)
    model = CardEmbedder(settings.dimension, settings.backbone)
    model.load_state_dict(checkpoints.averaged(states))
    return model.eval(), settings


def export_embedder(checkpoint: Path, out: Path) -> Parity:
    """Write a checkpoint's network to ``out``, for faces of its last stage's size.

    Raises:
        CheckpointError: the file is no checkpoint.
        RuntimeError: the exported model doesn't agree with torch.
    """
    model, settings = trained_network(checkpoint)
    size = settings.stages[-1]
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "embedder.onnx"
        write_onnx(model, size, full, {"backbone": settings.backbone, "loss": settings.loss})
        whole = parity(model, size, full, MIN_PARITY)
        onnx.save(halve_weights(onnx.load(str(full))), str(out))
    return Parity(whole, parity(model, size, out, MIN_HALVED_PARITY))


class _Seeing(nn.Module):
    """The network as it is exported: both of its outputs."""

    def __init__(self, model: CardEmbedder) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.see(pixels)


def write_onnx(model: CardEmbedder, size: Stage, out: Path, notes: dict[str, str]) -> None:
    """Write the network with a dynamic batch and L2 normalisation inside; ``notes`` go into its metadata."""
    program = torch.onnx.export(
        _Seeing(model).eval(),
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
    clean = without_traces(onnx.load(str(out)))
    constants = {"colour": "RGB", "range": "0..255", "mean": str(PIXEL_MEAN), "deviation": str(PIXEL_STD)}
    helper.set_model_props(clean, {**constants, **notes})
    onnx.save(clean, str(out))


def parity(model: CardEmbedder, size: Stage, path: Path, least: float) -> float:
    """Return the lowest cosine between torch's and the file's vectors of the drawn demo cards.

    Raises:
        RuntimeError: it is below ``least``, or the log odds of being upright differ.
    """
    pixels = embedder_input([draw_card(card, 256) for card in demo_cards()], size.height, size.width)
    with torch.no_grad():
        expected, expected_odds = (output.numpy() for output in model.see(torch.from_numpy(pixels)))
    vectors, odds = OnnxModel(path).run(pixels, (VECTORS, UPRIGHT))
    cosine = float((expected * vectors).sum(1).min())
    if not cosine >= least:
        raise RuntimeError(f"The exported model's vectors differ from torch's: cosine {cosine:.5f} < {least}")
    if not np.allclose(odds, expected_odds, atol=MAX_ODDS_ERROR, rtol=MAX_ODDS_ERROR):
        raise RuntimeError(f"The exported model's sense of up and down differs from torch's: {odds - expected_odds}")
    Embedder(path)  # opens as the engine will open it
    return cosine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training export``."""
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of: training train embedder")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the model file to write")


def run(args: argparse.Namespace) -> int:
    """Export and report; exit code 2 where the checkpoint can't be used."""
    try:
        found = export_embedder(args.checkpoint, args.out)
    except CheckpointError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(
        f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB; cosine with torch >= {found.whole:.6f}, "
        f"with halved weights >= {found.halved:.6f}"
    )
    return 0
