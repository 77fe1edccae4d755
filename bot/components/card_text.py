"""Pieces of what is said of cards: links, prices, printings, each in the user's language. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fluent.runtime.types import fluent_number

from bot.core.markdown import link, shown
from bot.messages import Words
from engine import CardEntry, Prices, PrintingEntry

BETWEEN = " · "
MAX_SET_NAME = 60
"""Letters of a set's name in a list; Scryfall's longest has 64."""
YEAR = 4
"""Letters of an ISO date that are the year."""


def money(cents: int, currency: str, words: Words) -> str:
    """Return an amount as the language writes it; ``currency`` is ISO 4217's code."""
    amount = fluent_number(Decimal(cents) / 100, style="currency", currency=currency)
    return words("lookup-money", amount=amount)


def prices_words(prices: Prices, words: Words) -> str:
    """Return the prices that are known, ``$1.20 · foil $3.00 · €0.90``; "" for none."""
    parts = []
    for currency, plain, foil in (("USD", prices.usd, prices.usd_foil), ("EUR", prices.eur, prices.eur_foil)):
        if plain is not None:
            parts.append(money(plain, currency, words))
        if foil is not None:
            parts.append(words("lookup-foil", price=money(foil, currency, words)))
    return BETWEEN.join(parts)


def dated_prices(prices: Prices, of: str | None, words: Words) -> str:
    """Return the prices with the date (ISO) they are of; "" for none."""
    told = prices_words(prices, words)
    return words("lookup-price-dated", prices=told, date=date.fromisoformat(of)) if told and of else told


def range_date(of: str, words: Words) -> str:
    """Return of when (ISO) prices are, where none of them says so."""
    return words("lookup-range-date", date=date.fromisoformat(of))


def printing_name(printing: PrintingEntry) -> str:
    """Return a printing as people call it: ``Limited Edition Alpha (LEA) 161``; of a set without a name ``LEA 161``."""
    code, set_name = printing.set.upper(), printing.set_name[:MAX_SET_NAME]
    known = set_name and set_name.upper() != code
    return f"{set_name} ({code}) {printing.collector_number}" if known else f"{code} {printing.collector_number}"


def printing_line(printing: PrintingEntry, words: Words) -> str:
    """Return one line of a list of printings: link, year, language, rarity, prices."""
    parts = [link(printing_name(printing), printing.scryfall_uri), printing.released_at[:YEAR]]
    if printing.lang != "en":
        parts.append(printing.lang)
    if printing.rarity:
        parts.append(known_word("rarity", printing.rarity, words))
    parts.append(prices_words(printing.prices, words))
    return BETWEEN.join(part for part in parts if part)


def known_word(kind: str, value: str, words: Words) -> str:
    """Return the word for one of Scryfall's values; itself for one that came later than our messages."""
    key = f"{kind}-{value.replace('_', '-')}"
    return words(key) if words.knows(key) else shown(value.replace("_", " "))


def heading(entry: CardEntry, uri: str | None = None) -> str:
    """Return a card's name as a heading that leads to its page, or to that of one of its printings."""
    return f"### {link(entry.name, uri or entry.scryfall_uri)}"
