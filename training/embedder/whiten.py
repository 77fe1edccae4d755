"""``python -m training whiten``: an exported embedder -> the same, its vectors whitened by what the camera does.

Directions in which photographs of one face differ from the face itself lose weight, so that those which tell faces
apart gain some: learned whitening (Mikolajczyk and Matas 2007; Radenovic, Tolias and Chum 2018) from pairs of a face
and its photograph. It is linear and goes into the network's last layer, so that it costs nothing when cards are named.
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

from engine.core.errors import ArtifactError
from engine.retrieval.embedder import BATCH, Embedder, Vectors
from training.camera.closeup import HARD, degrade
from training.data.face_pack import FacePack, PackError, add_pack_option, read_packs

VIEWS = 2
"""Photographs of each face."""
SHRINKAGE = 0.1
"""Of the mean variance, added in every direction: what few faces show of a direction is partly chance."""
SEED = 16
LEAST_PARITY = 0.999
"""Least cosine between the new file's vectors and the old ones whitened: its weights are stored as halves."""
COMPARED = 64
WHITENED = "whitened"
"""Key of the model's note, which keeps a network from being whitened twice."""
WEIGHT, HALF, BIAS = "model.project.weight", "model.project.weight_half", "model.project.bias"
"""The last layer's numbers, as ``training export`` names them."""

Matrix = NDArray[np.float64]


def whiten(model: Path, pack: FacePack, out: Path) -> float:
    """Write ``model`` with whitened vectors to ``out``; return the least cosine with what was computed.

    Raises:
        ArtifactError: ``model`` is no embedder.
        ValueError: it is not one of ``training export``, or was whitened before.
        PackError: all names of the pack are held out from training, so that there is nothing to learn from.
        RuntimeError: the new file does not give the vectors that were computed.
    """
    embedder = Embedder(model)
    network = onnx.load(str(model))
    check_plain(model, network)
    rows = pack.rows(held_out=False)
    if not rows:
        raise PackError("every name of this pack is held out from training: there is nothing to learn from")
    change = whitening(differences(embedder, pack, rows))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        new = Path(folder) / "whitened.onnx"
        onnx.save(turned(network, change), str(new))
        faces = [pack.pixels[row] for row in rows[:COMPARED]]
        parity = float((whitened(embedder.embed(faces), change) * Embedder(new).embed(faces)).sum(1).min())
        if not parity >= LEAST_PARITY:
            raise RuntimeError(f"The whitened model's vectors are not those computed: cosine {parity:.5f}")
        new.replace(out)
    return parity


def check_plain(path: Path, network: ModelProto) -> None:
    """Raise ValueError unless a network is as exported, and not whitened yet."""
    if any(note.key == WHITENED for note in network.metadata_props):
        raise ValueError(f"{path} is whitened already; give the one that was exported")
    names = {weight.name for weight in network.graph.initializer}
    if BIAS not in names or not names & {WEIGHT, HALF}:
        raise ValueError(f"{path} has no layer {WEIGHT}: whiten what `python -m training export` wrote")


def differences(embedder: Embedder, pack: FacePack, rows: list[int]) -> Vectors:
    """Return float32 (VIEWS * N, D): how the vectors of photographed faces ``rows`` differ from the faces' own."""
    size = embedder.height, embedder.width
    found = []
    for start in tqdm(range(0, len(rows), BATCH), desc="photographing", file=sys.stderr, mininterval=5):
        chosen = rows[start : start + BATCH]
        plain = embedder.embed([pack.pixels[row] for row in chosen])
        for view in range(VIEWS):
            dice = [np.random.default_rng((SEED, view, row)) for row in chosen]
            shots = [degrade(pack.pixels[row], rng, HARD, size) for row, rng in zip(chosen, dice, strict=True)]
            found.append(embedder.embed(shots) - plain)
    return np.concatenate(found)


def whitening(within: Vectors) -> Matrix:
    """Return the symmetric (D, D) inverse root of the covariance of differences (N, D), each from a face to itself."""
    covariance = within.T.astype(np.float64) @ within / len(within)
    covariance += SHRINKAGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    variances, axes = np.linalg.eigh(covariance)
    root: Matrix = (axes * variances**-0.5) @ axes.T
    return root / np.linalg.norm(root, 2)


def whitened(vectors: Vectors, change: Matrix) -> Vectors:
    """Return unit vectors (N, D) of what ``change`` (D, D) makes of unit vectors."""
    longer = vectors @ change
    return np.asarray(longer / np.linalg.norm(longer, axis=1, keepdims=True), np.float32)


def turned(network: ModelProto, change: Matrix) -> ModelProto:
    """Put a symmetric change of the vectors into the last layer; scaling them to length 1 comes after it."""
    for weight in network.graph.initializer:
        if weight.name in (WEIGHT, HALF, BIAS):
            kind = np.float16 if weight.data_type == TensorProto.FLOAT16 else np.float32
            value = change @ numpy_helper.to_array(weight).astype(np.float64)
            weight.CopyFrom(numpy_helper.from_array(value.astype(kind), weight.name))
    notes = {note.key: note.value for note in network.metadata_props}
    told = f"{VIEWS} views at severity {HARD}, shrinkage {SHRINKAGE}"
    helper.set_model_props(network, {**notes, WHITENED: told})
    return network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training whiten``."""
    parser.add_argument("--model", type=Path, required=True, metavar="FILE", help="of: training export")
    add_pack_option(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the model file to write")


def run(args: argparse.Namespace) -> int:
    """Whiten and report; exit code 2 where model or pack can't be used."""
    try:
        parity = whiten(args.model, read_packs(args.pack), args.out)
    except (ArtifactError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{args.out}: cosine with the vectors computed >= {parity:.6f}; what it gains: "
          f"python -m training evaluate-embedder --model {args.out}")  # fmt: skip
    return 0
