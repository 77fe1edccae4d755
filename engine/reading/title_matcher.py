"""Text -> card names: every printed title there is, matched with edit distance.

A read title speaks for a name by the characters that agree, and against it by those that don't.
Its evidence is a log-odds against the text being no card's title at all::

    evidence = PER_CHARACTER * (agreeing - PER_EDIT * edits)

so that a long title outweighs an error or two, and a short one is worth little even when exact:
of 36,000 titles some lie near any short text by chance. Where the text stands, the reader weighs.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from engine.catalogue.names import ENGLISH, Title, fold

PER_CHARACTER = 1.15
"""Nats one agreeing letter is worth; a letter of English carries about as much."""
PER_EDIT = 3.0
"""Agreeing letters that one wrong, missing or surplus letter costs."""
CERTAIN = 12.0
"""Cap: beyond these odds other faults (a wrong crop, a card in the picture of a card) rule."""
WIDE_CHARACTER = 2.5
"""A Chinese, Japanese or Korean character says as much as so many Latin letters."""
MIN_SIMILARITY = 0.66
"""Below two letters in three a match is chance."""
NEAR_ENOUGH = 0.85
"""An English title as near as this ends the search before the foreign ones."""
CANDIDATES = 8
SLACK = 1e-6
"""Letters of rounding in a length."""


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A title near to a text.

    Attributes:
        similarity: 0..1, normalised Levenshtein similarity of the folded texts.
        evidence: nats for this title against "no title at all".
    """

    title: Title
    similarity: float
    evidence: float


class TitleMatcher:
    """Finds the titles nearest to a text; thread-safe once built.

    Args:
        titles: every title there is; where English ones are equal, the first given wins.
    """

    def __init__(self, titles: Iterable[Title]) -> None:
        self._by_key: dict[str, list[Title]] = {}
        self._namesakes: dict[str, list[Title]] = {}
        titles = list(titles)
        # Made anew, and in one go, so that they lie together: a search counts references to all of them, and each
        # page that is written to so becomes a copy in every process that was forked (12 MiB of copies instead of 29).
        keys = [title.folded.replace(" ", "").encode().decode() for title in titles]
        for key, title in zip(keys, titles, strict=True):
            known = self._by_key.setdefault(key, [])
            if not (known and known[0].lang == ENGLISH):
                known.append(title)
            elif title.lang == ENGLISH:
                self._namesakes.setdefault(key, []).append(title)
        # Searched apart: most cards are English, and a near English title spares the larger half.
        self._english = _Keys(key for key, known in self._by_key.items() if known[0].lang == ENGLISH)
        self._foreign = _Keys(key for key, known in self._by_key.items() if known[0].lang != ENGLISH)

    def match(self, text: str, *, limit: int = CANDIDATES, min_similarity: float = MIN_SIMILARITY) -> list[TitleMatch]:
        """Return the nearest titles, at most one a card, best evidence first; maybe none.

        Args:
            text: as it was read.
            limit: most titles.
            min_similarity: similarity of what counts, 0..1; the higher, the quicker.
        """
        best: dict[int, TitleMatch] = {}
        for key in _variants(text):
            for match in self._near_titles(key, limit, min_similarity):
                known = best.get(match.title.card_id)
                if known is None or match.evidence > known.evidence:
                    best[match.title.card_id] = match
            if any(match.similarity == 1.0 for match in best.values()):
                break
        return sorted(best.values(), key=lambda match: -match.evidence)[:limit]

    def namesakes(self, title: Title) -> list[Title]:
        """Return the English titles equal to ``title`` that lost to it, of other cards."""
        return self._namesakes.get(title.folded.replace(" ", ""), [])

    def _near_titles(self, key: str, limit: int, min_similarity: float) -> Iterator[TitleMatch]:
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


class _Keys:
    """Folded titles, by length: of one much longer or shorter no search need be made."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = sorted(keys, key=len)
        self._lengths = [len(key) for key in self._keys]

    def nearest(self, key: str, limit: int, min_similarity: float) -> list[tuple[str, float]]:
        """Return the nearest, and the similarity of each, ``min_similarity`` or more."""
        # Similarity is 1 - edits / the longer length, and the lengths' difference takes so many edits at least.
        first = bisect_left(self._lengths, math.ceil(min_similarity * len(key) - SLACK))
        last = bisect_right(self._lengths, math.floor(len(key) / min_similarity + SLACK))
        near = self._keys[first:last]
        found = process.extract(
            key, near, scorer=Levenshtein.normalized_similarity, score_cutoff=min_similarity, limit=limit
        )
        return [(other, similarity) for other, similarity, _ in found]


def title_key(text: str) -> str:
    """Return the folded text without spaces: recognition loses and invents them."""
    return fold(text).replace(" ", "")


def title_evidence(key: str, edits: int) -> float:
    """Return the nats that a text ``edits`` away from the title ``key`` speaks for it."""
    weight = sum(WIDE_CHARACTER if unicodedata.east_asian_width(c) == "W" else 1.0 for c in key)
    return min(PER_CHARACTER * (weight - edits - PER_EDIT * edits), CERTAIN)


def _variants(text: str) -> Iterator[str]:
    """Yield the text's key as read, and without what a mana cost or a face icon may have added."""
    words = fold(text).split()
    if not words:
        return
    yield "".join(words)
    if len(words) > 1 and len(words[-1]) <= 3:
        yield "".join(words[:-1])
    if len(words) > 1 and len(words[0]) <= 2:
        yield "".join(words[1:])
