"""Evidence -> verdict: a ranked list of names, the probability of each, and a status.

Every name that a witness proposes is scored by its features (``engine/ranking/features.py``) and the fitted weights
(``engine/ranking/calibration.py``), against the other names and against "none of them"::

    probability(name) = exp(odds(name)) / (1 + sum over all names of exp(odds))
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.core.values import Status
from engine.ranking.calibration import Calibration
from engine.ranking.features import VERY_ALIKE, Evidence, candidates, features, similarity, title_similarity

MIN_IDENTIFIED_SIMILARITY = 0.8
"""Least similarity of a title that identifies a card the picture witness doesn't know."""
MIN_LONE_SIMILARITY = 0.9
"""Least similarity of a title that is worth showing when nothing else speaks for a Magic card."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A card that may be the one, and the probability that it is."""

    card_id: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judge's word: names, best first, and how far the first may be trusted."""

    status: Status
    ranked: tuple[Ranked, ...]

    @property
    def confidence(self) -> float:
        """Probability that the first name is right, 0 where there is none."""
        return self.ranked[0].confidence if self.ranked else 0.0


class Judge:
    """Weighs evidence; pure but for what it was given at the start."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    def __call__(self, evidence: Evidence) -> Verdict:
        """Return the verdict; the order in which witnesses name cards plays no part."""
        ranked = self.ranked(evidence)
        if not ranked or ranked[0].confidence < self._calibration.unsure_from:
            return Verdict(Status.UNKNOWN, ranked)
        if is_corroborated(evidence, ranked[0].card_id):
            sure = ranked[0].confidence >= self._calibration.identified_from
            return Verdict(Status.IDENTIFIED if sure else Status.UNSURE, ranked)
        named = title_similarity(evidence, ranked[0].card_id) >= MIN_LONE_SIMILARITY
        return Verdict(Status.UNSURE if named else Status.UNKNOWN, ranked)

    def ranked(self, evidence: Evidence) -> tuple[Ranked, ...]:
        """Return every name brought up with its probability, likeliest first; the sum is below 1."""
        odds = {c: self._calibration.odds(features(evidence, c)) for c in candidates(evidence)}
        # All divided by the greatest, which alters no share: a steep calibration would leave the range of floats.
        greatest = max([0.0, *odds.values()])
        weighed = {c: math.exp(value - greatest) for c, value in odds.items()}
        total = math.exp(-greatest) + sum(weighed.values())
        ranked = [Ranked(card_id, weight / total) for card_id, weight in weighed.items()]
        return tuple(sorted(ranked, key=lambda r: (-r.confidence, r.card_id)))


def is_corroborated(evidence: Evidence, card_id: int) -> bool:
    """Return whether more than a title speaks for a Magic card of this name.

    Other games, books and films share names with Magic cards; their type lines and art they don't.
    """
    if similarity(evidence, card_id) > VERY_ALIKE:
        return True
    legible = title_similarity(evidence, card_id) >= MIN_IDENTIFIED_SIMILARITY
    return legible and (bool(evidence.type_line) or evidence.in_company)
