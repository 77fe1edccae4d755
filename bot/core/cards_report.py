"""What users may know of how current the cards are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CardsReport:
    """The state of refreshing the cards.

    Attributes:
        running: whether it goes on now.
        progress: how far it is, ``pictures 12%``; "" if that isn't known.
        fetched_on: UTC date of the last refresh that succeeded, None without any.
        problem: why the last one failed, a code; None if it didn't.
    """

    running: bool = False
    progress: str = ""
    fetched_on: date | None = None
    problem: str | None = None
