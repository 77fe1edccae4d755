"""Counts equal cards together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.store import AnsweredCard

FACES = " // "
"""Separates the names of a card's faces, in Scryfall's spelling and in that of all importers we write for."""


@dataclass(frozen=True, slots=True)
class ExportedCard:
    """What makes cards equal: the name, and printing and language if they are known; unknown fields are ""."""

    name: str
    token: bool
    set: str = ""
    set_name: str = ""
    collector_number: str = ""
    scryfall_id: str = ""
    lang: str = ""


def count_cards(cards: Iterable[AnsweredCard], *, by_language: bool = False) -> dict[ExportedCard, int]:
    """Return how often each card occurs, in order of first appearance; unknown cards are left out.

    ``by_language`` counts a card's languages apart.
    """
    counts: Counter[ExportedCard] = Counter()
    for card in cards:
        if not (name := card.shown_name):
            continue
        faces = name.split(FACES)
        half = len(faces) // 2
        # A card with the same face on both sides repeats its name; sites know it by the name of other copies.
        if not card.token and faces[:half] == faces[half:]:
            name = FACES.join(faces[:half])
        codes = ["", "", "", ""]
        if printing := card.printing:
            codes = [printing.set, printing.set_name, printing.collector_number, printing.scryfall_id or ""]
        codes.append((card.lang or "") if by_language else "")
        name, *codes = (" ".join(text.split()) for text in (name, *codes))
        counts[ExportedCard(name, card.token, *codes)] += 1
    return dict(counts)
