"""Retries through short outages of the database server, such as a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from tenacity import Retrying, retry_if_exception_type, wait_fixed

from bot.core.errors import ServerLost

MAX_OUTAGE_S = 5.0
"""Outages are waited out until they have lasted this long; after that every call fails at once."""
RETRY_S = 0.1
"""Seconds between two attempts."""


class Outage:
    """How long a server has been unreachable. Shared by threads without a lock: a slightly stale value does no harm."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._since = clock, float("inf")

    def too_long(self) -> bool:
        """Note that the server can't be reached, and return whether waiting is no longer worthwhile."""
        now = self._clock()
        self._since = min(self._since, now)
        return now - self._since >= MAX_OUTAGE_S

    def end(self) -> None:
        """Note that the server answered."""
        self._since = float("inf")


class HasOutage(Protocol):
    """A class whose methods :func:`retry_short_outages` can decorate."""

    outage: Outage


Self = TypeVar("Self", bound=HasOutage)
Params = ParamSpec("Params")
Result = TypeVar("Result")


def retry_short_outages(
    method: Callable[Concatenate[Self, Params], Result],
) -> Callable[Concatenate[Self, Params], Result]:
    """Make a method retry while its server is briefly unreachable.

    A failed attempt may have been committed and only its confirmation lost, so running the method twice must be safe.
    """

    @wraps(method)
    def call(self: Self, /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        retrying = Retrying(
            retry=retry_if_exception_type(ServerLost),
            stop=lambda _: self.outage.too_long(),
            wait=wait_fixed(RETRY_S),
            reraise=True,
        )
        result = retrying(method, self, *args, **kwargs)
        self.outage.end()
        return result

    return call
