"""What the bot asks of the engine, whichever stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bot.lookups import LookupEngine
from engine import CardEntry, Identification, PrintingEntry


class Recogniser(LookupEngine, Protocol):
    """The engine, as far as the bot needs it; see :class:`engine.Engine` for each method."""

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        """Name the cards of a photo."""

    def numbered(self, set_code: str, collector_number: str) -> tuple[CardEntry, PrintingEntry] | None:
        """Return the card and the printing that a set has under a number."""

    def confirm(
        self,
        image: bytes,
        corners: Sequence[Sequence[float]],
        name: str,
        *,
        printing: tuple[str, str] | None = None,
        origin: str,
    ) -> int:
        """Learn what a card in a photo is."""

    def revoke(self, confirmation_id: int) -> bool:
        """Forget one confirmation."""

    def revoke_origin(self, part: str) -> int:
        """Forget what was learnt from somebody."""

    def info(self) -> dict[str, Any]:
        """Return versions, models, sizes and dates."""
