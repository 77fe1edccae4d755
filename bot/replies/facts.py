"""What the catalogue adds to an answer: each card's image."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bot.recognition.reloadable_engine import Recogniser
from bot.store import AnsweredCard
from engine import CardEntry, PrintingEntry

Facts = CardEntry | PrintingEntry | None
"""The catalogue's entry of the printing that was named, or else of the card; None if it knows neither."""


def look_up_facts(cards: Sequence[AnsweredCard], recogniser: Recogniser) -> list[Facts]:
    """Return what the catalogue knows about each card; blocks for milliseconds."""

    # A page may show nine copies of a basic land with 857 printings: equal cards are looked up once.
    @cache
    def look_up(name: str | None, wanted: tuple[str, str] | None) -> Facts:
        entry = recogniser.card(name) if name else None
        if entry is None or wanted is None:
            return entry
        printings = recogniser.printings(entry.name)
        return next((one for one in printings if (one.set, one.collector_number) == wanted), entry)

    return [
        look_up(card.shown_name, (card.printing.set, card.printing.collector_number) if card.printing else None)
        for card in cards
    ]
