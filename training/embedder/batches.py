"""Which faces share a batch: look-alikes, so that what tells them apart must be learnt."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from training.data.face_pack import PackedFace

Indices = NDArray[np.int64]
NEIGHBOURS = 24
"""Nearest faces among which a group is chosen: some choice keeps epochs from being all the same."""
SAME_ART = 0.9
"""Similarity under the untrained network from which two faces of one name show the same art."""


def art_classes(faces: Sequence[PackedFace], vectors: NDArray[np.float32]) -> Indices:
    """Return a class for each face: its own, but faces of one name that show the same art share one.

    Args:
        faces: N faces.
        vectors: float32 (N, D), unit vectors of an untrained network.
    """
    classes = np.arange(len(faces), dtype=np.int64)
    by_name: dict[str, list[int]] = {}
    for i, face in enumerate(faces):
        twins = by_name.setdefault(face.name, []) if face.name else []
        same = next((j for j in twins if float(vectors[i] @ vectors[j]) >= SAME_ART), None)
        if same is not None:
            classes[i] = classes[same]
        twins.append(i)
    return classes


def nearest_neighbours(vectors: NDArray[np.float32], count: int) -> Indices:
    """Return int64 (N, count): for each unit vector the nearest others, best first."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    _, found = index.search(vectors, count + 1)
    own = found == np.arange(len(vectors))[:, np.newaxis]
    # Of equal vectors another may stand first: drop oneself wherever it stands, else the last.
    own[~own.any(1), -1] = True
    return np.asarray(found[~own].reshape(len(vectors), count), np.int64)


def make_batches(rows: Sequence[int], neighbours: Indices | None, pairs: int, group: int, seed: int) -> list[Indices]:
    """Return the epoch's batches: every row once, in groups of look-alikes, each of ``pairs`` rows.

    Args:
        rows: faces to train on.
        neighbours: int64 (N, k) of all faces by index, or None for random groups.
        pairs: rows of a batch; what is left over at the end comes another time.
        group: rows that come in together.
        seed: of this epoch.
    """
    rng = np.random.default_rng(seed)
    left = set(rows)
    order: list[list[int]] = []
    for row in rng.permutation(np.asarray(rows, np.int64)):
        if int(row) not in left:
            continue
        near = [] if neighbours is None else [int(i) for i in rng.permutation(neighbours[row]) if int(i) in left]
        chosen = [int(row), *[i for i in near if i != row][: group - 1]]
        left.difference_update(chosen)
        order.append(chosen)
    flat = [row for number in rng.permutation(len(order)) for row in order[number]]
    return [np.asarray(flat[i : i + pairs], np.int64) for i in range(0, len(flat) - pairs + 1, pairs)]
