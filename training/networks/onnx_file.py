"""Export networks to ONNX files that are small and free of traces of the machine that wrote them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from engine.retrieval.embedder import UPRIGHT
from training.networks.backbone import PIXEL_MEAN, PIXEL_STD

HALF_MIN_SIZE = 1024
"""Tensors with fewer values stay float32 because they hardly take any space."""

Check = Callable[[Path, float], float]
"""Compares a model file with torch; returns the measure, raises RuntimeError if it is beyond the given limit."""


def to_onnx(
    network: nn.Module, pixels: NDArray[np.float32], free: Mapping[int, object], outputs: Sequence[str], **notes: str
) -> onnx.ModelProto:
    """Return a network as an ONNX model.

    Args:
        network: takes float32 (B, 3, H, W) RGB pixels in 0..255.
        pixels: an example.
        free: the axes of the pixels that may have other lengths, each with its ``torch.export.Dim``.
        outputs: their names.
        notes: metadata to add to the description of the pixels.
    """
    program = torch.onnx.export(
        network.eval(), (torch.from_numpy(pixels),), dynamo=True, dynamic_shapes=(free,), input_names=["pixels"],
        output_names=list(outputs), verbose=False,
    )  # fmt: skip
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    model = program.model_proto
    graph = model.graph
    # The exporter notes where each node came from: stack traces with this machine's paths.
    for part in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    pixels_notes = {"colour": "RGB", "range": "0..255", "mean": str(PIXEL_MEAN), "deviation": str(PIXEL_STD)}
    helper.set_model_props(model, {**pixels_notes, **notes})
    return model


def save_halved(model: onnx.ModelProto, out: Path, check: Check, limits: tuple[float, float]) -> tuple[float, float]:
    """Write a model with halved weights; return what ``check`` measured with whole and with halved weights.

    Raises:
        RuntimeError: one of the two is beyond its limit.
    """
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / out.name
        onnx.save(model, str(full))
        whole = check(full, limits[0])
    onnx.save(halve_weights(model), str(out))
    return whole, check(out, limits[1])


def halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large float32 weights as float16, each followed by a cast, except those of the upright output.

    This halves the file. ONNX Runtime folds the casts when it opens the model and still computes in float32.
    """
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        # The log odds are a small difference of large products, too small for half precision.
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < HALF_MIN_SIZE or UPRIGHT in weight.name:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), weight.name + "_half")
        casts.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
        weight.CopyFrom(half)
    for cast in reversed(casts):
        graph.node.insert(0, cast)
    return model
