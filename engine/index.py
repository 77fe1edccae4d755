"""Vectors -> nearest known faces: a Faiss index with one row a face. Knows nothing of cards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from engine.embedder import Vectors
from engine.errors import ArtifactDamaged


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The nearest rows of some vectors, best first.

    Attributes:
        rows: int64 (N, k): row numbers, -1 where the index has fewer than k rows.
        similarities: float32 (N, k): cosine, -1..1.
    """

    rows: NDArray[np.int64]
    similarities: NDArray[np.float32]


class FaceIndex:
    """All known faces' vectors; searched by cosine. Thread-safe for searching."""

    def __init__(self, index: Any) -> None:
        # A search is done in less time than a second thread takes to wake, and the models want the cores.
        faiss.omp_set_num_threads(1)
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> FaceIndex:
        """Return an exact index over unit ``vectors``, stored as float16."""
        dimension = vectors.shape[1]
        index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> FaceIndex:
        """Open an index file; raises :class:`ArtifactDamaged` where it is none."""
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise ArtifactDamaged(
                f"{path.name} can't be opened as a Faiss index; build the artifacts again."
            ) from error

    def save(self, path: Path) -> None:
        """Write the index to ``path``."""
        faiss.write_index(self._index, str(path))

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vectors: Vectors, k: int) -> Neighbours:
        """Return the ``k`` nearest rows of each of ``vectors`` (float32 (N, dimension))."""
        if len(vectors) == 0 or len(self) == 0:
            return Neighbours(np.full((len(vectors), k), -1, np.int64), np.zeros((len(vectors), k), np.float32))
        similarities, rows = self._index.search(np.ascontiguousarray(vectors, np.float32), k)
        return Neighbours(rows, np.clip(similarities, -1, 1))
