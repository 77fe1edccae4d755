"""Export a trained cost reader to ONNX, checked against torch."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.core.onnx_session import OnnxModel
from engine.reading.mana_cost import HEIGHT, MAX_WIDTH, SYMBOL_ODDS, WIDTH_STEP
from training.networks.onnx_file import save_halved, to_onnx
from training.symbols.network import CostNetwork
from training.symbols.task import CostConfig
from training.trainer import checkpoints

LIMITS = 2e-3, 0.05
"""Largest differences of a symbol's probability to torch's, with whole weights and with halved ones."""


def export_cost_reader(checkpoint: Path, out: Path) -> float:
    """Write the network; return the largest difference to torch's probabilities.

    Raises:
        CheckpointError: the file is not a checkpoint of this training.
        RuntimeError: the exported model doesn't agree with torch.
    """
    network = CostNetwork()
    network.load_state_dict(checkpoints.load(checkpoint, CostConfig).averaged_weights())
    network.eval()
    rng = np.random.default_rng(0)
    inputs = [_stripes(rng, count, width) for count, width in ((2, 96), (3, MAX_WIDTH), (1, WIDTH_STEP))]
    free = {0: torch.export.Dim("batch", max=256), 3: WIDTH_STEP * torch.export.Dim("w", max=MAX_WIDTH // WIDTH_STEP)}
    model = to_onnx(network, inputs[0], free, (SYMBOL_ODDS,))
    return save_halved(model, out, partial(_check_difference, network, inputs), LIMITS)[0]


def _stripes(rng: np.random.Generator, count: int, width: int) -> NDArray[np.float32]:
    """Return pictures of soft random colours."""
    hills = torch.from_numpy(rng.uniform(0, 255, (count, 3, 6, width // 4)).astype(np.float32))
    return torch.nn.functional.interpolate(hills, size=(HEIGHT, width), mode="bilinear").numpy()


def _check_difference(network: nn.Module, inputs: list[NDArray[np.float32]], path: Path, most: float) -> float:
    model, worst = OnnxModel(path), 0.0
    for pixels in inputs:
        with torch.inference_mode():
            expected = network(torch.from_numpy(pixels)).softmax(1).numpy()
        found = torch.from_numpy(model.run_first(pixels)).softmax(1).numpy()
        worst = max(worst, float(np.abs(expected - found).max()))
    if not worst <= most:
        raise RuntimeError(f"The exported {path.stem} differs from torch by {worst:.4f}, more than {most}")
    return worst


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training export-cost``."""
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of training train cost")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the model file")


def run(args: argparse.Namespace) -> int:
    """Export and report; raises CheckpointError."""
    worst = export_cost_reader(args.checkpoint, args.out)
    print(f"{args.out}: {args.out.stat().st_size / 1e3:.0f} kB; differs from torch by {worst:.1e} at most")
    return 0
