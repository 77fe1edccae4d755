"""What a card costs that may be one of several printings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.catalogue.entries import Prices, PrintingEntry
from engine.catalogue.rows import PrintingRow
from engine.core.values import PriceRange, Range

PRICED = 0.95
"""Share of the possible printings, by probability, whose prices must be known to tell their range."""


def price_range(rows: Sequence[PrintingRow | PrintingEntry], shares: Sequence[float]) -> PriceRange:
    """Return lowest and highest price of the printings that a card may be, with the probability of each."""
    total = sum(shares)

    def span(price: Callable[[Prices], int | None], needed: float) -> Range | None:
        known = [(p, share) for row, share in zip(rows, shares, strict=True) if (p := price(row.prices)) is not None]
        if not known or sum(share for _, share in known) < needed * total:
            return None
        return min(known)[0], max(known)[0]

    return PriceRange(
        usd=span(lambda prices: prices.usd_foil if prices.usd is None else prices.usd, PRICED),
        usd_foil=span(lambda prices: prices.usd_foil, 0.0),
        eur=span(lambda prices: prices.eur_foil if prices.eur is None else prices.eur, PRICED),
        eur_foil=span(lambda prices: prices.eur_foil, 0.0),
    )
