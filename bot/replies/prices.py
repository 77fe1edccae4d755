"""What the cards of an answer cost: each card's price or range of prices, and that of all together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from bot.components.card_text import format_money, format_round_money
from bot.messages import Words
from bot.store import AnsweredCard, Currency
from engine import PriceRange, Status

Range = tuple[int, int]
"""Lowest and highest price in cents."""
BETWEEN = " / "
"""Between amounts in different currencies."""
WIDE = 10
"""How many times the lowest price the highest must exceed for a range that says little without the printing."""
MIN_TOTAL = 2
"""Fewest cards with sure names whose prices are added up."""


def price_text(card: AnsweredCard, words: Words, currency: Currency, *, foil: bool = True) -> str:
    """Return a card's price, ``$0.45 (foil $3.00) / €0.30``, or its range; "" if it isn't known.

    A card whose name isn't sure has none: it would be another card's.

    Args:
        foil: whether the price of foil copies is told; only of a known printing, as others may have none.
    """
    if card.status is not Status.IDENTIFIED:
        return ""
    parts, wide = [], False
    for code, plain, foils in _shown(card.prices, currency):
        if plain is None:
            continue
        text = range_text(plain, code, words)
        if foil and card.printing and foils not in (None, plain):
            text += f" ({words.format('lookup-foil', price=range_text(foils or plain, code, words))})"
        parts.append(text)
        wide = wide or plain[1] > WIDE * plain[0]
    amount = BETWEEN.join(parts)
    return words.format("price-wide", amount=amount) if wide else amount


def range_text(span: Range, code: str, words: Words) -> str:
    """Return a price, or the lowest and the highest: ``$86 to $900``; ``code`` is the currency's."""
    low, high = (format_round_money(cents, code, words) for cents in span)
    if span[0] == span[1]:
        return format_money(span[0], code, words)
    return low if low == high else words.format("price-range", low=low, high=high)


def join_prices(prices: Iterable[PriceRange]) -> PriceRange:
    """Return the range over several cards; unknown where one of them is."""
    every = list(prices)

    def span(ranges: Iterable[Range | None]) -> Range | None:
        known = [one for one in ranges if one is not None]
        return (min(known)[0], max(high for _, high in known)) if known and len(known) == len(every) else None

    return PriceRange(
        usd=span(one.usd for one in every),
        usd_foil=span(one.usd_foil for one in every),
        eur=span(one.eur for one in every),
        eur_foil=span(one.eur_foil for one in every),
        date=_oldest(every),
    )


def price_footer(cards: Sequence[AnsweredCard], words: Words, currency: Currency, *, spoiler: bool = False) -> str:
    """Return the text below all cards: what they cost together, and what prices these are; "" without any.

    Args:
        spoiler: whether what they cost is hidden until it is clicked.
    """
    sure = [card.prices for card in cards if card.status is Status.IDENTIFIED]
    told = [prices for prices in sure if any(plain for _, plain, _ in _shown(prices, currency))]
    if not told:
        return ""
    oldest = _oldest(told)
    dated = [words.format("lookup-range-date", date=date.fromisoformat(oldest))] if oldest else []
    note = "-# " + " ".join([*dated, words.format("price-note")])
    if len(sure) < MIN_TOTAL:
        return note
    total = _total(sure, words, currency)
    return f"||{total}||\n{note}" if spoiler else f"{total}\n{note}"


def _total(prices: Sequence[PriceRange], words: Words, currency: Currency) -> str:
    """Return the sum of all known prices in each currency, and how many cards it lacks."""
    sums = []
    for code in ("USD", "EUR"):
        known = [plain for one in prices for of, plain, _ in _shown(one, currency) if of == code and plain is not None]
        if known:
            total = (sum(low for low, _ in known), sum(high for _, high in known))
            sums.append((len(prices) - len(known), range_text(total, code, words)))
    parts = []
    for missing, group in groupby(sums, key=lambda one: one[0]):
        amount = BETWEEN.join(text for _, text in group)
        parts.append(words.format("total-missing", amount=amount, count=missing) if missing else amount)
    return words.format("total", amount=BETWEEN.join(parts))


def _shown(prices: PriceRange, currency: Currency) -> list[tuple[str, Range | None, Range | None]]:
    """Return code, plain and foil price of each currency that is shown."""
    both = [("USD", prices.usd, prices.usd_foil), ("EUR", prices.eur, prices.eur_foil)]
    return [one for one in both if currency.shows(one[0])]


def _oldest(prices: Iterable[PriceRange]) -> str | None:
    """Return the oldest date: corrected cards have newer prices than the others of an answer."""
    return min((one.date for one in prices if one.date), default=None)
