"""Match text with all printed titles by edit distance.

Characters that agree are evidence for a name, edits are evidence against it. The evidence is a log odds against the
text being no card's title at all::

    evidence = PER_CHARACTER * (agreeing - PER_EDIT * edits)

so that a long title outweighs an error or two, and a short one is weak evidence even if exact: some of 36,000 titles
are close to any short text by chance. The reader judges the position of the text.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from engine.catalogue.names import ENGLISH, Title, fold

PER_CHARACTER = 1.15
"""Nats for one agreeing letter; a letter of English carries about as much information."""
PER_EDIT = 3.0
"""Cost of one wrong, missing or surplus letter, in agreeing letters."""
CERTAIN = 12.0
"""Cap: beyond these odds other errors dominate (a wrong crop, a card in the picture of a card)."""
WIDE_CHARACTER = 2.5
"""Weight of a Chinese, Japanese or Korean character, in Latin letters."""
MIN_SIMILARITY = 0.66
"""Below two letters in three a match is chance."""
NEAR_ENOUGH = 0.85
"""An English title this similar ends the search before the foreign ones."""
CANDIDATES = 8
SLACK = 1e-6
"""Tolerance for rounding in lengths."""


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
    """Finds the titles most similar to a text, of equal English ones the first given. Thread-safe."""

    def __init__(self, titles: Iterable[Title]) -> None:
        self._by_key: dict[str, list[Title]] = {}
        self._namesakes: dict[str, list[Title]] = {}
        titles = list(titles)
        # Copied in one go so that they are adjacent in memory: a search changes the reference counts of all keys, and
        # every page written to becomes a copy in each forked process (12 MiB of copies instead of 29).
        keys = [title.folded.replace(" ", "").encode().decode() for title in titles]
        for key, title in zip(keys, titles, strict=True):
            known = self._by_key.setdefault(key, [])
            if not (known and known[0].lang == ENGLISH):
                known.append(title)
            elif title.lang == ENGLISH:
                self._namesakes.setdefault(key, []).append(title)
        self._parts = _parts_of_others(keys)
        # Searched separately: most cards are English, and a similar English title saves the search of the larger half.
        self._english = _Keys(key for key, known in self._by_key.items() if known[0].lang == ENGLISH)
        self._foreign = _Keys(key for key, known in self._by_key.items() if known[0].lang != ENGLISH)

    def match(self, text: str, *, limit: int = CANDIDATES, min_similarity: float = MIN_SIMILARITY) -> list[TitleMatch]:
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
        return title.folded.replace(" ", "") in self._parts

    def namesakes(self, title: Title) -> list[Title]:
        """Return the other cards' English titles that are equal to ``title`` and were given after it."""
        return self._namesakes.get(title.folded.replace(" ", ""), [])

    def _find_similar(self, key: str, limit: int, min_similarity: float) -> Iterator[TitleMatch]:
        if key in self._by_key:
            evidence = title_evidence(key, 0)
            yield from (TitleMatch(title, 1.0, evidence) for title in self._by_key[key])
            return
        nearest = 0.0
        for keys in (self._english, self._foreign):
            for other, similarity in keys.nearest(key, limit, min_similarity):
                nearest = max(nearest, similarity)
                edits = round((1 - similarity) * max(len(key), len(other)))
                evidence = title_evidence(other, edits)
                yield from (TitleMatch(title, similarity, evidence) for title in self._by_key[other])
            if nearest >= NEAR_ENOUGH:
                return


def _parts_of_others(keys: Iterable[str]) -> frozenset[str]:
    """Return the keys that are a proper beginning or end of another one."""
    distinct, parts = set(keys), set[str]()
    for turn in (slice(None), slice(None, None, -1)):
        turned = sorted(key[turn] for key in distinct)
        # In alphabetical order a beginning comes directly before what begins with it.
        parts.update(one[turn] for one, following in pairwise(turned) if following.startswith(one))
    return frozenset(parts)


class _Keys:
    """Folded titles sorted by length, so that much longer or shorter ones need no comparison."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = sorted(keys, key=len)
        self._lengths = [len(key) for key in self._keys]

    def nearest(self, key: str, limit: int, min_similarity: float) -> list[tuple[str, float]]:
        """Return the most similar keys with their similarities, all at least ``min_similarity``."""
        # Similarity is 1 - edits / longer length, and the difference in length is a lower bound of the edits.
        first = bisect_left(self._lengths, math.ceil(min_similarity * len(key) - SLACK))
        last = bisect_right(self._lengths, math.floor(len(key) / min_similarity + SLACK))
        near = self._keys[first:last]
        found = process.extract(
            key, near, scorer=Levenshtein.normalized_similarity, score_cutoff=min_similarity, limit=limit
        )
        return [(other, similarity) for other, similarity, _ in found]


def title_key(text: str) -> str:
    """Return the folded text without spaces, which recognition drops and inserts."""
    return fold(text).replace(" ", "")


def title_evidence(key: str, edits: int) -> float:
    """Return the evidence in nats of a text for the title ``key`` that is ``edits`` away."""
    weight = sum(WIDE_CHARACTER if unicodedata.east_asian_width(c) == "W" else 1.0 for c in key)
    return min(PER_CHARACTER * (weight - edits - PER_EDIT * edits), CERTAIN)
