"""Text -> cards: exact, by beginnings and by likeness, over titles held in memory. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from rapidfuzz import fuzz, process

from engine.catalogue.names import ENGLISH, Title, fold

MAX_TEXT = 160
"""Characters of a query that count; the longest card name has 141."""
FUZZY_FROM = 3
"""Characters from which a misspelt beginning is worth guessing at; shorter ones fit everything."""
MIN_RATIO = 60.0
"""Likeness (0..100, rapidfuzz's ratio) below which a title is no answer."""
PART_SCORE = 0.6
"""Score of a title in which the text is a vanishing part; it grows with the part to almost 1."""
ORDER_DISCOUNT = 0.95
"""What is left of the likeness when the words had to be sorted first: their order tells something."""
GOOD = 0.85
"""Likeness of an English title at which foreign ones need not be searched too."""
ALMOST = 0.99
"""Highest score of anything that is not equal after folding."""


class TitleIndex:
    """The titles of a catalogue, ready for look-ups that take milliseconds."""

    def __init__(self, titles: Iterable[Title]) -> None:
        """Index the titles, the preferred ones first: where all else is equal, they win."""
        self._rank: dict[int, int] = {}
        self._by_fold: dict[str, list[Title]] = {}
        for title in sorted(titles, key=lambda t: t.lang != ENGLISH):
            self._rank.setdefault(title.card_id, len(self._rank))
            self._by_fold.setdefault(title.folded, []).append(title)
        folded = list(self._by_fold)
        english = sum(found[0].lang == ENGLISH for found in self._by_fold.values())
        self._groups = _Group(folded[:english]), _Group(folded[english:])

    def find_equal(self, text: str) -> list[Title]:
        """Return the titles equal to ``text`` after folding, those also spelt alike first."""
        wanted = text.strip().casefold()
        return sorted(self._by_fold.get(fold(text), ()), key=lambda t: t.text.casefold() != wanted)

    def complete(self, prefix: str, limit: int) -> list[int]:
        """Return at most ``limit`` distinct cards for what someone has typed so far.

        First come titles equal to it, then those that begin with it, then those with a word that
        does (English before foreign), then those merely like it.
        """
        found = dict.fromkeys(title.card_id for title in self.find_equal(prefix))
        folded = fold(prefix[:MAX_TEXT])
        for group in self._groups:
            for title in group.with_word(folded, limit):
                found.update(dict.fromkeys(t.card_id for t in self._by_fold[title]))
        if len(found) < limit and len(folded) >= FUZZY_FROM:
            # English only: this runs at every key pressed.
            for title, _ in self._groups[0].alike(folded, limit):
                found.update(dict.fromkeys(t.card_id for t in self._by_fold[title]))
        return list(found)[:limit]

    def search(self, text: str, limit: int) -> list[tuple[int, float]]:
        """Return at most ``limit`` distinct cards and scores (0..1, best first); 1 means equal after folding."""
        folded = fold(text[:MAX_TEXT])
        if not folded:
            return []
        scores: dict[int, float] = {}
        for title, score in self._likely(folded, limit):
            for entry in self._by_fold[title]:
                scores[entry.card_id] = max(score, scores.get(entry.card_id, 0.0))
        spelt_alike = {title.card_id: place for place, title in enumerate(self.find_equal(text))}
        last = len(spelt_alike)
        best = sorted(scores, key=lambda card: (-scores[card], spelt_alike.get(card, last), self._rank[card]))
        return [(card_id, scores[card_id]) for card_id in best[:limit]]

    def _likely(self, folded: str, limit: int) -> Iterator[tuple[str, float]]:
        """Yield folded titles and scores; a title may come more than once."""
        best = 0.0
        if folded in self._by_fold:
            yield folded, 1.0
        for group in self._groups:
            for title in group.with_word(folded, limit):
                part = len(folded) / len(title)
                yield title, min(PART_SCORE + (1 - PART_SCORE) * part, ALMOST) if part < 1 else 1.0
        for group in self._groups:
            if best < GOOD:
                # Several titles may belong to one card (languages, faces): more are asked for than wanted.
                for title, score in group.alike(folded, 4 * limit):
                    best = max(best, score)
                    yield title, score


class _Group:
    """Folded titles, the preferred ones first."""

    def __init__(self, titles: list[str]) -> None:
        self._titles = titles
        self._word_sorted = [" ".join(sorted(title.split(" "))) for title in titles]
        self._lines = "\n".join(["", *titles, ""])

    def with_word(self, beginning: str, limit: int) -> Iterator[str]:
        """Yield titles that begin so, then titles in which a word begins so; at most ``limit`` of each."""
        yield from islice(self._containing("\n" + beginning), limit)
        yield from islice(self._containing(" " + beginning), limit)

    def _containing(self, wanted: str) -> Iterator[str]:
        # One search through one long text is far faster than one through each title.
        at = self._lines.find(wanted)
        while 0 <= at < len(self._lines) - 1:
            start = self._lines.rfind("\n", 0, at + 1) + 1
            end = self._lines.index("\n", at + 1)
            yield self._lines[start:end]
            at = self._lines.find(wanted, end)

    def alike(self, text: str, limit: int) -> Iterator[tuple[str, float]]:
        """Yield titles and scores by edit distance: of the words as they stand, then sorted; ``limit`` of each."""
        yield from self._near(text, self._titles, 1.0, limit)
        if " " in text:
            yield from self._near(" ".join(sorted(text.split(" "))), self._word_sorted, ORDER_DISCOUNT, limit)

    def _near(self, text: str, choices: list[str], weight: float, limit: int) -> Iterator[tuple[str, float]]:
        for _, ratio, place in process.extract(text, choices, scorer=fuzz.ratio, score_cutoff=MIN_RATIO, limit=limit):
            yield self._titles[place], min(ratio / 100 * weight, ALMOST)
