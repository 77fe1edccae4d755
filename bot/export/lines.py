"""Told cards, equal ones counted together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.store import AnsweredCard
from engine import Status

FACES = " // "
"""Stands between the names of a card's faces, in Scryfall's spelling and in that of all importers we write for."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What makes cards equal: the name, and the printing where it is known; ``set`` and the rest are "" elsewhere."""

    name: str
    token: bool
    set: str = ""
    set_name: str = ""
    collector_number: str = ""
    scryfall_id: str = ""


def counted(cards: Iterable[AnsweredCard]) -> dict[Kind, int]:
    """Return how often there is each kind of card, in order of first appearance; unknown cards don't count."""
    return dict(Counter(_kind(card.told_name, card) for card in cards if card.told_name))


def _kind(name: str, card: AnsweredCard) -> Kind:
    spelt = _one_line(name if card.token else _said_once(name))
    if (printing := card.printing) is None:
        return Kind(spelt, card.token)
    codes = (printing.set, printing.set_name, printing.collector_number, printing.scryfall_id or "")
    return Kind(spelt, card.token, *map(_one_line, codes))


def _said_once(name: str) -> str:
    """Return the name of a card that has the same on both sides as every other card of that name has it."""
    faces = name.split(FACES)
    half = len(faces) // 2
    return FACES.join(faces[:half]) if faces[:half] == faces[half:] else name


def _one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the files can't say of themselves, for the message that brings them.

    Attributes:
        cards: how many cards the CSV has.
        tokens: how many of them are tokens, which the deck list leaves out.
        unsure: names that may be wrong, each once; they are in the files nevertheless.
        without_printing: cards the CSV has by their names alone.
        unknown: cards without a name, which are in no file.
    """

    cards: int
    tokens: int
    unsure: tuple[str, ...]
    without_printing: int
    unknown: int


def remarks(cards: Sequence[AnsweredCard]) -> Remarks:
    """Return what to say beside the files made of these cards."""
    kinds = counted(cards)
    unsure = counted(card for card in cards if card.status is Status.UNSURE)
    return Remarks(
        cards=sum(kinds.values()),
        tokens=sum(count for kind, count in kinds.items() if kind.token),
        unsure=tuple(dict.fromkeys(kind.name for kind in unsure)),
        without_printing=sum(count for kind, count in kinds.items() if not kind.set),
        unknown=len(cards) - sum(kinds.values()),
    )
