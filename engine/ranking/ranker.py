"""Evidence to verdict: a ranked list of names, the probability of each, and a status.

Every name that a witness proposes is scored by its features (``engine/ranking/features.py``) and the fitted weights
(``engine/ranking/calibration.py``), against the other names and against "none of them"::

    probability(name) = exp(odds(name)) / (1 + sum over all names of exp(odds))
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.core.values import Status
from engine.ranking.calibration import Calibration
from engine.ranking.features import VERY_ALIKE, Evidence, candidates, feature_values, similarity, title_similarity

MIN_IDENTIFIED_SIMILARITY = 0.8
"""Least title similarity that identifies a card which the picture witness does not know."""
SURE_PLATE = 0.7
"""Score of a name plate from which it belongs to a Magic card: lines of text elsewhere look otherwise."""
MIN_LONE_SIMILARITY = 0.9
"""Least title similarity worth showing when nothing else suggests a Magic card."""


@dataclass(frozen=True, slots=True)
class RankedCard:
    """A card of the catalogue, and the probability that the photo shows it."""

    card_id: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Names, best first, and how far the first may be trusted."""

    status: Status
    ranked: tuple[RankedCard, ...]

    @property
    def best(self) -> RankedCard | None:
        """The likeliest name, None where no witness proposed any."""
        return self.ranked[0] if self.ranked else None

    @property
    def confidence(self) -> float:
        """Probability that the first name is right, 0 where there is none."""
        return self.ranked[0].confidence if self.ranked else 0.0


SURE_NUMBER = 9.0
"""Evidence of a collector line, in nats, that no other game's card and no other text gives."""
RECOGNISABLE_PX = 40.0
"""Height of a card below which its picture alone names nothing: so few pixels resemble many things that are no cards.
At webcams, where pictures are all that there is, most cards are 60 to 120 pixels high."""


class Ranker:
    """Ranks the names proposed for a card; pure but for the calibration it is given."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    def rank(self, evidence: Evidence) -> Verdict:
        """Return the verdict; the order in which witnesses name cards does not matter."""
        odds = {
            c: self._calibration.odds(feature_values(evidence, c)) + evidence.numbered.get(c, 0.0)
            for c in candidates(evidence)
        }
        # Subtracting the greatest changes no ratio, and a steep calibration would overflow without it.
        greatest = max([0.0, *odds.values()])
        weights = {c: math.exp(value - greatest) for c, value in odds.items()}
        total = math.exp(-greatest) + sum(weights.values())
        cards = (RankedCard(card_id, weight / total) for card_id, weight in weights.items())
        ranked = tuple(sorted(cards, key=lambda r: (-r.confidence, r.card_id)))
        if not ranked or ranked[0].confidence < self._calibration.unsure_from:
            return Verdict(Status.UNKNOWN, ranked)
        if is_corroborated(evidence, ranked[0].card_id):
            sure = ranked[0].confidence >= self._calibration.identified_from
            return Verdict(Status.IDENTIFIED if sure else Status.UNSURE, ranked)
        legible = title_similarity(evidence, ranked[0].card_id) >= MIN_LONE_SIMILARITY
        return Verdict(Status.UNSURE if legible else Status.UNKNOWN, ranked)


def is_corroborated(evidence: Evidence, card_id: int) -> bool:
    """Return whether more than a title supports a Magic card of this name.

    Other games, books and films share names with Magic cards, but not their type lines, name plates or art.
    """
    if similarity(evidence, card_id) > VERY_ALIKE and evidence.height_px >= RECOGNISABLE_PX:
        return True
    if evidence.numbered.get(card_id, 0.0) >= SURE_NUMBER:
        return True
    legible = title_similarity(evidence, card_id) >= MIN_IDENTIFIED_SIMILARITY
    return legible and (bool(evidence.type_line) or evidence.beside_sure_card or evidence.plate >= SURE_PLATE)
