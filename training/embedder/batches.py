"""Which faces share a batch: look-alikes, so that the network must learn what tells them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from training.data.face_pack import PackedFace

Indices = NDArray[np.int64]
NEIGHBOURS = 24
"""Nearest faces from which a group is drawn; with more than a group needs, epochs differ."""
SAME_ART = 0.9
"""Cosine from which two faces of one name count as the same art, before training."""


def art_classes(faces: Sequence[PackedFace], vectors: NDArray[np.float32]) -> Indices:
    """Return a class for each face, shared by faces of one name that show the same art.

    Args:
        faces: N faces.
        vectors: float32 (N, D), unit vectors of the network before training.
    """
    classes = np.arange(len(faces), dtype=np.int64)
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for i, face in enumerate(faces):
        if face.name:
            twins = by_name[face.name]
            classes[i] = next((classes[j] for j in twins if float(vectors[i] @ vectors[j]) >= SAME_ART), i)
            twins.append(i)
    return classes


def nearest_neighbours(vectors: NDArray[np.float32], count: int) -> Indices:
    """Return int64 (N, count): the nearest other vectors of each unit vector, best first."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    _, found = index.search(vectors, count + 1)
    own = found == np.arange(len(vectors))[:, np.newaxis]
    # Among equal vectors a vector itself may come later or be missing: then drop the last one found.
    own[~own.any(1), -1] = True
    return np.asarray(found[~own].reshape(len(vectors), count), np.int64)


def make_batches(rows: Sequence[int], neighbours: Indices | None, pairs: int, group: int, seed: int) -> list[Indices]:
    """Return the epoch's batches: every row once, in groups of look-alikes, each of ``pairs`` rows.

    Args:
        rows: faces to train on.
        neighbours: int64 (N, k), indices of each face's look-alikes, or None for random groups.
        pairs: rows of a batch; the rest that doesn't fill a batch is left out of this epoch.
        group: rows of a group, whose batch is the same unless it is full.
        seed: of this epoch.
    """
    rng = np.random.default_rng(seed)
    left = set(rows)
    groups: list[list[int]] = []
    for row in rng.permutation(np.asarray(rows, np.int64)).tolist():
        if row in left:
            left.remove(row)
            near = [] if neighbours is None else [i for i in rng.permutation(neighbours[row]).tolist() if i in left]
            groups.append([row, *near[: group - 1]])
            left.difference_update(groups[-1])
    flat = [row for number in rng.permutation(len(groups)) for row in groups[number]]
    return [np.asarray(flat[i : i + pairs], np.int64) for i in range(0, len(flat) - pairs + 1, pairs)]
