"""Confirmations with random vectors."""

from __future__ import annotations

import numpy as np

from engine import StoredConfirmation

DIMENSION = 64
NETWORK = "a" * 64


def packed_vector(seed: int, towards: int | None = None, by: float = 0.0) -> bytes:
    """Return a random unit vector as it is stored, moved ``by`` (0..1) of the way ``towards`` another seed's."""
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    vector /= np.linalg.norm(vector)
    if towards is not None:
        vector += (np.random.default_rng(towards).normal(size=DIMENSION) / np.sqrt(DIMENSION) - vector) * by
    return (vector / np.linalg.norm(vector)).astype(np.float16).tobytes()


def stored(seed: int = 0, name: str = "Opt", **fields: str | bytes) -> StoredConfirmation:
    """Return a confirmation with a random vector; ``fields`` replace its other fields."""
    defaults: dict[str, str | bytes] = {
        "name": name,
        "set": "",
        "collector_number": "",
        "origin": "guild 1 / user 2",
        "created_at": "2026-01-02T03:04:05+00:00",
        "embedder": NETWORK,
        "vector": packed_vector(seed),
    }
    return StoredConfirmation(**{**defaults, **fields})  # type: ignore[arg-type] - names and types are the caller's
