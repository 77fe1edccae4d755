"""Columns of the catalogue from rows of card data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from engine.catalogue.names import ENGLISH

Row = Mapping[str, str]
"""Values by column name, empty if unknown."""

NO_PRICES = (None, None, None, None)
"""In dollars, dollars for foils, euros, euros for foils."""
COMMANDER_COLUMN, COMMANDER_DATE = "commander_legal_2025_09", "2025-09"
"""1: legal in Commander in that month; empty: not legal or unknown, so that nothing is stated."""
FOILS = frozenset({"foil", "etched"})
"""Finishes priced separately from plain copies."""

_LOOK = ("rarity", "border_color", "frame", "frame_effects", "full_art", "promo")


def legality_of(rows: Iterable[Row]) -> tuple[tuple[str, str], ...]:
    """Return (format, status) for each format in which a card's status is known, sorted."""
    return (("commander", "legal"),) if any(row.get(COMMANDER_COLUMN) == "1" for row in rows) else ()


def prices_of(row: Row) -> tuple[int | None, ...]:
    """Return a printing's prices in cents, in the order of :class:`engine.Prices`; None if unknown.

    Rows with the column ``usd_foil`` have all four. Others have one price per currency: the foil's if the printing
    exists only as foil, else the plain copy's.
    """
    if "usd_foil" in row:
        return tuple(_cents(row[column]) for column in ("usd", "usd_foil", "eur", "eur_foil"))
    finishes = set((row.get("finishes") or "").split("|"))
    usd, eur = (_cents(row.get(currency) or "") for currency in ("usd", "eur"))
    return (None, usd, None, eur) if finishes <= FOILS else (usd, None, eur, None)


def _cents(price: str) -> int | None:
    return int(Decimal(price) * 100) if price else None


def look_of(row: Row) -> tuple[object, ...]:
    """Return the columns of table ``looks``, without the id: what many printings share."""
    known = {column: row.get(column) or None for column in _LOOK}
    flags = {column: int(value) for column in ("full_art", "promo") if (value := known[column])}
    return (row.get("lang") or ENGLISH, *(known | flags).values())


def uuid_of(text: str) -> bytes | None:
    """Return the 16 bytes of a UUID, or None for an empty text."""
    return UUID(text).bytes if text else None
