"""How well faces are retrieved: recall@k of degraded faces among all clean ones, by severity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.names import fold
from engine.core.values import Rgb
from engine.retrieval.embedder import Vectors
from training.camera.closeup import HARD, MEDIUM, MILD, degrade
from training.data.face_pack import FacePack

SEVERITIES = {"mild": MILD, "medium": MEDIUM, "hard": HARD}
DEPTH = 5
QUERY_SEED = 20_26

Embed = Callable[[Sequence[Rgb]], Vectors]
"""Faces, uint8 (H, W, 3) each, to unit vectors, float32 (N, D)."""


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """What a search returned for some queries.

    Attributes:
        truth: int64 (Q,), index of the face that was photographed.
        ranked: int64 (Q, DEPTH), the nearest faces, best first.
        similarity: float32 (Q, DEPTH), their cosine.
        queries: uint8 (Q, h, w, 3), the degraded faces.
    """

    truth: NDArray[np.int64]
    ranked: NDArray[np.int64]
    similarity: NDArray[np.float32]
    queries: NDArray[np.uint8]

    def hits(self, pack: FacePack) -> NDArray[np.bool_]:
        """Return bool (Q, DEPTH): whether the face at each rank has the name of the one photographed."""
        names = np.array([fold(face.name) or f"#{i}" for i, face in enumerate(pack.faces)])
        return np.asarray(names[self.ranked] == names[self.truth][:, np.newaxis])

    def exact(self) -> float:
        """Return the share of queries whose own scan comes first, not another of the same name."""
        return float((self.ranked[:, 0] == self.truth).mean())

    def recall(self, pack: FacePack, k: int) -> float:
        """Return recall@k: the share of queries whose name is among the first ``k``."""
        return float(self.hits(pack)[:, :k].any(1).mean())


def search(
    embed: Embed, pack: FacePack, database: Vectors, rows: Sequence[int], severity: float, size: tuple[int, int]
) -> Retrieval:
    """Photograph the faces ``rows`` at a severity and search for them in ``database``, float32 (N, D) of all faces."""
    queries = np.stack([degrade(pack.pixels[i], query_rng(i, severity), severity, size) for i in rows])
    similar = embed(list(queries)) @ database.T
    ranked = np.argsort(-similar, axis=1)[:, :DEPTH]
    similarity = np.take_along_axis(similar, ranked, 1).astype(np.float32)
    return Retrieval(np.asarray(rows, np.int64), ranked, similarity, queries)


def query_rng(row: int, severity: float) -> np.random.Generator:
    """Return a query's random generator: every measurement has the same degradations, which differ from training's."""
    return np.random.default_rng((QUERY_SEED, round(severity * 1000), row))
