"""What the catalogue adds to an answer: each card's image and price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.components.card_text import format_money
from bot.messages import Words
from bot.recognition.recogniser import Recogniser
from bot.store import AnsweredCard
from engine import CardEntry, Prices, PrintingEntry


@dataclass(frozen=True, slots=True)
class CatalogueFacts:
    """What the catalogue knows about the printing that was named, or else about the card's default printing.

    Attributes:
        picture: Scryfall's address of its image.
        prices: None if no price is known.
        prices_date: date of the prices, ISO.
    """

    picture: str | None = None
    prices: Prices | None = None
    prices_date: str | None = None


NO_FACTS = CatalogueFacts()


def look_up_facts(cards: Sequence[AnsweredCard], recogniser: Recogniser) -> list[CatalogueFacts]:
    """Return what the catalogue knows about each card; blocks for milliseconds."""

    # A page may show nine copies of a basic land with 857 printings: equal cards are looked up once.
    @cache
    def look_up(name: str | None, wanted: tuple[str, str] | None) -> CatalogueFacts:
        entry = recogniser.card(name) if name else None
        if entry is None:
            return NO_FACTS
        shown: CardEntry | PrintingEntry = entry
        if wanted is not None:
            same = (one for one in recogniser.printings(entry.name) if (one.set, one.collector_number) == wanted)
            shown = next(same, entry)
        return CatalogueFacts(shown.image_uri, shown.prices or None, shown.prices_date)

    return [
        look_up(card.shown_name, (card.printing.set, card.printing.collector_number) if card.printing else None)
        for card in cards
    ]


def price_text(facts: CatalogueFacts, words: Words) -> str:
    """Return a card's price with its date, ``$0.45 / €0.30 (31 Jan 2026)``; "" if it isn't known."""
    prices = facts.prices
    if prices is None or facts.prices_date is None:
        return ""
    dollars = prices.usd if prices.usd is not None else prices.usd_foil
    euros = prices.eur if prices.eur is not None else prices.eur_foil
    known = [
        format_money(cents, code, words) for cents, code in ((dollars, "USD"), (euros, "EUR")) if cents is not None
    ]
    if not known:
        return ""
    return words.format("price", amount=" / ".join(known), date=date.fromisoformat(facts.prices_date))
