"""The result of one photo."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import UserError
from engine import Identification, Status


@dataclass(frozen=True, slots=True)
class PhotoResult:
    """A photo's result, or its error.

    Attributes:
        annotated: JPEG bytes of the photo with numbered outlines; None for a single card.
        spoiler: whether the poster marked the photo as a spoiler.
        number: its index among the photos of its message, from 0.
    """

    result: Identification | None = None
    error: UserError | None = None
    annotated: bytes | None = None
    spoiler: bool = False
    number: int = 0

    @property
    def has_card(self) -> bool:
        """Whether a card was named, with certainty or not."""
        return self.result is not None and any(card.status is not Status.UNKNOWN for card in self.result.cards)
