"""How well faces are found again: recall@k of degraded faces among all clean ones, by severity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.names import fold
from engine.core.values import Rgb
from engine.retrieval.embedder import embedder_input
from training.camera.closeup import HARD, MEDIUM, MILD, degrade
from training.data.face_pack import FacePack

SEVERITIES = {"mild": MILD, "medium": MEDIUM, "hard": HARD}
DEPTH = 5
QUERY_SEED = 20_26

Embed = Callable[[Sequence[Rgb]], NDArray[np.float32]]
"""Faces, uint8 (H, W, 3) each, to unit vectors, float32 (N, D)."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What came back for some queries.

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
        """Return bool (Q, DEPTH): whether the face ranked there bears the name of the one photographed."""
        names = np.array([fold(face.name) or f"#{i}" for i, face in enumerate(pack.faces)])
        return np.asarray(names[self.ranked] == names[self.truth][:, np.newaxis])

    def exact(self) -> float:
        """Return the share of queries whose very scan comes first, not another of the same name."""
        return float((self.ranked[:, 0] == self.truth).mean())

    def recall(self, pack: FacePack, k: int) -> float:
        """Return the share of queries whose name is among the first ``k``."""
        return float(self.hits(pack)[:, :k].any(1).mean())


def search(
    embed: Embed,
    pack: FacePack,
    database: NDArray[np.float32],
    rows: Sequence[int],
    severity: float,
    size: tuple[int, int],
) -> Found:
    """Photograph the faces ``rows`` at a severity and look for them in ``database``, float32 (N, D) of all faces."""
    queries = np.stack([degrade(pack.pixels[i], query_dice(i, severity), severity, size) for i in rows])
    similar = embed(list(queries)) @ database.T
    ranked = np.argsort(-similar, axis=1)[:, :DEPTH]
    return Found(np.asarray(rows, np.int64), ranked, np.take_along_axis(similar, ranked, 1).astype(np.float32), queries)


def query_dice(row: int, severity: float) -> np.random.Generator:
    """Return the dice of a query: the same accidents in every measurement, never those of a training."""
    return np.random.default_rng((QUERY_SEED, round(severity * 1000), row))


def network_input(faces: Sequence[Rgb], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return faces as the network takes them, float32 (N, 3, height, width)."""
    return np.asarray(embedder_input(faces, *size), np.float32)
