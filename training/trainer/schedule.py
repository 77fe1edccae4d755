"""The learning rate over a training, the averaged weights, and memory kept for the next step."""

from __future__ import annotations

import ctypes
import math
import sys
from collections.abc import Callable

from torch import Tensor

SLOWEST_SHARE = 0.01
"""Of the highest learning rate, what is left at the end."""


def averaging(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """Return the moving average's rule: the first steps weigh more, or the untrained network would stay in it long."""

    def average(old: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        share = min(decay, (1 + float(count)) / (10 + float(count)))
        return old + (new - old) * (1 - share) if old.is_floating_point() else new

    return average


def rate_at(done: float, warm_up: float) -> float:
    """Return the learning rate, as a share of the highest: rises linearly, then falls along a cosine."""
    if done < warm_up:
        return max(done / warm_up, SLOWEST_SHARE)
    fall = (min(done, 1.0) - warm_up) / (1 - warm_up)
    return SLOWEST_SHARE + (1 - SLOWEST_SHARE) * (1 + math.cos(math.pi * fall)) / 2


def keep_memory() -> None:
    """Have glibc keep large blocks instead of handing each back to the system: twice as fast on a CPU."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            trim_threshold, mmap_max = -1, -4
            libc.mallopt(mmap_max, 0)
            libc.mallopt(trim_threshold, 2**31 - 1)
