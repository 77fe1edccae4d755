"""Export a trained finder and corner network to ``finder.onnx`` and ``corners.onnx``, checked against torch."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper
from torch import Tensor, nn

from engine.core.artifacts import CORNERS as CORNERS_FILE
from engine.core.artifacts import FINDER as FINDER_FILE
from engine.core.onnx_session import OnnxModel
from engine.detection.corners import KIND, PATCH_HEIGHT, PATCH_WIDTH, TURN, WHERE
from engine.detection.heatmaps import CORNERS, HEAT, SECTOR
from training.detector.config import DetectorConfig
from training.detector.corner_network import CornerNetwork
from training.detector.network import CardFinder
from training.networks.backbone import PIXEL_MEAN, PIXEL_STD
from training.networks.onnx_file import halve_weights, strip_traces
from training.trainer import checkpoints

MAX_DIFFERENCE = 2e-3
"""Largest difference to torch's outputs that whole weights may have; heat is 0..1, corners in units of 32 pixels."""
MAX_HALVED_DIFFERENCE = 0.15
"""The same with weights stored as halves: log odds far from 0 change most, and don't matter there."""
SIZES = ((384, 288), (256, 256), (288, 384))
"""Heights and widths at which the finder is checked; it takes any multiples of 32."""


class _ExportedFinder(nn.Module):
    """The finder as it is exported: heat as a probability."""

    def __init__(self, network: CardFinder) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heat, sectors, corners = self.network(pixels)
        return heat.sigmoid(), sectors, corners


def load_network(checkpoint: Path, task: str) -> nn.Module:
    """Return the averaged network of a checkpoint, ready to be exported.

    Raises:
        CheckpointError: the file is not a checkpoint of this task.
    """
    loaded = checkpoints.load(checkpoint, DetectorConfig)
    config = loaded.config
    if config.task != task:
        raise checkpoints.CheckpointError(f"{checkpoint} holds the training of the {config.task}, not of the {task}")
    network = CardFinder(config.width) if task == "finder" else CornerNetwork(config.width)
    network.load_state_dict(loaded.averaged_weights())
    return (_ExportedFinder(network) if isinstance(network, CardFinder) else network).eval()


def export_finder(checkpoint: Path, out: Path) -> float:
    """Write the finder; return the largest difference to torch's outputs.

    Raises:
        CheckpointError: the file is not a checkpoint of the finder's training.
        RuntimeError: the exported model doesn't agree with torch.
    """
    high, wide = (32 * torch.export.Dim(side, min=2, max=64) for side in ("h", "w"))
    rng = np.random.default_rng(0)
    pictures = [_test_pictures(rng, 1, *size) for size in SIZES]
    return _export(load_network(checkpoint, "finder"), pictures, (HEAT, SECTOR, CORNERS), {2: high, 3: wide}, out)


def export_corners(checkpoint: Path, out: Path) -> float:
    """Write the corner network; return the largest difference to torch's outputs; raises as :func:`export_finder`."""
    rng = np.random.default_rng(0)
    patches = [_test_pictures(rng, count, PATCH_HEIGHT, PATCH_WIDTH) for count in (2, 5)]
    batch = {0: torch.export.Dim("batch", max=256)}
    return _export(load_network(checkpoint, "corners"), patches, (WHERE, TURN, KIND), batch, out)


def _test_pictures(rng: np.random.Generator, count: int, height: int, width: int) -> NDArray[np.float32]:
    """Return pictures of soft colours with a dark quad: something for the networks to see."""
    hills = rng.uniform(0, 255, (count, 3, height // 16, width // 16)).astype(np.float32)
    picture = torch.nn.functional.interpolate(torch.from_numpy(hills), size=(height, width), mode="bilinear").numpy()
    picture[..., height // 4 : -height // 4, width // 3 : -width // 3] *= 0.2
    return np.asarray(picture, np.float32)


def _export(
    network: nn.Module,
    inputs: Sequence[NDArray[np.float32]],
    outputs: Sequence[str],
    free: Mapping[int, object],
    out: Path,
) -> float:
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / out.name
        program = torch.onnx.export(
            network, (torch.from_numpy(inputs[0]),), dynamo=True, dynamic_shapes=(free,), input_names=["pixels"],
            output_names=list(outputs), verbose=False,
        )  # fmt: skip
        if program is None:
            raise RuntimeError("torch.onnx.export gave no program")
        program.save(str(full), external_data=False)
        clean = strip_traces(onnx.load(str(full)))
        constants = {"colour": "RGB", "range": "0..255", "mean": str(PIXEL_MEAN), "deviation": str(PIXEL_STD)}
        helper.set_model_props(clean, constants)
        onnx.save(clean, str(full))
        worst = max_difference(network, full, inputs, outputs, MAX_DIFFERENCE)
        onnx.save(halve_weights(clean), str(out))
    max_difference(network, out, inputs, outputs, MAX_HALVED_DIFFERENCE)
    return worst


def max_difference(
    network: nn.Module, path: Path, inputs: Sequence[NDArray[np.float32]], outputs: Sequence[str], most: float
) -> float:
    """Return the largest difference between torch's and the file's outputs, over 1 + the output's size.

    Raises:
        RuntimeError: it is above ``most``.
    """
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
        "--training", type=Path, required=True, metavar="DIR", help="the --out of: training train detector"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the two model files")


def run(args: argparse.Namespace) -> int:
    """Export and report; exit code 2 if a checkpoint can't be used."""
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        for task, export, name in (("finder", export_finder, FINDER_FILE), ("corners", export_corners, CORNERS_FILE)):
            out = args.out / name
            worst = export(args.training / task / checkpoints.NAME, out)
            print(f"{out}: {out.stat().st_size / 1e6:.1f} MB; differs from torch by {worst:.1e} at most")
    except checkpoints.CheckpointError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0
