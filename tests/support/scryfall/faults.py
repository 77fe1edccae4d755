"""Faults of the tests' Scryfall server."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Endpoint(StrEnum):
    """Groups of addresses that share counts, limits and faults."""

    BULK_INDEX = "bulk index"
    BULK_FILE = "bulk file"
    MIGRATIONS = "migrations"
    SETS = "sets"
    PICTURE = "picture"
    ELSEWHERE = "elsewhere"


LIMITED = frozenset({Endpoint.BULK_INDEX, Endpoint.MIGRATIONS, Endpoint.SETS, Endpoint.ELSEWHERE})
"""The API, whose calls are limited; files are not."""


class FaultKind(StrEnum):
    """Kind of fault."""

    STATUS = "an error status"
    RESET = "the connection breaks during the answer"
    STALL = "the answer stops coming"
    DRIP = "a few bytes at a time"
    CUT = "a complete answer with only the beginning of the file"
    GARBLE = "the last part of the file is altered"
    HTML = "a network's login page, with status 200"
    REDIRECT = "a redirect"
    LOCKOUT = "429, as for too many calls"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault.

    Attributes:
        status: of :data:`FaultKind.STATUS`.
        after: bytes of the body that are sent.
        target: of :data:`FaultKind.REDIRECT`.
        retry_after: the header ``Retry-After``, left out where empty.
    """

    kind: FaultKind
    status: int = 500
    after: int = 0
    target: str = ""
    retry_after: str = ""


CURRENT_FAULT: ContextVar[Fault | None] = ContextVar("CURRENT_FAULT", default=None)
"""The fault of the current request."""
