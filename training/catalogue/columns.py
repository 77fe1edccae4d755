"""Rows of the card data's CSV files -> columns of the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from engine.catalogue.names import ENGLISH

Row = Mapping[str, str]
"""A line of a CSV file by column name; empty where a value is not known."""

NO_PRICES = (None, None, None, None)
"""In dollars, of foils, in euros, of foils."""
COMMANDER_COLUMN, COMMANDER_DATE = "commander_legal_2025_09", "2025-09"
"""1: legal in Commander in that month; empty: not legal or not known, so that nothing is said of it."""
FOILS = frozenset({"foil", "etched"})
"""Finishes whose price is told apart from the plain copies'."""

_LOOK = ("rarity", "border_color", "frame", "frame_effects", "full_art", "promo")


def legality_of(rows: Iterable[Row]) -> tuple[tuple[str, str], ...]:
    """Return (format, status) for each format in which a card's status is known, by format."""
    return (("commander", "legal"),) if any(row.get(COMMANDER_COLUMN) == "1" for row in rows) else ()


def prices_of(row: Row) -> tuple[int | None, ...]:
    """Return a printing's prices in cents, as :class:`engine.Prices` has them; None where not known.

    A row with the column ``usd_foil`` has one of each kind. Others have one price a currency: the foil's of a
    printing that has foils alone, else the plain copy's.
    """
    if "usd_foil" in row:
        return tuple(_cents(row[column]) for column in ("usd", "usd_foil", "eur", "eur_foil"))
    finishes = set((row.get("finishes") or "").split("|"))
    usd, eur = (_cents(row.get(currency) or "") for currency in ("usd", "eur"))
    return (None, usd, None, eur) if finishes <= FOILS else (usd, None, eur, None)


def _cents(price: str) -> int | None:
    return int(Decimal(price) * 100) if price else None


def look_of(row: Row) -> tuple[object, ...]:
    """Return what a printing has in common with many others: the columns of table ``looks``, without the id."""
    known = {column: row.get(column) or None for column in _LOOK}
    flags = {column: int(value) for column in ("full_art", "promo") if (value := known[column])}
    return (row.get("lang") or ENGLISH, *(known | flags).values())


def uuid_of(text: str) -> bytes | None:
    """Return the 16 bytes of a UUID, or None for an empty text."""
    return UUID(text).bytes if text else None
