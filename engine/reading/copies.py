"""Add up what is read on several copies of one card in a photo.

Decks hold up to four copies of a card. Where letters are too small to be read with certainty, each copy is misread in
its own way; what all copies resemble is their title.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.reading.title_matcher import PER_CHARACTER, TitleMatch, title_evidence, title_key
from engine.reading.title_reader import STRONG, TitleReading

CHANCE, CHANCE_LETTERS = (0.67, 0.52), (5, 18)
"""Similarity of a random line of English with the nearest of 270,000 titles, by the title's letters (median of 150)."""
MIN_LETTERS = 8
"""Least length of a title that copies may add up to: shorter ones resemble parts of any line."""
MIN_SIMILARITY = 0.58
"""Least similarity of a copy's text with its title."""
MOST_SIMILAR = 0.9
"""Greatest similarity of several misread texts together: none of them is the title's own."""
MIN_SUPPORT = 3.0
"""Least nats that other copies must give for a title."""


def add_up_copies(
    readings: Sequence[TitleReading], match: Callable[[str], list[TitleMatch]]
) -> dict[int, TitleReading]:
    """Return the readings that copies make more certain, by position.

    A title's evidence is the sum over all copies, but at most that of a text without errors.

    Args:
        readings: of all name plates of a photo, in any order; copies of a card may be among them.
        match: returns titles of at least :data:`MIN_SIMILARITY` to a text.
    """
    weak = [n for n, one in enumerate(readings) if one.text and one.evidence < STRONG]
    if not weak or len(readings) < 2:
        return {}
    # What is read alike on several plates is one observation: it may be any text that is printed on all of them.
    by_text = {one.text: one.matches for one in readings if one.evidence >= STRONG}
    by_text |= {readings[n].text: tuple(match(readings[n].text)) for n in weak}
    found = {
        text: [one for one in matches if len(title_key(one.title.text)) >= MIN_LETTERS]
        for text, matches in by_text.items()
    }
    total: defaultdict[int, float] = defaultdict(float)
    for one in itertools.chain.from_iterable(found.values()):
        total[one.title.card_id] += resemblance(one)
    added = {}
    for n in weak:
        supported = {
            one: total[one.title.card_id]
            for one in found[readings[n].text]
            if total[one.title.card_id] - resemblance(one) >= MIN_SUPPORT
        }
        if not supported:
            continue
        best = max(supported, key=supported.__getitem__)
        most = min(supported[best], title_evidence(title_key(best.title.text), 0))
        matches = [
            replace(one, similarity=_similarity(one, nats), evidence=most - (supported[best] - nats))
            for one, nats in supported.items()
        ]
        ranked = sorted(matches, key=lambda one: -one.evidence)
        added[n] = replace(readings[n], matches=tuple(ranked))
    return added


def resemblance(match: TitleMatch) -> float:
    """Return the nats by which a text resembles a title more than a random one does."""
    letters, chance = _letters_and_chance(match)
    return PER_CHARACTER * letters * max(match.similarity - chance, 0.0) / (1 - chance)


def _similarity(match: TitleMatch, nats: float) -> float:
    """Return the similarity of one text that resembles a title as much as several do together."""
    letters, chance = _letters_and_chance(match)
    return max(match.similarity, min(chance + (1 - chance) * nats / (PER_CHARACTER * letters), MOST_SIMILAR))


def _letters_and_chance(match: TitleMatch) -> tuple[int, float]:
    letters = len(title_key(match.title.text))
    return letters, float(np.interp(letters, CHANCE_LETTERS, CHANCE))
