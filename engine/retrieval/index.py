"""Vectors -> nearest known faces: a Faiss index with one row a face. Knows nothing of cards."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from engine.core.atomic_write import write_atomically
from engine.core.errors import ArtifactDamaged
from engine.retrieval.embedder import Vectors


class IndexKind(StrEnum):
    """How vectors are kept and searched, as docs/picture-network.md compares; ``make bench`` measures them."""

    FLAT = "flat"
    """float32, every row compared: exact by definition."""
    FP16 = "fp16"
    """The same in half the bytes."""
    INT8 = "int8"
    """The same in a quarter of the bytes, each dimension scaled to its range."""
    HNSW = "hnsw"
    """A graph of neighbours (Malkov and Yashunin 2016) over float32 rows."""
    IVF = "ivf"
    """float16 rows in cells; only the nearest cells are searched (Jegou, Douze and Schmid 2011)."""
    IVF_PQ = "ivf-pq"
    """Cells of product-quantised rows, a quarter byte a dimension (the same paper)."""


HNSW_LINKS, HNSW_SEARCHED = 32, 128
"""Links of a row, and candidates kept while searching: Faiss's own 16 lose rows."""
CELLS_PER_ROOT, SEARCHED_CELLS, ROWS_PER_CELL = 4, 1 / 16, 39
"""An IVF index has 4 cells per square root of rows, searches a sixteenth of them; k-means wants 39 rows a cell."""
KMEANS_ROUNDS, KMEANS_POINTS = 10, 64
"""Rounds, and rows a centre, that cells are learnt in."""
PQ_DIMENSIONS = 4
"""Dimensions that share a byte."""
LEAST_ROWS = {IndexKind.INT8: 1, IndexKind.IVF: 1, IndexKind.IVF_PQ: 256}
"""Rows that must be there to learn from: a byte's 256 values, for one."""
LEARNS_NOTHING = frozenset({IndexKind.FLAT, IndexKind.FP16, IndexKind.HNSW})
"""Kinds that take rows as they come."""


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
    def build(cls, vectors: Vectors, kind: IndexKind = IndexKind.FP16) -> FaceIndex:
        """Return an index over unit ``vectors``.

        Raises:
            ValueError: too few vectors for this kind, or of a length it can't cut up.
        """
        index = _empty(kind, *vectors.shape)
        rows = np.ascontiguousarray(vectors, np.float32)
        if not index.is_trained:
            index.train(rows)
        index.add(rows)
        return cls(index)

    @classmethod
    def build_from_parts(cls, parts: Iterable[Vectors], kind: IndexKind = IndexKind.FP16) -> FaceIndex:
        """Return an index over unit vectors that come in parts, float32 (n, D) each, all of one D.

        A kind that learns from its rows needs them all at once; the others hold no part longer than it takes to add.

        Raises:
            ValueError: no vectors, too few for this kind, or of a length it can't cut up.
        """
        coming = iter(parts)
        first = next(coming, None)
        if first is None:
            raise ValueError("An index wants one vector or more.")
        if kind not in LEARNS_NOTHING:
            return cls.build(np.concatenate([first, *coming]), kind)
        index = _empty(kind, *first.shape)
        for part in chain([first], coming):
            index.add(np.ascontiguousarray(part, np.float32))
        return cls(index)

    @classmethod
    def open(cls, path: Path, *, mapped: bool = True) -> FaceIndex:
        """Open an index file.

        Args:
            path: the file. While it is open it may be renamed, deleted or replaced by renaming another into its
                place, but never be written to: then the process would read what was written, or be killed.
            mapped: leave the vectors in the file, from where the system brings them into memory once for all
                processes that opened it; otherwise each process has a copy of its own. Both find the same.

        Raises:
            ArtifactDamaged: it is no index.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0))
        except RuntimeError as error:
            raise ArtifactDamaged(
                f"{path.name} can't be opened as a Faiss index; build the artifacts again."
            ) from error

    def save(self, path: Path) -> None:
        """Write the index to ``path``, in place of what was there: whoever has that open keeps it as it was."""
        with write_atomically(path) as part:
            faiss.write_index(self._index, str(part))

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def vectors(self) -> Vectors:
        """Return all rows' vectors, float32 (N, dimension), as exactly as this kind of index keeps them."""
        return np.asarray(self._index.reconstruct_n(0, len(self)), np.float32)

    def vectors_at(self, rows: Sequence[int]) -> Vectors:
        """Return the vectors of these rows, float32 (N, dimension), as exactly as this kind of index keeps them."""
        # Row by row: an index in cells finds a single row only so.
        found = [self._index.reconstruct_n(int(row), 1)[0] for row in rows]
        return np.asarray(found, np.float32).reshape(-1, self.dimension)

    def search(self, vectors: Vectors, k: int) -> Neighbours:
        """Return the ``k`` nearest rows of each of ``vectors`` (float32 (N, dimension))."""
        if len(vectors) == 0 or len(self) == 0:
            return Neighbours(np.full((len(vectors), k), -1, np.int64), np.zeros((len(vectors), k), np.float32))
        similarities, rows = self._index.search(np.ascontiguousarray(vectors, np.float32), k)
        return Neighbours(rows, np.clip(similarities, -1, 1))


def _empty(kind: IndexKind, rows: int, dimension: int) -> Any:
    """Return an empty, untrained Faiss index for so many rows."""
    cells = max(1, min(round(CELLS_PER_ROOT * math.sqrt(rows)), rows // ROWS_PER_CELL))
    least = LEAST_ROWS.get(kind, 0)
    if rows < least or (kind is IndexKind.IVF_PQ and dimension % PQ_DIMENSIONS):
        divisible = f", of a length divisible by {PQ_DIMENSIONS}" if kind is IndexKind.IVF_PQ else ""
        raise ValueError(
            f"An index of kind {kind} wants {least} vectors or more{divisible}, not {rows} of {dimension}; "
            "take another kind."
        )
    recipes = {
        IndexKind.FLAT: "Flat",
        IndexKind.FP16: "SQfp16",
        IndexKind.INT8: "SQ8",
        IndexKind.HNSW: f"HNSW{HNSW_LINKS}",
        IndexKind.IVF: f"IVF{cells},SQfp16",
        IndexKind.IVF_PQ: f"IVF{cells},PQ{dimension // PQ_DIMENSIONS}",
    }
    index: Any = faiss.index_factory(dimension, recipes[kind], faiss.METRIC_INNER_PRODUCT)
    if kind is IndexKind.HNSW:
        index.hnsw.efSearch = HNSW_SEARCHED
    if kind in (IndexKind.IVF, IndexKind.IVF_PQ):
        index.nprobe = max(1, round(cells * SEARCHED_CELLS))
        _teach_quickly(index.cp)
    if kind is IndexKind.IVF_PQ:
        _teach_quickly(index.pq.cp)
    return index


def _teach_quickly(clustering: Any) -> None:
    """Set k-means to what cells need: more rounds and points cost minutes at a million rows and find the same."""
    clustering.niter, clustering.max_points_per_centroid = KMEANS_ROUNDS, KMEANS_POINTS
    # A small index is no reason for Faiss to print warnings.
    clustering.min_points_per_centroid = 1
