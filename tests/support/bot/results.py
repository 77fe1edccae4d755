"""Factories for the engine's results and for processed photos, from plain arguments."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from bot.recognition.photo_worker import PhotoResult
from bot.store import NO_PRICE
from engine import Candidate, Card, Identification, PriceRange, Printing, Status

QUAD = ((0.0, 0.0), (63.0, 0.0), (63.0, 88.0), (0.0, 88.0))


def uri(name: str) -> str:
    return f"https://scryfall.com/card/{quote(name.lower().replace(' ', '-'))}"


def card(
    name: str | None = "Emberwing Matriarch",
    confidence: float = 0.98,
    status: Status = Status.IDENTIFIED,
    *,
    others: Sequence[str] = (),
    printing: tuple[str, str, str] | None = None,
    printing_confidence: float = 1.0,
    printings: Sequence[tuple[str, str, str]] = (),
    more_printings: int = 0,
    prices: PriceRange = NO_PRICE,
) -> Card:
    """A card; ``others`` are further candidates, ``printing`` is set code, set name and number.

    ``printings`` are the possible ones, ``more_printings`` how many more are possible but not listed.
    """
    names = [name, *others] if name else list(others)
    return Card(
        QUAD,
        status,
        name,
        confidence,
        scryfall_uri=uri(name) if name else None,
        printing=Printing(None, *printing, uri(name or ""), printing_confidence) if printing else None,
        printings=tuple(Printing(None, *one, uri(name or ""), 0.1) for one in printings),
        printings_possible=len(printings) + more_printings,
        prices=prices,
        candidates=tuple(Candidate(n, confidence / (i + 1), uri(n)) for i, n in enumerate(names)),
    )


def priced(
    usd: int | tuple[int, int] | None = None, eur: int | tuple[int, int] | None = None, **foil: int
) -> PriceRange:
    """Prices of a day, from cents, or from the lowest and the highest; ``foil`` are those of foil copies."""

    def span(price: int | tuple[int, int] | None) -> tuple[int, int] | None:
        return (price, price) if isinstance(price, int) else price

    return PriceRange(span(usd), span(foil.get("usd_foil")), span(eur), span(foil.get("eur_foil")), "2026-01-31")


def unsure(name: str, confidence: float = 0.7, *others: str) -> Card:
    return card(name, confidence, Status.UNSURE, others=others)


def unknown() -> Card:
    return card(None, 0.0, Status.UNKNOWN)


def result(*cards: Card) -> Identification:
    return Identification(640, 480, cards, {"total": 1.0})


def looked(*cards: Card, spoiler: bool = False) -> PhotoResult:
    """A processed photo, with an annotated copy if it shows several cards."""
    annotated = b"\xff\xd8jpeg" if len(cards) > 1 else None
    return PhotoResult(result(*cards), annotated=annotated, spoiler=spoiler)
