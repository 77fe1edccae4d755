"""Make exported ONNX files smaller and free of traces of the machine that wrote them."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.retrieval.embedder import UPRIGHT

HALF_MIN_SIZE = 1024
"""Tensors with fewer values stay float32: they take no space to speak of."""


def strip_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drop the exporter's notes on where each node came from: stack traces with this machine's paths."""
    graph = model.graph
    for part in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large float32 weights as float16 with a cast behind them, except those of the upright output.

    Half the bytes on disk; ONNX Runtime folds the casts when it opens the model, so it still
    computes in float32.
    """
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        # The log odds are a small difference of large products: half precision would drown it.
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < HALF_MIN_SIZE or UPRIGHT in weight.name:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), weight.name + "_half")
        casts.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
        weight.CopyFrom(half)
    for cast in reversed(casts):
        graph.node.insert(0, cast)
    return model
