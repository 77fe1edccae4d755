"""Match text with all printed titles by edit distance.

Characters that agree are evidence for a name, edits are evidence against it. The evidence is a log odds against the
text being no card's title at all::

    evidence = PER_CHARACTER * (agreeing - PER_EDIT * edits)

so that a long title outweighs an error or two, and a short one is weak evidence even if exact: some of 270,000 titles
are close to any short text by chance. The reader judges the position of the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

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
NEAR_ENOUGH = 0.85
"""A title this similar ends the search with less of the text."""
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
        keys = ["".join(variant) for variant in variants]
        equal = next(filter(None, map(self._find_equal, variants)), None)
        if equal is not None:
            return equal[:limit]
        best: dict[int, TitleMatch] = {}
        for key in keys:
            for title in self._find_similar(key, limit, min_similarity):
                known = best.get(title.card_id)
                match = max((_compare(variant, title) for variant in keys), key=lambda match: match.evidence)
                if known is None or match.evidence > known.evidence:
                    best[title.card_id] = match
            if any(match.similarity >= NEAR_ENOUGH for match in best.values()):
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

    def edits_by_language(self, text: str, card_id: int) -> dict[str, int]:
        """Return by language how many edits a text is away from the card's nearest title, where that is similar."""
        key, edits = title_key(text), dict[str, int]()
        for n in np.flatnonzero(self._titles.card_ids == card_id).tolist():
            title = self._titles[n]
            other = title_key(title.text)
            if Levenshtein.normalized_similarity(key, other) >= MIN_WIDE_SIMILARITY:
                edits[title.lang] = min(Levenshtein.distance(key, other), edits.get(title.lang, len(key)))
        return edits

    def _find_equal(self, words: Sequence[str]) -> list[TitleMatch]:
        key = "".join(words)
        row = self._titles.keys.find(key)
        if row is None or not self._known_keys[row]:
            return []
        titles = self._with_key(row)
        exact = [title for title in titles if not has_surplus_break(words, title.folded.split())]
        surplus = 0 if exact else 1
        return [
            TitleMatch(title, 1 - surplus / (len(key) + surplus), title_evidence(key, surplus))
            for title in _preferred(exact or titles)
        ]

    def _find_similar(self, key: str, limit: int, min_similarity: float | None) -> list[Title]:
        least = min_similarity or (MIN_WIDE_SIMILARITY if _is_wide(key[0]) else MIN_SIMILARITY)
        near = self._titles.keys.nearest(key, limit, least, self._known_keys)
        return [title for row, _ in near for title in _preferred(self._with_key(row))]

    def _with_key(self, row: int) -> list[Title]:
        return [self._titles[n] for n in self._titles.with_key(row).tolist() if self._known[n]]


def _preferred(titles: Iterable[Title]) -> list[Title]:
    """Return which titles of one key it means: the first English one, or else one of each card."""
    first: dict[int, Title] = {}
    for title in titles:
        first.setdefault(title.card_id, title)
    found = list(first.values())
    return found[:1] if found[0].lang == ENGLISH else found


def _compare(key: str, title: Title) -> TitleMatch:
    """Return how well a text matches a title."""
    other = title.folded.replace(" ", "")
    edits = Levenshtein.distance(key, other)
    return TitleMatch(title, 1 - edits / max(len(key), len(other)), title_evidence(other, edits))


def has_surplus_break(words: Sequence[str], title: Sequence[str]) -> bool:
    """Return whether a text has a break between words where the title of the same letters has none.

    Recognition drops breaks, but of 13,172 titles read letter by letter only 31 had one too many: *Thunder Wave* is
    hardly the card *Thunderwave*. An apostrophe read as a break, and Chinese or Japanese, don't count.
    """
    if _is_wide(words[0][0]):
        return False
    ends, known = accumulate(map(len, words)), set(accumulate(map(len, title)))
    return any(end not in known and follower != "s" for end, follower in zip(ends, words[1:], strict=False))


def title_key(text: str) -> str:
    """Return the folded text without spaces, which recognition drops and inserts."""
    return fold(text).replace(" ", "")


def title_evidence(key: str, edits: int) -> float:
    """Return the evidence in nats of a text for the title ``key`` that is ``edits`` away."""
    weight = sum(WIDE_CHARACTER if _is_wide(character) else 1.0 for character in key)
    return min(PER_CHARACTER * (weight - edits - PER_EDIT * edits), CERTAIN)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W"
