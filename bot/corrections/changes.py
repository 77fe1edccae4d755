"""Who may correct an answer, and the answer after a correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.components.interaction import Person
from bot.store import Answer, GuildSettings
from engine import CardEntry, Printing, PrintingEntry, Status


def is_trusted(person: Person, guild: GuildSettings | None) -> bool:
    """Return whether the engine may learn from a person: one who manages the guild or has a role its admins chose."""
    return guild is not None and (person.manages or bool(person.roles & guild.confirmers))


def may_change(person: Person, answer: Answer, guild: GuildSettings | None) -> bool:
    """Return whether a person may correct or remove an answer: the poster, and who is trusted."""
    return person.user_id == answer.asker_id or is_trusted(person, guild)


def with_name(answer: Answer, at: int, entry: CardEntry, printings: Sequence[PrintingEntry]) -> Answer:
    """Return the answer with one of its cards named; a printing of another name is dropped.

    Args:
        printings: all of the card, newest first; if there is only one, it is the printing.
    """
    before = answer.cards[at]
    only = certain_printing(printings[0]) if len(printings) == 1 else None
    if entry.name == before.name:
        card = replace(before, status=Status.IDENTIFIED, corrected=True, reason=None, printing=before.printing or only)
    else:
        card = replace(
            before,
            name=entry.name,
            scryfall_uri=only.scryfall_uri if only else entry.scryfall_uri,
            oracle_id=entry.oracle_id,
            status=Status.IDENTIFIED,
            corrected=True,
            printing=only,
            printings=(),
            printings_possible=0,
            reason=None,
        )
    return answer.with_card(at, card)


def with_printing(answer: Answer, at: int, printing: PrintingEntry) -> Answer:
    """Return the answer with the printing of one of its cards, and thereby its name, confirmed."""
    card = replace(
        answer.cards[at],
        status=Status.IDENTIFIED,
        corrected=True,
        printing=certain_printing(printing),
        printings=(),
        printings_possible=0,
        scryfall_uri=printing.scryfall_uri,
        reason=None,
    )
    return answer.with_card(at, card)


def certain_printing(entry: PrintingEntry) -> Printing:
    """Return a printing that a person chose, with a confidence of 1."""
    return Printing(
        entry.scryfall_id, entry.set, entry.set_name, entry.collector_number, entry.scryfall_uri, confidence=1.0
    )
