"""Smooth random fields for frames, printed ink and table tops."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def noise(
    rng: np.random.Generator, shape: tuple[int, int], cells: tuple[float, float], octaves: int = 4
) -> NDArray[np.float32]:
    """Return smooth random values of about -1..1, float32 of ``shape`` (height, width).

    The coarsest octave has ``cells`` bumps (down, across); each finer one has twice as many, half as strong.
    """
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        rows, columns = (max(2, round(count * 2**octave)) for count in cells)
        grid = rng.uniform(-1, 1, (min(rows, height), min(columns, width))).astype(np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(0.5**octave)
    return total
