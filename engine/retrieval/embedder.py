"""The picture network: card faces to unit vectors, with a high cosine between faces that look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ArtifactMismatch
from engine.core.onnx_session import OnnxModel, Tensor
from engine.core.values import Rgb

Vectors = NDArray[np.float32]
"""float32 (N, dimension), rows of length 1."""

BATCH = 16
VECTORS, UPRIGHT = "vectors", "upright"
"""Names of the network's outputs. The second, the log odds that a face is upright, is missing in older networks."""


@dataclass(frozen=True, slots=True, eq=False)
class Embeddings:
    """The network's output for N faces.

    Attributes:
        vectors: float32 (N, dimension), rows of length 1.
        upright: float32 (N,), 0..1: the probability that a face is upright rather than upside down;
            0.5 from a network without that output.
    """

    vectors: Vectors
    upright: NDArray[np.float32]


class Embedder:
    """The picture network, as exported by training; thread-safe.

    Raises:
        ArtifactDamaged: the file is not an ONNX model.
        ArtifactMismatch: its input is not (batch, 3, height, width), or its output not (batch, dimension).
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        self._model = OnnxModel(path, threads=threads)
        shape = self._model.input_shape
        if len(shape) != 4 or shape[1] != 3 or not isinstance(shape[2], int) or not isinstance(shape[3], int):
            raise ArtifactMismatch(f"{path.name} takes {shape}, not (batch, 3, height, width); export it again.")
        self.height, self.width = shape[2], shape[3]
        *batch, dimension = self._model.output_shape
        if len(batch) != 1 or not isinstance(dimension, int):
            raise ArtifactMismatch(f"{path.name} gives {(*batch, dimension)}, not (batch, dimension); export it again.")
        self.dimension = dimension

    def describe(self) -> dict[str, Any]:
        """Return the manifest's facts about the network: its input size and how it prepares pixels."""
        return {"height": self.height, "width": self.width, "dimension": self.dimension, **self._model.metadata}

    def embed(self, faces: Sequence[Rgb]) -> Vectors:
        """Return one unit vector per face (uint8 (H, W, 3), upright, filled by the card)."""
        return self.embed_oriented(faces).vectors

    def embed_oriented(self, faces: Sequence[Rgb]) -> Embeddings:
        """Return the vectors of faces (uint8 (H, W, 3), filled by the card) and how likely each is upright."""
        vectors, upright = [np.zeros((0, self.dimension), np.float32)], [np.zeros(0, np.float32)]
        for start in range(0, len(faces), BATCH):
            batch = embedder_input(faces[start : start + BATCH], self.height, self.width)
            if UPRIGHT in self._model.outputs:
                found, log_odds = self._model.run(batch, (VECTORS, UPRIGHT))
                upright.append(np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))), np.float32))
            else:
                found = self._model.run_first(batch)
                upright.append(np.full(len(batch), 0.5, np.float32))
            vectors.append(found)
        return Embeddings(np.concatenate(vectors), np.concatenate(upright))


def embedder_input(faces: Sequence[Rgb], height: int, width: int) -> Tensor:
    """Return float32 (N, 3, height, width), RGB 0..255; the only preparation of faces, in training and serving."""
    batch = np.empty((len(faces), 3, height, width), np.float32)
    for row, face in zip(batch, faces, strict=True):
        shrinks = face.shape[0] > height
        resized = cv2.resize(face, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        row[:] = resized.transpose(2, 0, 1)
    return batch
