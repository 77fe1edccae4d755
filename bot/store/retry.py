"""A server that is restarted is back within seconds: whoever asked meanwhile is served late rather than refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.core.errors import ServerLost

PATIENCE_S = 5.0
"""How long an outage may have lasted for waiting to be worth it; in a longer one all are refused at once."""
AGAIN_S = 0.1
"""Seconds between two tries."""


class Outage:
    """Since when a server can't be reached. Used by many threads: none of them minds being a little late."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._since = clock, float("inf")

    def goes_on(self) -> bool:
        """Note that the server couldn't be reached, and return whether it is worth waiting for."""
        now = self._clock()
        self._since = min(self._since, now)
        return now - self._since < PATIENCE_S

    def is_over(self) -> None:
        """Note that the server answered."""
        self._since = float("inf")


class HasOutage(Protocol):
    """What :func:`retry_short_outages` decorates the methods of."""

    outage: Outage


Self = TypeVar("Self", bound=HasOutage)
Given = ParamSpec("Given")
Result = TypeVar("Result")


def retry_short_outages(
    method: Callable[Concatenate[Self, Given], Result],
) -> Callable[Concatenate[Self, Given], Result]:
    """Return a method that tries again where the server is lost for a moment.

    What was tried may have been done, and only its confirmation been lost: the method must do no harm done twice.
    """

    @wraps(method)
    def call(self: Self, /, *args: Given.args, **named: Given.kwargs) -> Any:
        while True:
            try:
                result = method(self, *args, **named)
            except ServerLost:
                if not self.outage.goes_on():
                    raise
                time.sleep(AGAIN_S)
            else:
                self.outage.is_over()
                return result

    return call
