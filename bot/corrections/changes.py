"""Who may correct an answer, and the answer after a correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.components.interaction import Person
from bot.store import NO_PRICE, Answer, AnsweredCard, GuildSettings
from engine import CardEntry, PriceRange, Printing, PrintingEntry, Status, price_range

MOST_LISTED = 10
"""Possible printings that are stored, as many as the engine lists."""


def is_trusted(person: Person, guild: GuildSettings | None) -> bool:
    """Return whether the engine may learn from a person: one who manages the guild or has a role its admins chose."""
    return guild is not None and (person.manages or bool(person.roles & guild.confirmers))


def may_change(person: Person, answer: Answer, guild: GuildSettings | None) -> bool:
    """Return whether a person may correct or remove an answer: the poster, or somebody trusted."""
    return person.user_id == answer.asker_id or is_trusted(person, guild)


def with_name(card: AnsweredCard, entry: CardEntry, printings: Sequence[PrintingEntry]) -> AnsweredCard:
    """Return the card with the name that a person chose; what is known of another name's printings is dropped.

    Args:
        printings: all of the entry, newest first; if there is only one, it is the printing.
    """
    sure = _confirmed(replace(card, name=entry.name))
    if entry.name == card.name and (card.printing or card.printings_possible):
        return sure
    # The language followed from the other name.
    lang = card.lang if entry.name == card.name else None
    named = replace(sure, oracle_id=entry.oracle_id, scryfall_uri=entry.scryfall_uri, lang=lang)
    return with_printing(named, printings[0]) if len(printings) == 1 else _of_any_printing(named, printings)


def with_printing(card: AnsweredCard, printing: PrintingEntry) -> AnsweredCard:
    """Return the card with the printing that a person chose, and thereby its name, confirmed."""
    return replace(
        _confirmed(card),
        printing=replace(_to_printing(printing, confidence=1.0), lang=card.lang),
        printings=(),
        printings_possible=0,
        printing_years=None,
        prices=_prices([printing]),
        scryfall_uri=printing.scryfall_uri,
    )


def without_printing(card: AnsweredCard, entry: CardEntry, printings: Sequence[PrintingEntry]) -> AnsweredCard:
    """Return the card, its name confirmed, for a person who doesn't mind which printing it is.

    Which ones the engine holds for possible stays, unless it had told one, or a person had.

    Args:
        printings: all of the entry.
    """
    sure = _confirmed(card)
    if card.printing is None and card.printings_possible:
        return sure
    return _of_any_printing(replace(sure, scryfall_uri=entry.scryfall_uri), printings)


def _confirmed(card: AnsweredCard) -> AnsweredCard:
    return replace(card, status=Status.IDENTIFIED, corrected=True, reason=None)


def _of_any_printing(card: AnsweredCard, printings: Sequence[PrintingEntry]) -> AnsweredCard:
    """Return the card as one that may be of any printing: none is likelier than the others."""
    years = [int(one.released_at[:4]) for one in printings]
    return replace(
        card,
        printing=None,
        printings=tuple(_to_printing(one, 1 / len(printings)) for one in printings[:MOST_LISTED]),
        printings_possible=len(printings),
        printing_years=(min(years), max(years)) if years else None,
        prices=_prices(printings),
    )


def _prices(printings: Sequence[PrintingEntry]) -> PriceRange:
    """Return the price of a printing, or the range of several, by the rule that the engine has."""
    prices = price_range(printings, [1.0] * len(printings))
    date = next((one.prices_date for one in printings if one.prices_date), None)
    return replace(prices, date=date) if prices else NO_PRICE


def _to_printing(entry: PrintingEntry, confidence: float) -> Printing:
    return Printing(
        entry.scryfall_id, entry.set, entry.set_name, entry.collector_number, entry.scryfall_uri, confidence
    )
