"""Export the networks that tell editions apart to ONNX, checked against torch, and the references of set symbols."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import normalize

from engine.core.artifacts import FRAMES, SYMBOL_REFERENCES, SYMBOLS
from engine.core.onnx_session import OnnxModel
from engine.printings import frame, set_symbol
from engine.printings.set_symbol import SymbolReferences
from training.editions.frame_task import FrameConfig
from training.editions.glyphs import NO_SYMBOL, UNMARKED, find_alike, read_glyphs
from training.editions.network import FrameNetwork, SymbolNetwork
from training.editions.symbol_task import SymbolConfig
from training.networks.onnx_file import save_halved, to_onnx
from training.trainer import checkpoints

LIMITS = 2e-3, 0.1
"""Largest differences of a value to torch's, as a share of the largest, with whole weights and with halved ones."""
LOOKS = "looks"
"""Name of the frame network's output."""


def export_symbols(checkpoint: Path, folder: Path) -> float:
    """Write the symbol network and its references into a folder; return the largest difference to torch's values.

    Raises:
        CheckpointError: the file is not a checkpoint of this training.
        RuntimeError: the exported model doesn't agree with torch.
    """
    saved = checkpoints.load(checkpoint, SymbolConfig)
    glyphs = read_glyphs(*(Path(file) for file in (saved.config.font, saved.config.css, saved.config.sets)))
    characters = glyphs.characters
    network = SymbolNetwork(len(characters))
    network.load_state_dict(saved.averaged_weights())
    shape = (set_symbol.HEIGHT, set_symbol.WIDTH)
    worst = _export(network, shape, folder / SYMBOLS, (set_symbol.SYMBOL, set_symbol.RARITY))
    rows = {code: characters.index(character) for code, character in sorted(glyphs.by_set.items())}
    rows |= dict.fromkeys(sorted(UNMARKED), characters.index(NO_SYMBOL))
    vectors = normalize(network.references.detach()).numpy()
    SymbolReferences(rows, vectors, find_alike(glyphs)).save(folder / SYMBOL_REFERENCES)
    return worst


def export_frames(checkpoint: Path, folder: Path) -> float:
    """Write the frame network into a folder; return the largest difference to torch's values. Raises as above."""
    network = FrameNetwork()
    network.load_state_dict(checkpoints.load(checkpoint, FrameConfig).averaged_weights())
    return _export(network, (frame.HEIGHT, frame.WIDTH), folder / FRAMES, (LOOKS,))


def _export(network: nn.Module, shape: tuple[int, int], out: Path, outputs: Sequence[str]) -> float:
    network.eval()
    rng = np.random.default_rng(0)
    inputs = [rng.uniform(0, 255, (count, 3, *shape)).astype(np.float32) for count in (2, 1)]
    model = to_onnx(network, inputs[0], {0: torch.export.Dim("batch", max=256)}, outputs)
    return save_halved(model, out, partial(_check_difference, network, inputs, outputs), LIMITS)[0]


def _check_difference(
    network: nn.Module, inputs: list[NDArray[np.float32]], outputs: Sequence[str], path: Path, most: float
) -> float:
    model, worst = OnnxModel(path), 0.0
    for pixels in inputs:
        with torch.inference_mode():
            expected = network(torch.from_numpy(pixels))
        expected = expected if isinstance(expected, tuple) else (expected,)
        for one, found in zip(expected, model.run(pixels, outputs), strict=True):
            worst = max(worst, float(np.abs(one.numpy() - found).max() / np.abs(one.numpy()).max()))
    if not worst <= most:
        raise RuntimeError(f"The exported {path.stem} differs from torch by {worst:.4f}, more than {most}")
    return worst


EXPORTS = {"symbols": export_symbols, "frames": export_frames}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training export-editions``."""
    parser.add_argument("network", choices=sorted(EXPORTS), help="which network the checkpoint is of")
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of training train")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the model files")


def run(args: argparse.Namespace) -> int:
    """Export and report; raises CheckpointError."""
    worst = EXPORTS[args.network](args.checkpoint, args.out)
    print(f"{args.out}: {args.network} exported; differs from torch by {worst:.1e} at most")
    return 0
