"""The learning-rate schedule, the moving average of the weights, and memory kept between steps."""

from __future__ import annotations

import ctypes
import math
import sys
from collections.abc import Callable

from torch import Tensor

FINAL_SHARE = 0.01
"""Learning rate at the end over the highest."""


def moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """Return the update rule of an exponential moving average that forgets the untrained weights sooner."""

    def update(old: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        share = min(decay, (1 + float(count)) / (10 + float(count)))
        return old + (new - old) * (1 - share) if old.is_floating_point() else new

    return update


def learning_rate_factor(done: float, warm_up: float) -> float:
    """Return the learning rate over the highest: linear while the share ``done`` is below ``warm_up``, then cosine."""
    if done < warm_up:
        return max(done / warm_up, FINAL_SHARE)
    decayed = (min(done, 1.0) - warm_up) / (1 - warm_up)
    return FINAL_SHARE + (1 - FINAL_SHARE) * (1 + math.cos(math.pi * decayed)) / 2


def keep_freed_memory() -> None:
    """Let glibc keep large freed blocks instead of returning them to the system: twice as fast on a CPU."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        trim_threshold, mmap_max = -1, -4
        libc.mallopt(mmap_max, 0)
        libc.mallopt(trim_threshold, 2**31 - 1)
