"""Search card titles in memory: exactly, by prefix and by similarity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from rapidfuzz import fuzz, process

from engine.catalogue.names import ENGLISH, Title, fold

MAX_TEXT = 160
"""Characters of a query that are used; the longest card name has 141."""
FUZZY_FROM = 3
"""Least characters of a prefix that is matched fuzzily; shorter ones fit everything."""
MIN_RATIO = 60.0
"""Similarity (0..100, rapidfuzz's ratio) below which a title does not match."""
PART_SCORE = 0.6
"""Score of a title that contains a very short text; it grows with the share of the text to almost 1."""
ORDER_DISCOUNT = 0.95
"""Factor on the similarity of sorted words, because their order matters."""
GOOD = 0.85
"""Similarity of an English title from which foreign ones need not be searched."""
ALMOST = 0.99
"""Highest score of a title that is not equal after folding."""


class TitleIndex:
    """An index of a catalogue's titles; searches take milliseconds."""

    def __init__(self, titles: Iterable[Title]) -> None:
        """Index the titles, given in order of preference: earlier ones win ties."""
        self._rank: dict[int, int] = {}
        self._by_fold: dict[str, list[Title]] = {}
        for title in sorted(titles, key=lambda t: t.lang != ENGLISH):
            self._rank.setdefault(title.card_id, len(self._rank))
            self._by_fold.setdefault(title.folded, []).append(title)
        folded = list(self._by_fold)
        english = sum(found[0].lang == ENGLISH for found in self._by_fold.values())
        self._groups = _Group(folded[:english]), _Group(folded[english:])

    def find_equal(self, text: str) -> list[Title]:
        """Return the titles equal to ``text`` after folding, those with the same spelling first."""
        wanted = text.strip().casefold()
        return sorted(self._by_fold.get(fold(text), ()), key=lambda t: t.text.casefold() != wanted)

    def complete(self, prefix: str, limit: int) -> list[int]:
        """Return at most ``limit`` distinct cards for a typed prefix.

        Titles equal to it come first, then those that start with it, then those with a word that does (English before
        foreign), then similar ones.
        """
        found = dict.fromkeys(title.card_id for title in self.find_equal(prefix))
        folded = fold(prefix[:MAX_TEXT])
        for group in self._groups:
            for title in group.with_prefix(folded, limit):
                found.update(dict.fromkeys(t.card_id for t in self._by_fold[title]))
        if len(found) < limit and len(folded) >= FUZZY_FROM:
            # English only: this runs at every keystroke.
            for title, _ in self._groups[0].similar(folded, limit):
                found.update(dict.fromkeys(t.card_id for t in self._by_fold[title]))
        return list(found)[:limit]

    def search(self, text: str, limit: int) -> list[tuple[int, float]]:
        """Return at most ``limit`` distinct cards and scores (0..1, best first); 1 means equal after folding."""
        folded = fold(text[:MAX_TEXT])
        if not folded:
            return []
        scores: dict[int, float] = {}
        for title, score in self._scored_titles(folded, limit):
            for entry in self._by_fold[title]:
                scores[entry.card_id] = max(score, scores.get(entry.card_id, 0.0))
        same_spelling = {title.card_id: place for place, title in enumerate(self.find_equal(text))}
        last = len(same_spelling)
        best = sorted(scores, key=lambda card: (-scores[card], same_spelling.get(card, last), self._rank[card]))
        return [(card_id, scores[card_id]) for card_id in best[:limit]]

    def _scored_titles(self, folded: str, limit: int) -> Iterator[tuple[str, float]]:
        """Yield folded titles and scores; a title may be repeated."""
        best = 0.0
        if folded in self._by_fold:
            yield folded, 1.0
        for group in self._groups:
            for title in group.with_prefix(folded, limit):
                part = len(folded) / len(title)
                yield title, min(PART_SCORE + (1 - PART_SCORE) * part, ALMOST) if part < 1 else 1.0
        for group in self._groups:
            if best < GOOD:
                # Several titles (languages, faces) may belong to one card: fetch more than wanted.
                for title, score in group.similar(folded, 4 * limit):
                    best = max(best, score)
                    yield title, score


class _Group:
    """Folded titles in order of preference."""

    def __init__(self, titles: list[str]) -> None:
        self._titles = titles
        self._word_sorted = [" ".join(sorted(title.split(" "))) for title in titles]
        self._lines = "\n".join(["", *titles, ""])

    def with_prefix(self, prefix: str, limit: int) -> Iterator[str]:
        """Yield titles with this prefix, then titles with a word with this prefix; at most ``limit`` of each."""
        yield from islice(self._containing("\n" + prefix), limit)
        yield from islice(self._containing(" " + prefix), limit)

    def _containing(self, wanted: str) -> Iterator[str]:
        # Searching one long text is far faster than searching each title.
        at = self._lines.find(wanted)
        while 0 <= at < len(self._lines) - 1:
            start = self._lines.rfind("\n", 0, at + 1) + 1
            end = self._lines.index("\n", at + 1)
            yield self._lines[start:end]
            at = self._lines.find(wanted, end)

    def similar(self, text: str, limit: int) -> Iterator[tuple[str, float]]:
        """Yield titles and scores by edit distance, first with words in order, then sorted; ``limit`` of each."""
        yield from self._near(text, self._titles, 1.0, limit)
        if " " in text:
            yield from self._near(" ".join(sorted(text.split(" "))), self._word_sorted, ORDER_DISCOUNT, limit)

    def _near(self, text: str, choices: list[str], weight: float, limit: int) -> Iterator[tuple[str, float]]:
        for _, ratio, place in process.extract(text, choices, scorer=fuzz.ratio, score_cutoff=MIN_RATIO, limit=limit):
            yield self._titles[place], min(ratio / 100 * weight, ALMOST)
