"""Upside down or not: what asking the network costs and gains against looking both ways up, measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.embedder import Embedder
from engine.pictures import SURE_OF_DIRECTION
from engine.rectify import upside_down
from engine.values import Rgb
from training.embedder.measure import Found
from training.embedder.pack import FacePack

SEED = 180


@dataclass(frozen=True, slots=True)
class Direction:
    """What came of faces of which half stood upside down.

    Attributes:
        told: share of faces of which the network said rightly which way up they were.
        sure: share of which it was sure enough to be believed.
        sure_told: of those, the share it was right about; None where it was never sure.
        passes: faces embedded for each face asked about, where the network is believed when sure.
        recall_told, recall_both: recall@1 that way, and with every face embedded both ways up, in two passes.
        count: faces.
    """

    told: float
    sure: float
    sure_told: float | None
    passes: float
    recall_told: float
    recall_both: float
    count: int


def measure_direction(embedder: Embedder, pack: FacePack, database: NDArray[np.float32], found: Found) -> Direction:
    """Turn half of the queries upside down and look for all of them in ``database``, float32 (N, D)."""
    turned = np.random.default_rng(SEED).uniform(size=len(found.truth)) < 0.5
    faces: list[Rgb] = [upside_down(f) if t else f for f, t in zip(found.queries, turned, strict=True)]
    seen, other = embedder.see(faces), embedder([upside_down(face) for face in faces])
    stands = seen.upright > 0.5
    right = stands != turned
    sure = np.maximum(seen.upright, 1 - seen.upright) >= SURE_OF_DIRECTION
    as_is, flipped = seen.vectors @ database.T, other @ database.T  # (Q, N) each
    nearer_as_is = as_is.max(1) >= flipped.max(1)

    def recall(upright: NDArray[np.bool_]) -> float:
        nearest = np.where(upright, as_is.argmax(1), flipped.argmax(1))
        return float(Found(found.truth, nearest[:, np.newaxis], as_is[:, :1], found.queries).recall(pack, 1))

    return Direction(
        told=float(right.mean()),
        sure=float(sure.mean()),
        sure_told=float(right[sure].mean()) if sure.any() else None,
        passes=float(1 + (~sure | ~stands).mean()),
        recall_told=recall(np.where(sure, stands, nearer_as_is)),
        recall_both=recall(nearer_as_is),
        count=len(faces),
    )
