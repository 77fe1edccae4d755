"""The engine as the bot sees it, whether local or a fleet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from engine import CardEntry, Identification, PrintingEntry


class LookupEngine(Protocol):
    """The part of the engine that look-ups need; callable from any thread."""

    def card(self, name: str) -> CardEntry | None:
        """Return the card with a name."""

    def by_key(self, key: str) -> CardEntry | None:
        """Return the card with a key."""

    def lookup(self, text: str, *, top_k: int) -> list[CardEntry]:
        """Return the cards whose names resemble a text."""

    def complete(self, prefix: str, *, limit: int) -> list[str]:
        """Return names that complete what someone has typed so far."""

    def printings(self, name: str) -> list[PrintingEntry]:
        """Return a card's printings, newest first."""

    def legalities(self, name: str) -> Mapping[str, str]:
        """Return a card's legality in each format, as far as it is known."""

    @property
    def legalities_date(self) -> str | None:
        """The date of the legality data."""

    def similar(self, image_or_name: bytes | str, *, top_k: int) -> list[CardEntry]:
        """Return the cards that look most similar."""


class Recogniser(LookupEngine, Protocol):
    """The part of the engine that the bot needs; see :class:`engine.Engine` for each method."""

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        """Name the cards in a photo."""

    def numbered(self, set_code: str, collector_number: str) -> tuple[CardEntry, PrintingEntry] | None:
        """Return the card and the printing with a collector number in a set."""

    def confirm(
        self,
        image: bytes,
        corners: Sequence[Sequence[float]],
        name: str,
        *,
        printing: tuple[str, str] | None = None,
        origin: str,
    ) -> int:
        """Confirm what a card in a photo is, so that the engine learns it."""

    def revoke(self, confirmation_id: int) -> bool:
        """Revoke one confirmation."""

    def revoke_origin(self, part: str) -> int:
        """Revoke all confirmations of one origin."""

    def info(self) -> dict[str, Any]:
        """Return versions, models, sizes and dates."""
