"""Export trained networks to ``finder.onnx``, ``corners.onnx`` and ``plates.onnx``, checked against torch."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.core.artifacts import CORNERS as CORNERS_FILE
from engine.core.artifacts import FINDER as FINDER_FILE
from engine.core.artifacts import PLATES as PLATES_FILE
from engine.core.onnx_session import OnnxModel
from engine.detection.corners import KIND, PATCH_HEIGHT, PATCH_WIDTH, TURN, WHERE
from engine.detection.heatmaps import CORNERS, HEAT, SECTOR
from engine.detection.plates import PARTS, SHAPE
from training.detector.networks import CardFinder, CornerNetwork, PlateFinder
from training.detector.task import DetectorConfig
from training.networks.onnx_file import save_halved, to_onnx
from training.trainer import checkpoints

LIMITS = 2e-3, 0.15
"""Largest differences to torch's outputs, with whole weights and with halved ones.

Heat is 0..1, and corners are in units of 32 pixels. Halving changes log odds far from 0 most, where it doesn't matter.
"""
NETWORKS: Mapping[str, tuple[Callable[[int], nn.Module], tuple[str, ...]]] = {
    "finder": (CardFinder, (HEAT, SECTOR, CORNERS)),
    "corners": (CornerNetwork, (WHERE, TURN, KIND)),
    "plates": (PlateFinder, (PARTS, SHAPE)),
}
"""Of each task the network, built with its width, and the names of its outputs."""
SIZES = ((384, 288), (256, 256), (288, 384))
"""Heights and widths at which the finders are checked; they take any multiples of 32."""


class _Exported(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        """Return a finder's maps, with the first, its heat, as a probability."""
        heat, *others = self.network(pixels)
        return heat.sigmoid(), *others


def export_network(task: str, checkpoint: Path, out: Path) -> float:
    """Write the network of a task of :data:`NETWORKS`; return the largest difference to torch's outputs.

    Raises:
        CheckpointError: the file is not a checkpoint of this task's training.
        RuntimeError: the exported model doesn't agree with torch.
    """
    loaded = checkpoints.load(checkpoint, DetectorConfig)
    trained, width = loaded.config.task, loaded.config.width
    if trained != task:
        raise checkpoints.CheckpointError(f"{checkpoint} holds the training of the {trained}, not of the {task}")
    build, outputs = NETWORKS[task]
    network = build(width)
    network.load_state_dict(loaded.averaged_weights())
    if task != "corners":
        network = _Exported(network)
        shapes = [(1, *size) for size in SIZES]
        free = {axis: 32 * torch.export.Dim(side, min=2, max=64) for axis, side in ((2, "h"), (3, "w"))}
    else:
        shapes = [(count, PATCH_HEIGHT, PATCH_WIDTH) for count in (2, 5)]
        free = {0: torch.export.Dim("batch", max=256)}
    rng = np.random.default_rng(0)
    inputs = [_test_pictures(rng, *shape) for shape in shapes]
    model = to_onnx(network, inputs[0], free, outputs)
    return save_halved(model, out, partial(_check_difference, network, inputs, outputs), LIMITS)[0]


def _test_pictures(rng: np.random.Generator, count: int, height: int, width: int) -> NDArray[np.float32]:
    """Return pictures of soft colours with a dark quad."""
    hills = torch.from_numpy(rng.uniform(0, 255, (count, 3, height // 16, width // 16)).astype(np.float32))
    pictures = torch.nn.functional.interpolate(hills, size=(height, width), mode="bilinear")
    pictures[..., height // 4 : -height // 4, width // 3 : -width // 3] *= 0.2
    return pictures.numpy()


def _check_difference(
    network: nn.Module, inputs: Sequence[NDArray[np.float32]], outputs: Sequence[str], path: Path, most: float
) -> float:
    """Return the largest difference between torch's and the file's outputs, over 1 + the output's size."""
    model, worst = OnnxModel(path), 0.0
    for pixels in inputs:
        with torch.inference_mode():
            expected = [part.numpy() for part in network(torch.from_numpy(pixels))]
        for one, other in zip(expected, model.run(pixels, outputs), strict=True):
            worst = max(worst, float((np.abs(one - other) / (1 + np.abs(one))).max()))
    if not worst <= most:
        raise RuntimeError(f"The exported {path.stem} differs from torch by {worst:.4f}, more than {most}")
    return worst


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training export-detector``."""
    parser.add_argument(
        "--training", type=Path, required=True, metavar="DIR", help="--out of training train detector, or of plates"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the model files")


def run(args: argparse.Namespace) -> int:
    """Export and report; raises CheckpointError."""
    args.out.mkdir(parents=True, exist_ok=True)
    folders = {FINDER_FILE: "finder", CORNERS_FILE: "corners"}
    if (args.training / checkpoints.NAME).exists():  # the plate finder's run, which has one network
        folders = {PLATES_FILE: "."}
    for name, folder in folders.items():
        out = args.out / name
        worst = export_network(out.stem, args.training / folder / checkpoints.NAME, out)
        print(f"{out}: {out.stat().st_size / 1e6:.1f} MB; differs from torch by {worst:.1e} at most")
    return 0
