"""What the catalogue adds to an answer: each card's image and price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from bot.components.card_text import format_money
from bot.messages import Words
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


def price_text(facts: Facts, words: Words) -> str:
    """Return a card's price with its date, ``$0.45 / €0.30 (31 Jan 2026)``; "" if it isn't known."""
    if facts is None or facts.prices_date is None:
        return ""
    prices = facts.prices
    dollars = prices.usd if prices.usd is not None else prices.usd_foil
    euros = prices.eur if prices.eur is not None else prices.eur_foil
    known = [
        format_money(cents, code, words) for cents, code in ((dollars, "USD"), (euros, "EUR")) if cents is not None
    ]
    if not known:
        return ""
    return words.format("price", amount=" / ".join(known), date=date.fromisoformat(facts.prices_date))
