"""The face index: nearest-neighbour search over unit vectors with Faiss. Knows nothing about cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from engine.core.atomic_write import write_atomically
from engine.core.errors import ArtifactDamaged
from engine.retrieval.embedder import Vectors


class IndexKind(StrEnum):
    """How a new index stores its vectors; docs/picture-network.md compares them. Both compare every row exactly."""

    FLAT = "flat"
    """float32."""
    FP16 = "fp16"
    """float16: half the bytes, the same neighbours."""


_FACTORY = {IndexKind.FLAT: "Flat", IndexKind.FP16: "SQfp16"}
"""Faiss's own descriptions."""


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
    """The vectors of all known faces, one row per face, searched by cosine. Searching is thread-safe."""

    def __init__(self, index: Any) -> None:
        # A search takes less time than a second thread needs to wake up, and the models need the cores.
        faiss.omp_set_num_threads(1)
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors, kind: IndexKind = IndexKind.FP16) -> FaceIndex:
        """Return an index over unit ``vectors``, float32 (N, dimension)."""
        return cls.build_from_parts([vectors], kind)

    @classmethod
    def build_from_parts(cls, parts: Iterable[Vectors], kind: IndexKind = IndexKind.FP16) -> FaceIndex:
        """Return an index over unit vectors given in one part or more, float32 (n, dimension) each; none is kept."""
        index: Any = None
        for part in parts:
            if index is None:
                index = faiss.index_factory(part.shape[1], _FACTORY[kind], faiss.METRIC_INNER_PRODUCT)
            index.add(np.ascontiguousarray(part, np.float32))
        if index is None:
            raise ValueError("An index needs one vector or more.")
        return cls(index)

    @classmethod
    def open(cls, path: Path, *, mapped: bool = True) -> FaceIndex:
        """Open an index file of any kind.

        Args:
            path: the file. While it is open it may be renamed, deleted or replaced by renaming another file over it,
                but never written to: the process would read the new bytes, or be killed.
            mapped: memory-map the vectors, so that all processes that open the file share one copy;
                otherwise each process has its own. Searches find the same either way.

        Raises:
            ArtifactDamaged: the file is not an index.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0))
        except RuntimeError as error:
            message = f"{path.name} can't be opened as a Faiss index; build the artifacts again."
            raise ArtifactDamaged(message) from error

    def save(self, path: Path) -> None:
        """Write the index to ``path``, replacing the file there; processes that have the old file open keep it."""
        with write_atomically(path) as part:
            faiss.write_index(self._index, str(part))

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def vectors(self) -> Vectors:
        """Return the vectors of all rows, float32 (N, dimension), as precisely as the index stores them."""
        return np.asarray(self._index.reconstruct_n(0, len(self)), np.float32)

    def vectors_at(self, rows: Sequence[int]) -> Vectors:
        """Return the vectors of these rows, float32 (N, dimension), as precisely as the index stores them."""
        # Row by row, the only way that also works for older indexes in cells (IVF).
        found = [self._index.reconstruct_n(int(row), 1)[0] for row in rows]
        return np.asarray(found, np.float32).reshape(-1, self.dimension)

    def search(self, vectors: Vectors, k: int) -> Neighbours:
        """Return the ``k`` nearest rows of each of ``vectors`` (float32 (N, dimension))."""
        if len(vectors) == 0 or len(self) == 0:
            return Neighbours(np.full((len(vectors), k), -1, np.int64), np.zeros((len(vectors), k), np.float32))
        similarities, rows = self._index.search(np.ascontiguousarray(vectors, np.float32), k)
        return Neighbours(rows, np.clip(similarities, -1, 1))
