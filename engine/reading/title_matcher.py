"""Match text with all printed titles by edit distance.

Characters that agree are evidence for a name, edits are evidence against it. The evidence is a log odds against the
text being no card's title at all::

    evidence = PER_CHARACTER * (agreeing - PER_EDIT * edits)

so that a long title outweighs an error or two, and a short one is weak evidence even if exact: some of 270,000 titles
are close to any short text by chance. The reader judges the position of the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.names import ENGLISH, Title, fold
from engine.catalogue.titles import TitleTable

PER_CHARACTER = 1.15
"""Nats for one agreeing letter; a letter of English carries about as much information."""
PER_EDIT = 3.0
"""Cost of one wrong, missing or surplus letter, in agreeing letters."""
CERTAIN = 12.0
"""Cap: beyond these odds other errors dominate (a wrong crop, a card in the picture of a card)."""
WIDE_CHARACTER = 2.5
"""Weight of a Chinese, Japanese or Korean character, in Latin letters."""
MIN_SIMILARITY, MIN_WIDE_SIMILARITY = 0.75, 0.66
"""Least similarity of a title, and of one in wide characters: below, the text is evidence against it."""
CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A title similar to a text.

    Attributes:
        similarity: 0..1, normalised Levenshtein similarity of the folded texts.
        evidence: nats for this title against "no title at all".
    """

    title: Title
    similarity: float
    evidence: float


class TitleMatcher:
    """Finds the titles most similar to a text, of equal English ones the first. Thread-safe."""

    def __init__(self, titles: Iterable[Title], known: NDArray[np.bool_] | None = None) -> None:
        """Match titles, given in order of preference; ``known``, bool (N,), tells which of them count."""
        self._titles = TitleTable.of(titles)
        self._known = np.ones(len(self._titles), np.bool_) if known is None else known
        self._known_keys = np.zeros(len(self._titles.keys), np.bool_)
        rows = self._titles.keys.rows[self._known]
        self._known_keys[rows[rows >= 0]] = True

    def match(self, text: str, *, limit: int = CANDIDATES, min_similarity: float | None = None) -> list[TitleMatch]:
        """Return at most ``limit`` similar titles, at most one per card, best evidence first.

        A higher ``min_similarity`` (0..1) makes it faster.
        """
        words = fold(text).split()
        # Also without a last or first word that may be a mana cost or an icon.
        variants = [words] if words else []
        if len(words) > 1 and len(words[-1]) <= 3:
            variants.append(words[:-1])
        if len(words) > 1 and len(words[0]) <= 2:
            variants.append(words[1:])
        best: dict[int, TitleMatch] = {}
        for key in map("".join, variants):
            for match in self._find_similar(key, limit, min_similarity):
                known = best.get(match.title.card_id)
                if known is None or match.evidence > known.evidence:
                    best[match.title.card_id] = match
            if any(match.similarity == 1.0 for match in best.values()):
                break
        return sorted(best.values(), key=lambda match: -match.evidence)[:limit]

    def is_part(self, title: Title) -> bool:
        """Return whether another title begins or ends with this one."""
        return self._titles.keys.is_part(title_key(title.text), self._known_keys)

    def namesakes(self, title: Title) -> list[Title]:
        """Return the other cards' English titles that are equal to ``title``, but not preferred to it."""
        row = self._titles.keys.find(title_key(title.text))
        english = [] if row is None else [one for one in self._with_key(row) if one.lang == ENGLISH]
        return english[1:]

    def languages(self, title: Title) -> tuple[str, ...]:
        """Return the languages in which the card has this title, Scryfall's codes."""
        row = self._titles.keys.find(title_key(title.text))
        titles = [] if row is None else self._with_key(row)
        return tuple(dict.fromkeys(one.lang for one in titles if one.card_id == title.card_id))

    def _find_similar(self, key: str, limit: int, min_similarity: float | None) -> Iterator[TitleMatch]:
        keys = self._titles.keys
        row = keys.find(key)
        if row is not None and self._known_keys[row]:
            yield from (TitleMatch(title, 1.0, title_evidence(key, 0)) for title in self._preferred(row))
            return
        least = min_similarity or (MIN_WIDE_SIMILARITY if key and _is_wide(key[0]) else MIN_SIMILARITY)
        for near in keys.nearest(key, limit, least, self._known_keys):
            for title in self._preferred(near.row):
                other = title.folded.replace(" ", "")
                edits = round((1 - near.similarity) * max(len(key), len(other)))
                yield TitleMatch(title, near.similarity, title_evidence(other, edits))

    def _preferred(self, row: int) -> list[Title]:
        """Return the titles that a key means: the first English one, or else one of each card."""
        first: dict[int, Title] = {}
        for title in self._with_key(row):
            first.setdefault(title.card_id, title)
        titles = list(first.values())
        return titles[:1] if titles[0].lang == ENGLISH else titles

    def _with_key(self, row: int) -> list[Title]:
        return [self._titles[n] for n in self._titles.with_key(row).tolist() if self._known[n]]


def title_key(text: str) -> str:
    """Return the folded text without spaces, which recognition drops and inserts."""
    return fold(text).replace(" ", "")


def title_evidence(key: str, edits: int) -> float:
    """Return the evidence in nats of a text for the title ``key`` that is ``edits`` away."""
    weight = sum(WIDE_CHARACTER if _is_wide(character) else 1.0 for character in key)
    return min(PER_CHARACTER * (weight - edits - PER_EDIT * edits), CERTAIN)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W"
