"""What can go wrong between a client and the tests' Scryfall."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Endpoint(StrEnum):
    """Groups of addresses that are counted, limited and disturbed together."""

    BULK_INDEX = "bulk index"
    BULK_FILE = "bulk file"
    MIGRATIONS = "migrations"
    SETS = "sets"
    PICTURE = "picture"
    ELSEWHERE = "elsewhere"


LIMITED = frozenset({Endpoint.BULK_INDEX, Endpoint.MIGRATIONS, Endpoint.SETS, Endpoint.ELSEWHERE})
"""The API, where calls are counted by the second; files have no limit."""


class Kind(StrEnum):
    """Kinds of faults."""

    STATUS = "an answer with a status of failure"
    RESET = "the connection breaks in mid-answer"
    STALL = "nothing comes any more"
    DRIP = "a few bytes at a time"
    CUT = "a whole answer that is only the beginning of the file"
    GARBLE = "the file's last part is altered"
    HTML = "a page of a network's guard, with status 200"
    REDIRECT = "an answer that leads elsewhere"
    LOCKOUT = "429, as for whoever asks too often"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault.

    Attributes:
        status: of :data:`Kind.STATUS`.
        after: bytes of the body that still come.
        target: of :data:`Kind.REDIRECT`.
        retry_after: the header ``Retry-After``, left out where empty.
    """

    kind: Kind
    status: int = 500
    after: int = 0
    target: str = ""
    retry_after: str = ""


DUE: ContextVar[Fault | None] = ContextVar("DUE", default=None)
"""The fault of the request that is being answered."""
