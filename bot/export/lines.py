"""Counts equal cards together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.store import AnsweredCard
from engine import Status

FACES = " // "
"""Separates the names of a card's faces, in Scryfall's spelling and in that of all importers we write for."""


@dataclass(frozen=True, slots=True)
class ExportedCard:
    """What makes cards equal: the name, and the printing if it is known; the fields of an unknown one are ""."""

    name: str
    token: bool
    set: str = ""
    set_name: str = ""
    collector_number: str = ""
    scryfall_id: str = ""


def count_cards(cards: Iterable[AnsweredCard]) -> dict[ExportedCard, int]:
    """Return how often each card occurs, in order of first appearance; unknown cards are left out."""
    counts: Counter[ExportedCard] = Counter()
    for card in cards:
        if not (name := card.shown_name):
            continue
        faces = name.split(FACES)
        half = len(faces) // 2
        # A card with the same face on both sides repeats its name; sites know it by the name of other copies.
        if not card.token and faces[:half] == faces[half:]:
            name = FACES.join(faces[:half])
        texts = [name]
        if (printing := card.printing) is not None:
            texts += [printing.set, printing.set_name, printing.collector_number, printing.scryfall_id or ""]
        name, *codes = (" ".join(text.split()) for text in texts)
        counts[ExportedCard(name, card.token, *codes)] += 1
    return dict(counts)


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the files can't say themselves, for the message that brings them.

    Attributes:
        cards: number of cards in the CSV files.
        tokens: how many of them are tokens, which the deck list leaves out.
        unsure: names that may be wrong, each once; they are in the files nevertheless.
        without_printing: number of cards in the CSV files with a name only.
        unknown: number of cards without a name, which are in no file.
    """

    cards: int
    tokens: int
    unsure: tuple[str, ...]
    without_printing: int
    unknown: int


def remarks(cards: Sequence[AnsweredCard]) -> Remarks:
    """Return what to say about the files made of these cards."""
    counts = count_cards(cards)
    unsure = count_cards(card for card in cards if card.status is Status.UNSURE)
    return Remarks(
        cards=sum(counts.values()),
        tokens=sum(count for card, count in counts.items() if card.token),
        unsure=tuple(dict.fromkeys(card.name for card in unsure)),
        without_printing=sum(count for card, count in counts.items() if not card.set),
        unknown=len(cards) - sum(counts.values()),
    )
