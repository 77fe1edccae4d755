"""Who may correct an answer, and the answer after a correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.components.interaction import Person
from bot.store import Answer, AnsweredCard, GuildSettings
from engine import CardEntry, Printing, PrintingEntry, Status


def is_trusted(person: Person, guild: GuildSettings | None) -> bool:
    """Return whether the engine may learn from a person: one who manages the guild or has a role its admins chose."""
    return guild is not None and (person.manages or bool(person.roles & guild.confirmers))


def may_change(person: Person, answer: Answer, guild: GuildSettings | None) -> bool:
    """Return whether a person may correct or remove an answer: the poster, or somebody trusted."""
    return person.user_id == answer.asker_id or is_trusted(person, guild)


def with_name(card: AnsweredCard, entry: CardEntry, printings: Sequence[PrintingEntry]) -> AnsweredCard:
    """Return the card with the name that a person chose; a printing of another name is dropped.

    Args:
        printings: all of the entry, newest first; if there is only one, it is the printing.
    """
    only = certain_printing(printings[0]) if len(printings) == 1 else None
    sure = replace(card, status=Status.IDENTIFIED, name=entry.name, corrected=True, reason=None)
    if entry.name == card.name:
        return replace(sure, printing=card.printing or only)
    uri = (only or entry).scryfall_uri
    return replace(
        sure,
        scryfall_uri=uri,
        oracle_id=entry.oracle_id,
        printing=only,
        printings=(),
        printings_possible=0,
        # The language followed from the other name.
        lang=None,
    )


def with_printing(card: AnsweredCard, printing: PrintingEntry) -> AnsweredCard:
    """Return the card with the printing that a person chose, and thereby its name, confirmed."""
    return replace(
        card,
        status=Status.IDENTIFIED,
        corrected=True,
        printing=replace(certain_printing(printing), lang=card.lang),
        printings=(),
        printings_possible=0,
        scryfall_uri=printing.scryfall_uri,
        reason=None,
    )


def certain_printing(entry: PrintingEntry) -> Printing:
    """Return a printing that a person chose, with a confidence of 1."""
    return Printing(
        entry.scryfall_id, entry.set, entry.set_name, entry.collector_number, entry.scryfall_uri, confidence=1.0
    )
