"""Factories for catalogue entries, and an engine that knows a few cards."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Messages
from engine import CardEntry, FaceEntry, NotKnown, Prices, PrintingEntry

WORDS = Messages.open().words("en")
DATE = "2026-01-31"
DATE_TEXT = "Jan 31, 2026"
"""The same in English."""
LONGEST = (
    "Our Market Research Shows That Players Like Really Long Card Names So We Made this Card to Have the Absolute "
    "Longest Card Name Ever Elemental"
)


def printing(number: int = 1, **changes) -> PrintingEntry:
    entry = PrintingEntry(
        set="lea",
        set_name="Limited Edition Alpha",
        collector_number=str(number),
        released_at="1993-08-05",
        lang="en",
        rarity="common",
        scryfall_uri=f"https://scryfall.com/card/lea/{number}",
        image_uri=f"https://cards.scryfall.io/{number}.jpg",
        faces=(FaceEntry("Fog", f"https://cards.scryfall.io/{number}.jpg"),),
    )
    return replace(entry, **changes)


def priced(number: int = 1, usd: int | None = None, eur: int | None = None, **changes) -> PrintingEntry:
    return printing(number, prices=Prices(usd=usd, eur=eur), prices_date=DATE, **changes)


def entry(name: str = "Fog", **changes) -> CardEntry:
    made = CardEntry(
        name=name,
        oracle_id=None,
        type_line="Instant",
        mana_cost="{G}",
        scryfall_uri="https://scryfall.com/card/lea/1",
        image_uri="https://cards.scryfall.io/1.jpg",
        printings=1,
        faces=(FaceEntry(name, "https://cards.scryfall.io/1.jpg"),),
    )
    return replace(made, **changes)


class FewCards:
    """An engine that knows the given cards only; similar names are those with the same first three letters."""

    def __init__(self, *entries: CardEntry, printings=(), legalities=None, scores=()) -> None:
        self.entries = {one.name: one for one in entries}
        self._printings, self._legalities, self._scores = list(printings), legalities or {}, dict(scores)

    def card(self, name):
        return next((one for one in self.entries.values() if one.name.casefold() == name.casefold()), None)

    def by_key(self, key):
        return next((one for one in self.entries.values() if one.key == key), None)

    def lookup(self, text, *, top_k):
        like = [one for one in self.entries.values() if one.name[:3].casefold() == text[:3].casefold()]
        found = [replace(one, score=self._scores.get(one.name, 0.7)) for one in like]
        return sorted(found, key=lambda one: -one.score)[:top_k]

    def complete(self, prefix, *, limit):
        return [name for name in self.entries if name.casefold().startswith(prefix.casefold())][:limit]

    def printings(self, name):
        return self._printings

    def legalities(self, name):
        return self._legalities

    @property
    def legalities_date(self):
        return "2025-09" if self._legalities else None

    def similar(self, image_or_name, *, top_k):
        raise NotKnown("no_picture", "none here")
