"""What the bot asks of the engine, whichever stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from engine import CardEntry, Identification, PrintingEntry


class LookupEngine(Protocol):
    """What look-ups ask of the engine; all of it may be called from any thread."""

    def card(self, name: str) -> CardEntry | None:
        """Return the card of a name."""

    def by_key(self, key: str) -> CardEntry | None:
        """Return the card of a key."""

    def lookup(self, text: str, *, top_k: int) -> list[CardEntry]:
        """Return the cards whose names are like a text."""

    def complete(self, prefix: str, *, limit: int) -> list[str]:
        """Return names for what someone has typed so far."""

    def printings(self, name: str) -> list[PrintingEntry]:
        """Return a card's printings, newest first."""

    def legalities(self, name: str) -> Mapping[str, str]:
        """Return a card's status in each format in which it is known."""

    @property
    def legalities_date(self) -> str | None:
        """Of when the legalities are."""

    def similar(self, image_or_name: bytes | str, *, top_k: int) -> list[CardEntry]:
        """Return the cards that look most alike."""


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
