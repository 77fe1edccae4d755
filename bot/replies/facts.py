"""What the catalogue adds to an answer: each card's picture and price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from bot.components.card_text import money
from bot.messages import Words
from bot.recognition.recogniser import Recogniser
from bot.store import AnsweredCard
from engine import CardEntry, Prices, PrintingEntry


@dataclass(frozen=True, slots=True)
class Fact:
    """Of one card.

    Attributes:
        picture: Scryfall's link to it, of the printing told, else of the one that stands for the card.
        prices: of the printing told, else of the one that stands for the card; None where none is known.
        prices_date: of when they are, ISO.
    """

    picture: str | None = None
    prices: Prices | None = None
    prices_date: str | None = None


NOTHING_KNOWN = Fact()


def facts_of(cards: Sequence[AnsweredCard], recogniser: Recogniser) -> list[Fact]:
    """Return what the catalogue knows of each card; blocks for milliseconds."""
    # A page may show nine of one land, which has 857 printings: equal cards are looked up once.
    look_up = cache(partial(_fact, recogniser))
    return [look_up(card.told_name, _set_and_number(card)) for card in cards]


def _set_and_number(card: AnsweredCard) -> tuple[str, str] | None:
    return (card.printing.set, card.printing.collector_number) if card.printing else None


def _fact(recogniser: Recogniser, name: str | None, wanted: tuple[str, str] | None) -> Fact:
    entry = recogniser.card(name) if name else None
    if entry is None:
        return NOTHING_KNOWN
    shown: CardEntry | PrintingEntry = entry
    if wanted is not None:
        same = (one for one in recogniser.printings(entry.name) if (one.set, one.collector_number) == wanted)
        shown = next(same, entry)
    return Fact(shown.image_uri, shown.prices or None, shown.prices_date)


def price_words(fact: Fact, words: Words) -> str:
    """Return what a card costs and when that was so: ``$0.45 / €0.30 (31 Jan 2026)``; "" where it isn't known."""
    prices = fact.prices
    if prices is None or fact.prices_date is None:
        return ""
    dollars = prices.usd if prices.usd is not None else prices.usd_foil
    euros = prices.eur if prices.eur is not None else prices.eur_foil
    known = [money(cents, code, words) for cents, code in ((dollars, "USD"), (euros, "EUR")) if cents is not None]
    if not known:
        return ""
    return words("price", amount=" / ".join(known), date=date.fromisoformat(fact.prices_date))
