"""Retries through short outages of the database server, such as a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from tenacity import RetryCallState, retry, wait_fixed

from bot.core.errors import ServerLost

Params = ParamSpec("Params")
Result = TypeVar("Result")

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


def _is_lost(call: RetryCallState) -> bool:
    """Return whether the server couldn't be reached; note it if the call succeeded."""
    error = call.outcome.exception() if call.outcome else None
    if error is None:
        call.args[0].outage.end()
    return isinstance(error, ServerLost)


def retry_short_outages(method: Callable[Params, Result]) -> Callable[Params, Result]:
    """Make a method of an object with an ``outage`` retry while its server is briefly unreachable.

    A failed attempt may have been committed and only its confirmation lost, so running the method twice must be safe.
    """
    retrying = retry(
        retry=_is_lost, stop=lambda call: call.args[0].outage.too_long(), wait=wait_fixed(RETRY_S), reraise=True
    )
    return retrying(method)
