"""Texts about cards in the user's language: headings, prices, printings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency
from fluent.runtime.types import fluent_number

from bot.core.markdown import link, shown
from bot.messages import Words
from bot.store import Currency
from engine import CardEntry, Prices, Printing, PrintingEntry

SEPARATOR = " · "
ROUND_FROM = 1000
"""Cents from which the end of a range is told without cents."""
MAX_SET_NAME = 60
"""Letters of a set's name in a list; Scryfall's longest has 64."""


def format_money(cents: int, currency: str, words: Words) -> str:
    """Return an amount as the language writes it; ``currency`` is an ISO 4217 code."""
    amount = fluent_number(Decimal(cents) / 100, style="currency", currency=currency)
    return words.format("lookup-money", amount=amount)


def format_round_money(cents: int, currency: str, words: Words) -> str:
    """Return an amount without cents from ten dollars or euros on, where they would promise too much."""
    if cents < ROUND_FROM:
        return format_money(cents, currency, words)
    locale = Locale(words.language)
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(Decimal(round(cents, -2)) / 100, currency, pattern, locale, currency_digits=False)


def format_prices(prices: Prices, words: Words, currency: Currency = Currency.BOTH) -> str:
    """Return the known prices, ``$1.20 · foil $3.00 · €0.90``; "" if there is none."""
    parts = []
    for code, plain, foil in (("USD", prices.usd, prices.usd_foil), ("EUR", prices.eur, prices.eur_foil)):
        if plain is not None and currency.shows(code):
            parts.append(format_money(plain, code, words))
        if foil is not None and currency.shows(code):
            parts.append(words.format("lookup-foil", price=format_money(foil, code, words)))
    return SEPARATOR.join(parts)


def format_dated_prices(prices: Prices, iso_date: str | None, words: Words, currency: Currency = Currency.BOTH) -> str:
    """Return the prices with their date; "" if there is none."""
    text = format_prices(prices, words, currency)
    return (
        words.format("lookup-price-dated", prices=text, date=date.fromisoformat(iso_date))
        if text and iso_date
        else text
    )


def price_date_lines(printings: Sequence[PrintingEntry], words: Words) -> list[str]:
    """Return the line that dates the prices of printings; empty if none is known."""
    dates = [one.prices_date for one in printings if one.prices_date]
    return [words.format("lookup-range-date", date=date.fromisoformat(dates[0]))] if dates else []


def printing_name(printing: PrintingEntry | Printing, letters: int | None = MAX_SET_NAME) -> str:
    """Return a printing as people call it: ``Limited Edition Alpha (LEA) 161``, or ``LEA 161`` without a set name.

    Args:
        letters: maximum length of the set's name, which isn't known if the set is newer than the catalogue.
    """
    code, set_name = printing.set.upper(), printing.set_name[:letters]
    known = set_name and set_name.upper() != code
    return f"{set_name} ({code}) {printing.collector_number}" if known else f"{code} {printing.collector_number}"


def printing_line(printing: PrintingEntry, words: Words, currency: Currency = Currency.BOTH) -> str:
    """Return one line of a list of printings: link, year, language, rarity, prices."""
    year = printing.released_at[:4]
    parts = [link(printing_name(printing), printing.scryfall_uri), year]
    if printing.lang != "en":
        parts.append(printing.lang)
    if printing.rarity:
        parts.append(translate_value("rarity", printing.rarity, words))
    parts.append(format_prices(printing.prices, words, currency))
    return SEPARATOR.join(part for part in parts if part)


def translate_value(kind: str, value: str, words: Words) -> str:
    """Return one of Scryfall's values in the user's language; the value itself if it is newer than our messages."""
    key = f"{kind}-{value.replace('_', '-')}"
    return words.format(key) if words.knows(key) else shown(value.replace("_", " "))


def heading(entry: CardEntry, uri: str | None = None) -> str:
    """Return a card's name as a heading linked to its page, or to ``uri``, the page of one of its printings."""
    return f"### {link(entry.name, uri or entry.scryfall_uri)}"
