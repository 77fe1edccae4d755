"""A photo that was looked at."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import UserError
from engine import Identification, Status


@dataclass(frozen=True, slots=True)
class PhotoResult:
    """A result, or what went wrong.

    Attributes:
        annotated: JPEG bytes of the photo with numbered outlines; None where one card says it all.
        spoiler: whether the poster hid the photo.
        number: its place among the photos of its message, from 0.
    """

    result: Identification | None = None
    error: UserError | None = None
    annotated: bytes | None = None
    spoiler: bool = False
    number: int = 0

    @property
    def has_card(self) -> bool:
        """Whether a card was named, sure or not."""
        return self.result is not None and any(card.status is not Status.UNKNOWN for card in self.result.cards)
