"""What look-ups need: the engine's part in them, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.messages import Messages
from bot.work.download import Fetch
from bot.work.schedule import Asker
from engine import CardEntry, PrintingEntry

Result = TypeVar("Result")


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


class Work(Protocol):
    """Runs heavy work off the event loop: the bot's one queue for photos."""

    async def __call__(self, work: Callable[[], Result], asker: Asker, /) -> Result:
        """Return what ``work`` returns, done in the asker's turn."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """What the commands and buttons of look-ups work with.

    Attributes:
        engine: answers.
        messages: what users read.
        fetch: the bytes of a photo at its address.
        work: where photos are looked at; names are looked up in a thread of their own, for they take milliseconds
            and must not wait behind photos.
    """

    engine: LookupEngine
    messages: Messages
    fetch: Fetch
    work: Work
