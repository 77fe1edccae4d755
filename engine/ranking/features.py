"""Evidence to features: how strongly each witness supports a name, as numbers of which higher is better. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.reading.title_matcher import CERTAIN
from engine.reading.title_reader import NOTHING_READ, TitleReading
from engine.retrieval.picture_match import NO_MATCHES, PictureMatches

ALIKE, VERY_ALIKE, EQUAL = 0.41, 0.575, 0.82
"""Cosine similarities between which picture evidence grows, slowly up to the second, faster beyond it: unrelated cards
reach the first by chance; the same card scores about the second in a poor photo and above the third in a good one."""
MOST_MARGIN = 0.3
"""Lead in similarity over the next name; a larger lead counts no more."""
LEGIBLE_PX, LARGE_PX = 90.0, 700.0
"""Card heights between which size matters."""
BLURRED, SHARP = 15.0, 1500.0
"""Variances of the Laplacian between which sharpness matters."""
STRANGERS = 0.51
"""Similarity up to which a rival is only the nearest of many unrelated cards."""
CLEAR_NATS = 6.0
"""Title evidence that no longer arises by chance."""
LOOSE_NATS = 6.0
"""Penalty for a title outside any card's outline: ``Vigilance`` is a card, and a word in the text of many cards."""
CLEAR_PLATE = 0.85
"""Score of a plate that is certainly a Magic card's."""
MOST_COST_NATS = 4.0
"""Evidence of a mana cost beyond which more counts no more."""
LEAST_SPELT = 0.75
"""Title similarity at which spelling begins to count."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about one card in a photo.

    Attributes:
        loose: whether the title was found outside any card's outline.
        type_line: the text of the type line, "" if none was read.
        beside_sure_card: whether another card in the photo is certainly a Magic card.
        searched: whether every way of reading the title has been tried.
        plate: 0..1, how much the title looks like that of a Magic card's name plate; 0 if it was not found as one.
        copies: cosines with other cards of the photo that are certain, by card id: copies in a deck look alike.
        costs: nats that the mana cost gives for cards named by the title, by card id; none where it says nothing.
        numbered: nats that the collector line gives, by card id, for the cards that it may name.
        magic: 0..1, the detector's probability that this is the face of a Magic card.
        detector_score: 0..1.
        height_px: of the card in the photo.
        sharpness: variance of the Laplacian of its face; None if no face was rectified.
    """

    title: TitleReading = NOTHING_READ
    picture: PictureMatches = NO_MATCHES
    loose: bool = False
    type_line: str = ""
    beside_sure_card: bool = False
    searched: bool = False
    plate: float = 0.0
    costs: Mapping[int, float] = field(default_factory=dict)
    copies: Mapping[int, float] = field(default_factory=dict)
    numbered: Mapping[int, float] = field(default_factory=dict)
    magic: float = 1.0
    detector_score: float = 1.0
    height_px: float = LARGE_PX
    sharpness: float | None = None


FEATURES = (
    "alike", "very_alike", "margin", "title", "clear_title", "spelt", "title_gap", "both", "plate", "cost", "vouched",
    "company", "not_unread", "magic", "found", "size", "sharp",
)  # fmt: skip
"""Names of the features, as in ``judge.json``; each lies in -1..1, and a higher value supports the name more."""


def candidates(evidence: Evidence) -> list[int]:
    """Return the ids of all cards that a witness names, each once."""
    seen = (match.card_id for match in evidence.picture.matches)
    read = (match.title.card_id for match in evidence.title.matches)
    return list(dict.fromkeys([*seen, *evidence.copies, *read, *evidence.numbered]))


def feature_values(evidence: Evidence, card_id: int) -> dict[str, float]:
    """Return the features of a name: each of :data:`FEATURES`, -1..1."""
    alike = similarity(evidence, card_id)
    rival = max((one.similarity for one in evidence.picture.matches if one.card_id != card_id), default=0.0)
    lead = max(alike, STRANGERS) - max(rival, STRANGERS)

    lost = LOOSE_NATS if evidence.loose and not evidence.plate else 0.0
    nats, rival_nats = 0.0, 0.0
    for match in evidence.title.matches:
        value = min(max(evidence.title.evidence_for(match) - lost, 0.0), CERTAIN)
        if match.title.card_id == card_id:
            nats = max(nats, value)
        else:
            rival_nats = max(rival_nats, value)
    spelt = _ramp(title_similarity(evidence, card_id), LEAST_SPELT, 1.0) * evidence.title.text_score

    unread = evidence.searched and not evidence.title.matches
    return {
        "title": _ramp(nats, 0.0, CLEAR_NATS),
        "clear_title": _ramp(nats, CLEAR_NATS, CERTAIN),
        "spelt": spelt,
        # 160 pairs of titles differ by one letter: there the distance of the runner-up says more than the winner's.
        "title_gap": (nats - rival_nats) / CERTAIN,
        "alike": _ramp(alike, ALIKE, VERY_ALIKE),
        "very_alike": _ramp(alike, VERY_ALIKE, EQUAL),
        "margin": min(max(lead / MOST_MARGIN, -1.0), 1.0),
        "both": min(spelt, _ramp(alike, ALIKE, VERY_ALIKE)),
        "plate": spelt * _ramp(evidence.plate, 0.0, CLEAR_PLATE),
        "cost": min(max(evidence.costs.get(card_id, 0.0) / MOST_COST_NATS, -1.0), 1.0),
        "vouched": spelt if evidence.type_line else 0.0,
        "company": spelt if evidence.beside_sure_card else 0.0,
        "not_unread": 0.0 if unread else 1.0,
        "magic": evidence.magic,
        "found": evidence.detector_score,
        "size": _log_ramp(evidence.height_px, LEGIBLE_PX, LARGE_PX),
        "sharp": 1.0 if evidence.sharpness is None else _log_ramp(evidence.sharpness, BLURRED, SHARP),
    }


def similarity(evidence: Evidence, card_id: int) -> float:
    """Return the cosine of the card's nearest known face or copy; 0 if it is not among the neighbours."""
    known = max((one.similarity for one in evidence.picture.matches if one.card_id == card_id), default=0.0)
    return max(known, evidence.copies.get(card_id, 0.0))


def title_similarity(evidence: Evidence, card_id: int) -> float:
    """Return how close the text read is to the card's title, 0..1; 0 if it did not match."""
    return max((m.similarity for m in evidence.title.matches if m.title.card_id == card_id), default=0.0)


def _ramp(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _log_ramp(value: float, low: float, high: float) -> float:
    return _ramp(math.log(max(value, 1e-6)), math.log(low), math.log(high))
