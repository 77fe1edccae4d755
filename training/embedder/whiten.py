"""``python -m training whiten``: whiten an exported embedder's vectors by how the camera changes them.

Directions in which a photographed face differs from the face itself get less weight, and those that tell faces apart
get more: learned whitening (Mikolajczyk and Matas 2007; Radenovic, Tolias and Chum 2018) from pairs of a face and its
photograph. It is linear and becomes part of the network's last layer, so it doesn't slow down the bot.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from tqdm import tqdm

from engine.retrieval.embedder import BATCH, Embedder, Vectors
from training.camera.closeup import HARD, degrade
from training.data.errors import CommandError
from training.data.face_pack import FacePack, add_pack_option, read_packs

VIEWS = 2
"""Photographs of each face."""
SHRINKAGE = 0.1
"""Share of the mean variance that is added in every direction, because a few faces give only a rough estimate."""
SEED = 16
MIN_PARITY = 0.999
"""Least cosine between the new file's vectors and the old ones whitened: its weights are stored as halves."""
COMPARED = 64
WHITENED = "whitened"
"""Key of the metadata that keeps a network from being whitened twice."""
WEIGHT, HALF, BIAS = "model.project.weight", "model.project.weight_half", "model.project.bias"
"""The last layer's tensors, as ``training export`` names them."""

Matrix = NDArray[np.float64]


def whiten(model: Path, pack: FacePack, out: Path) -> float:
    """Write ``model`` with whitened vectors to ``out``; return the least cosine with the expected vectors.

    Raises:
        ArtifactError: ``model`` is not an embedder.
        CommandError: it was not written by ``training export``, or has been whitened before, or all names of the pack
            are held out from training, so there is nothing to learn from.
        RuntimeError: the new file's vectors differ from the expected ones.
    """
    embedder, network = Embedder(model), onnx.load(str(model))
    if any(note.key == WHITENED for note in network.metadata_props):
        raise CommandError(f"{model} has already been whitened; give the file that was exported")
    names = {weight.name for weight in network.graph.initializer}
    if BIAS not in names or not names & {WEIGHT, HALF}:
        raise CommandError(f"{model} has no layer {WEIGHT}; give a file written by `python -m training export`")
    rows = pack.rows(held_out=False)
    if not rows:
        raise CommandError("every name of this pack is held out from training: there is nothing to learn from")
    matrix = whitening_matrix(photo_differences(embedder, pack, rows))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        new = Path(folder) / "whitened.onnx"
        whiten_last_layer(network, matrix)
        onnx.save(network, str(new))
        faces = [pack.pixels[row] for row in rows[:COMPARED]]
        expected = embedder.embed(faces) @ matrix
        expected = np.asarray(expected / np.linalg.norm(expected, axis=1, keepdims=True), np.float32)
        parity = float((expected * Embedder(new).embed(faces)).sum(1).min())
        if not parity >= MIN_PARITY:
            raise RuntimeError(f"The whitened model's vectors differ from the expected ones: cosine {parity:.5f}")
        new.replace(out)
    return parity


def photo_differences(embedder: Embedder, pack: FacePack, rows: list[int]) -> Vectors:
    """Return the vectors of photographed faces ``rows`` minus those of the faces, float32 (VIEWS * N, D)."""
    size = embedder.height, embedder.width
    found = []
    for start in tqdm(range(0, len(rows), BATCH), desc="photographing", file=sys.stderr, mininterval=5):
        chosen = rows[start : start + BATCH]
        plain = embedder.embed([pack.pixels[row] for row in chosen])
        for view in range(VIEWS):
            rngs = [np.random.default_rng((SEED, view, row)) for row in chosen]
            photos = [degrade(pack.pixels[row], rng, HARD, size) for row, rng in zip(chosen, rngs, strict=True)]
            found.append(embedder.embed(photos) - plain)
    return np.concatenate(found)


def whitening_matrix(differences: Vectors) -> Matrix:
    """Return the inverse root, symmetric (D, D), of the covariance of differences (N, D); its largest gain is 1."""
    covariance = differences.T.astype(np.float64) @ differences / len(differences)
    covariance += SHRINKAGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    variances, axes = np.linalg.eigh(covariance)
    root: Matrix = (axes * variances**-0.5) @ axes.T
    return root / np.linalg.norm(root, 2)


def whiten_last_layer(network: ModelProto, matrix: Matrix) -> None:
    """Multiply the last layer by a symmetric matrix; the network normalises the vectors afterwards."""
    for weight in network.graph.initializer:
        if weight.name in (WEIGHT, HALF, BIAS):
            kind = np.float16 if weight.data_type == TensorProto.FLOAT16 else np.float32
            value = matrix @ numpy_helper.to_array(weight).astype(np.float64)
            weight.CopyFrom(numpy_helper.from_array(value.astype(kind), weight.name))
    notes = {note.key: note.value for note in network.metadata_props}
    notes[WHITENED] = f"{VIEWS} views at severity {HARD}, shrinkage {SHRINKAGE}"
    helper.set_model_props(network, notes)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training whiten``."""
    parser.add_argument("--model", type=Path, required=True, metavar="FILE", help="written by: training export")
    add_pack_option(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the model file to write")


def run(args: argparse.Namespace) -> int:
    """Whiten and report; raises as :func:`whiten`."""
    parity = whiten(args.model, read_packs(args.pack), args.out)
    print(f"{args.out}: cosine with the expected vectors >= {parity:.6f}; measure it with: "
          f"python -m training evaluate-embedder --model {args.out}")  # fmt: skip
    return 0
