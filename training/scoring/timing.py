"""Time calls."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def timed(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, float]:
    """Call a function and return its result and the milliseconds it took."""
    start = perf_counter()
    result = function(*args, **kwargs)
    return result, 1000 * (perf_counter() - start)
