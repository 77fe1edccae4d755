"""The embedder network -> ``embedder.onnx``, checked against torch."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tqdm import tqdm

from engine.embedder import Embedder, embedder_input
from engine.onnx_session import OnnxModel
from training.backbone import CardEmbedder
from training.faces import read_faces_csv, read_picture

DIMENSION = 256
INPUT_HEIGHT, INPUT_WIDTH = 224, 160
BATCH = 32
MIN_PARITY = 0.9995
"""Cosine between torch's and the exported model's vectors; weights are stored as halves."""
HALF_MIN_SIZE = 1024
"""Tensors with fewer values stay float32: they weigh nothing."""


def export_embedder(faces_csvs: Sequence[Path], out: Path, *, fit_limit: int = 6000) -> float:
    """Fit the projection on faces and write the model to ``out``.

    Returns:
        The lowest cosine similarity between torch and ONNX Runtime on a batch of faces.

    Raises:
        RuntimeError: the exported model doesn't agree with torch.
    """
    torch.manual_seed(0)
    model = CardEmbedder(DIMENSION).eval()
    faces = [face.path for csv in faces_csvs for face in read_faces_csv(csv)][:fit_limit]
    with torch.no_grad():
        pooled = torch.cat([model.pooled(batch) for batch in _batches(faces)])
    model.fit_projection(pooled)
    _write_onnx(model, out)
    return _check_parity(model, out, next(iter(_batches(faces[:BATCH]))))


def _batches(paths: Sequence[Path]) -> Iterator[torch.Tensor]:
    for start in tqdm(range(0, len(paths), BATCH), desc="faces", unit="batch", disable=len(paths) <= BATCH):
        pictures = [read_picture(path) for path in paths[start : start + BATCH]]
        yield torch.from_numpy(embedder_input(pictures, INPUT_HEIGHT, INPUT_WIDTH))


def _write_onnx(model: CardEmbedder, out: Path) -> None:
    example = torch.zeros(2, 3, INPUT_HEIGHT, INPUT_WIDTH)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "embedder.onnx"
        program = torch.onnx.export(
            model,
            (example,),
            dynamo=True,
            dynamic_shapes=({0: torch.export.Dim("batch", max=256)},),
            input_names=["pixels"],
            output_names=["vectors"],
            verbose=False,
        )
        if program is None:
            raise RuntimeError("torch.onnx.export gave no program")
        program.save(str(full), external_data=False)
        halved = halve_weights(without_traces(onnx.load(str(full))))
    onnx.save(halved, str(out))


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drop what the exporter notes of where each node came from: stack traces, with paths of this machine."""
    graph = model.graph
    for part in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large float32 weights as float16 with a cast behind them.

    Half the bytes on disk; ONNX Runtime folds the casts when it opens the model, so that it
    computes in float32 as before.
    """
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < HALF_MIN_SIZE:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), weight.name + "_half")
        casts.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
        weight.CopyFrom(half)
    for cast in reversed(casts):
        graph.node.insert(0, cast)
    return model


def _check_parity(model: CardEmbedder, path: Path, pixels: torch.Tensor) -> float:
    with torch.no_grad():
        expected: NDArray[np.float32] = model(pixels).numpy()
    cosine = float((expected * OnnxModel(path)(pixels.numpy())).sum(1).min())
    if cosine < MIN_PARITY:
        raise RuntimeError(f"The exported model's vectors differ from torch's: cosine {cosine:.5f} < {MIN_PARITY}")
    Embedder(path)  # opens as the engine will open it
    return cosine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training export``."""
    parser.add_argument(
        "--faces", type=Path, action="append", required=True, help="CSV of faces to fit the projection on"
    )
    parser.add_argument("--out", type=Path, required=True, help="the model file to write")


def run(args: argparse.Namespace) -> int:
    """Export and report."""
    cosine = export_embedder(args.faces, args.out)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB, parity with torch: cosine >= {cosine:.6f}")
    return 0
