"""Witnesses -> verdict: one ranked list of names, a confidence and a status.

Each witness gives a name nats of evidence against "none of the known cards", whose own score is
zero. The sums go through a softmax with that null hypothesis in it, so that confidence rises
with every further nat for a name and falls with every nat for another::

    confidence(name) = exp(e(name)) / (1 + sum over all names of exp(e))
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from engine.pictures import NOTHING_SEEN, PictureReading
from engine.reader import NOTHING_READ, TitleReading
from engine.values import Status

HELD_TITLE_PRIOR = 2.0
"""Nats a title has to overcome that stands where a card's title stands."""
LOOSE_TITLE_PRIOR = 8.0
"""The same for a line found anywhere in the photo."""
LONE_TITLE_PRIOR = 2.5
"""Nats more where neither a type line nor company shows that it is a Magic card at all."""
PICTURE_SLOPE = 36.8
PICTURE_ZERO = 0.61
"""A look-alike's evidence is ``PICTURE_SLOPE * (similarity - PICTURE_ZERO)`` nats, at most :data:`PICTURE_CAP`.

A logistic regression on names the network never saw, at mild, medium and hard severity alike: right
answers against the best answers for cards that are not in the index and for fan-made and other games' cards.
"""
PICTURE_CAP = 5.0
IDENTIFIED_CONFIDENCE = 0.9
UNSURE_CONFIDENCE = 0.3
"""Below this a name is more likely wrong than worth showing."""
MIN_IDENTIFIED_SIMILARITY = 0.8
"""Least similarity of a title that identifies a card the picture witness doesn't know."""

MIN_LONE_SIMILARITY = 0.9
"""Least similarity of a title that is worth showing when nothing else speaks for a Magic card."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """All that is known of one card in a photo.

    Attributes:
        loose: whether the title was found without a card's outline around it.
        type_line: the line that names its card type, "" where none was read.
        in_company: whether another card of the photo is surely a Magic card.
    """

    title: TitleReading = NOTHING_READ
    picture: PictureReading = NOTHING_SEEN
    loose: bool = False
    type_line: str = ""
    in_company: bool = False


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


def judge(testimony: Testimony) -> Verdict:
    """Weigh the witnesses."""
    ranked = tuple(_ranked(evidence_by_card(testimony)))
    if not ranked or ranked[0].confidence < UNSURE_CONFIDENCE:
        return Verdict(Status.UNKNOWN, ranked)
    if is_corroborated(testimony, ranked[0].card_id):
        sure = ranked[0].confidence >= IDENTIFIED_CONFIDENCE
        return Verdict(Status.IDENTIFIED if sure else Status.UNSURE, ranked)
    named = title_similarity(testimony, ranked[0].card_id) >= MIN_LONE_SIMILARITY
    return Verdict(Status.UNSURE if named else Status.UNKNOWN, ranked)


def is_corroborated(testimony: Testimony, card_id: int) -> bool:
    """Return whether more than a title speaks for a Magic card of this name.

    Other games, books and films share names with Magic cards; their type lines and art they don't.
    """
    if any(seen.card_id == card_id and picture_evidence(seen.similarity) > 0 for seen in testimony.picture.look_alikes):
        return True
    legible = title_similarity(testimony, card_id) >= MIN_IDENTIFIED_SIMILARITY
    return legible and (bool(testimony.type_line) or testimony.in_company)


def title_similarity(testimony: Testimony, card_id: int) -> float:
    """Return how near the title read is to the card's own, 0..1; 0 where it isn't near at all."""
    return max((m.similarity for m in testimony.title.matches if m.title.card_id == card_id), default=0.0)


def evidence_by_card(testimony: Testimony) -> dict[int, float]:
    """Return nats by card id, of both witnesses together."""
    evidence: dict[int, float] = defaultdict(float)
    for seen in testimony.picture.look_alikes:
        nats = picture_evidence(seen.similarity)
        if nats > 0:
            evidence[seen.card_id] += nats
    for card_id, nats in _title_evidence(testimony).items():
        # The prior is a guard against a title nobody else speaks for: it takes nothing from what the picture says.
        evidence[card_id] += max(0.0, nats) if evidence[card_id] > 0 else nats
    return dict(evidence)


def _title_evidence(testimony: Testimony) -> dict[int, float]:
    """Return the title's nats by card id, less what a title has to overcome where it stands."""
    prior = LOOSE_TITLE_PRIOR if testimony.loose else HELD_TITLE_PRIOR
    if not (testimony.type_line or testimony.in_company):
        prior += LONE_TITLE_PRIOR
    evidence: dict[int, float] = defaultdict(float)
    for match in testimony.title.matches:
        evidence[match.title.card_id] += testimony.title.of(match) - prior
    return evidence


def picture_evidence(similarity: float) -> float:
    """Return the nats a look-alike of this cosine similarity speaks for its card; negative ones don't count."""
    return min(PICTURE_SLOPE * (similarity - PICTURE_ZERO), PICTURE_CAP)


def _ranked(evidence: dict[int, float]) -> list[Ranked]:
    total = 1.0 + sum(math.exp(nats) for nats in evidence.values())
    ranked = [Ranked(card_id, math.exp(nats) / total) for card_id, nats in evidence.items()]
    return sorted(ranked, key=lambda r: (-r.confidence, r.card_id))
