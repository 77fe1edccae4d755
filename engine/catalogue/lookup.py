"""Search card titles in memory: exactly, by prefix and by similarity."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from engine.catalogue.key_index import Metric
from engine.catalogue.names import ENGLISH, Title, fold
from engine.catalogue.titles import TitleTable

MAX_TEXT = 160
"""Characters of a query that are used; the longest card name has 141."""
FUZZY_FROM = 3
"""Least characters of a prefix that is matched fuzzily; shorter ones fit everything."""
MIN_RATIO = 60.0
"""Similarity (0..100, rapidfuzz's ratio) below which a title does not match."""
MIN_ALIKE = 0.85
"""Least share of common letters of titles that are compared with their words in another order."""
MAX_SIMILAR = 25
"""Similar titles that complete a prefix."""
PART_SCORE = 0.6
"""Score of a title that contains a very short text; it grows with the share of the text to almost 1."""
ORDER_DISCOUNT = 0.95
"""Factor on the similarity of sorted words, because their order matters."""
ALMOST = 0.99
"""Highest score of a title that is not equal after folding."""


class TitleIndex:
    """An index of a catalogue's titles; searches take milliseconds."""

    def __init__(
        self, titles: TitleTable, full_names: Sequence[Title] = (), ranks: NDArray[np.int32] | None = None
    ) -> None:
        """Index titles.

        Args:
            titles: in order of preference, English ones first.
            full_names: those of cards with two faces, in order of preference.
            ranks: int32, the place of each card in that order, by its id; by default that of its first title.
        """
        self._titles, self._full_names = titles, full_names
        self._english = int(titles.of_lang(ENGLISH).sum())
        if ranks is None:
            ranks = np.zeros(int(titles.card_ids.max(initial=0)) + 1, np.int32)
            ranks[titles.card_ids[::-1]] = np.arange(len(titles))[::-1]
        self._ranks = ranks

    def find_equal(self, text: str) -> list[Title]:
        """Return the titles equal to ``text`` after folding, those with the same spelling first."""
        folded, wanted = fold(text), text.strip().casefold()
        equal = [title for title in self._full_names if title.folded == folded]
        equal += [title for title in self._titles.equal(folded.replace(" ", "")) if title.folded == folded]
        return sorted(equal, key=lambda title: title.text.casefold() != wanted)

    def complete(self, prefix: str, limit: int) -> list[Title]:
        """Return titles of at most ``limit`` distinct cards for a typed prefix.

        Titles equal to it come first, then those that start with it, then those with a word that does (English before
        foreign), then similar ones.
        """
        found: dict[int, Title] = {}
        for title in self._completing(prefix):
            found.setdefault(title.card_id, title)
            if len(found) >= limit:
                break
        return list(found.values())

    def _completing(self, prefix: str) -> Iterator[Title]:
        yield from self.find_equal(prefix)
        folded = fold(prefix[:MAX_TEXT])
        yield from chain.from_iterable(self._with_prefix(folded))
        if len(folded) >= FUZZY_FROM:
            yield from (title for title, _ in self._similar(folded, MAX_SIMILAR))

    def search(self, text: str, limit: int) -> list[tuple[Title, float]]:
        """Return titles of at most ``limit`` distinct cards and their scores, best first; 1 means equal after folding.

        Scores are in 0..1.
        """
        folded = fold(text[:MAX_TEXT])
        if not folded:
            return []
        best: dict[int, tuple[Title, float]] = {}
        for title, score in self._scored(folded, limit):
            if title.card_id not in best or score > best[title.card_id][1]:
                best[title.card_id] = title, score
        same_spelling = {title.card_id: place for place, title in enumerate(self.find_equal(text))}

        def preference(found: tuple[Title, float]) -> tuple[float, int, int]:
            card_id = found[0].card_id
            return -found[1], same_spelling.get(card_id, len(same_spelling)), int(self._ranks[card_id])

        return sorted(best.values(), key=preference)[:limit]

    def _scored(self, folded: str, limit: int) -> Iterator[tuple[Title, float]]:
        """Yield titles and scores; a title may be repeated."""
        yield from ((title, 1.0) for title in self.find_equal(folded))
        for titles in self._with_prefix(folded):
            for title in islice(titles, limit):
                part = len(folded) / len(title.folded)
                yield title, min(PART_SCORE + (1 - PART_SCORE) * part, ALMOST)
        # Several titles (languages, faces) may belong to one card: fetch more than wanted.
        yield from self._similar(folded, 4 * limit)

    def _with_prefix(self, folded: str) -> Iterator[Iterator[Title]]:
        """Yield titles with this prefix, then those with a word with this prefix; English ones, then the others."""
        for first, last in ((0, self._english), (self._english, len(self._titles))):
            full_names = self._full_names if first == 0 else ()
            for before in ("\n", " "):
                wanted = before + folded
                found = map(self._titles.__getitem__, self._titles.folded.containing(wanted, first, last))
                full = (title for title in full_names if wanted in f"\n{title.folded}")
                yield heapq.merge(full, found, key=lambda title: self._ranks[title.card_id])

    def _similar(self, folded: str, limit: int) -> list[tuple[Title, float]]:
        """Return titles and scores by edit distance, best first: with their words in order, and sorted."""
        key, titles = folded.replace(" ", ""), self._titles
        rows = [near.row for near in titles.keys.nearest(key, limit, MIN_RATIO / 100, metric=Metric.INDEL)]
        near = [titles[place] for row in rows for place in titles.with_key(row).tolist()]
        found = [(title, fuzz.ratio(folded, title.folded)) for title in (*self._full_names, *near)]
        if " " in folded:
            rows, words = titles.keys.alike(key, limit, MIN_ALIKE), _sorted_words(folded)
            alike = [titles[place] for row in rows for place in titles.with_key(row).tolist()]
            found += [(title, ORDER_DISCOUNT * fuzz.ratio(words, _sorted_words(title.folded))) for title in alike]
        scored = [(title, min(ratio / 100, ALMOST)) for title, ratio in found if ratio >= MIN_RATIO]
        return sorted(scored, key=lambda one: -one[1])[:limit]


def _sorted_words(folded: str) -> str:
    return " ".join(sorted(folded.split(" ")))
