"""Vectors for tests of indexes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unit_vectors(count: int, dimension: int = 16, seed: int = 0) -> NDArray[np.float32]:
    """Return float32 (count, dimension), rows of length 1, the same for the same seed."""
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
