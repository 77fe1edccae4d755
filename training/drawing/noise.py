"""Smooth random fields: the material of frames, the ink of printed cards, the tops of tables."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def noise(
    rng: np.random.Generator, shape: tuple[int, int], cells: tuple[float, float], octaves: int = 4
) -> NDArray[np.float32]:
    """Return smooth random values in about -1..1, float32 (height, width); each finer octave is half as strong.

    Args:
        rng: source of randomness.
        shape: height and width, pixels.
        cells: number of bumps of the coarsest octave, down and across.
        octaves: number of octaves.
    """
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        rows, columns = (max(2, round(count * 2**octave)) for count in cells)
        grid = rng.uniform(-1, 1, (min(rows, height), min(columns, width))).astype(np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(0.5**octave)
    return total
