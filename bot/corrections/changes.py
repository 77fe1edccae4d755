"""An answer and what a person says -> the answer put right: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.components.interaction import Person
from bot.store import Answer, GuildSettings
from engine import CardEntry, Printing, PrintingEntry, Status


def is_trusted(person: Person, guild: GuildSettings | None) -> bool:
    """Return whether the engine may learn from a person: who manages the guild, or has a role that the admins named."""
    return guild is not None and (person.manages or bool(person.roles & guild.confirmers))


def may_change(person: Person, answer: Answer, guild: GuildSettings | None) -> bool:
    """Return whether a person may put right or remove an answer: the poster, and who is trusted."""
    return person.user_id == answer.asker_id or is_trusted(person, guild)


def named(answer: Answer, at: int, entry: CardEntry, printings: Sequence[PrintingEntry]) -> Answer:
    """Return the answer with another name for one of its cards; a printing of the old name is no longer its own.

    Args:
        printings: all of the card, newest first; the only one is its printing.
    """
    only = as_printing(printings[0]) if len(printings) == 1 else None
    card = replace(
        answer.cards[at],
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
    if entry.name == answer.cards[at].name:
        before = answer.cards[at]
        card = replace(
            before, status=Status.IDENTIFIED, corrected=True, reason=None, printing=before.printing or card.printing
        )
    return answer.with_card(at, card)


def printed(answer: Answer, at: int, printing: PrintingEntry) -> Answer:
    """Return the answer with the printing of one of its cards, and so its name, confirmed."""
    card = replace(
        answer.cards[at],
        status=Status.IDENTIFIED,
        corrected=True,
        printing=as_printing(printing),
        printings=(),
        printings_possible=0,
        scryfall_uri=printing.scryfall_uri,
        reason=None,
    )
    return answer.with_card(at, card)


def as_printing(entry: PrintingEntry) -> Printing:
    """Return a printing that a person named: certain."""
    return Printing(
        entry.scryfall_id, entry.set, entry.set_name, entry.collector_number, entry.scryfall_uri, confidence=1.0
    )
