"""Witnesses -> features: what speaks for each name that a card may have, as numbers of which more is better. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.reading.title_matcher import CERTAIN
from engine.reading.title_reader import NOTHING_READ, TitleReading
from engine.retrieval.picture_match import NO_MATCHES, PictureMatches

ALIKE, VERY_ALIKE, EQUAL = 0.41, 0.575, 0.82
"""Similarities between which a look-alike's evidence grows, first slowly, then faster: strangers reach the first
by chance, the same card in a poor photo lies about the second, in a good one beyond the third."""
MOST_MARGIN = 0.3
"""Lead in similarity over the next name beyond which more says nothing more."""
LEGIBLE_PX, LARGE_PX = 90.0, 700.0
"""Heights of a card between which its size matters."""
BLURRED, SHARP = 15.0, 1500.0
"""Variances of the Laplacian between which sharpness matters."""
STRANGERS = 0.51
"""Similarity up to which a rival is but the nearest of many strangers."""
CLEAR_NATS = 6.0
"""Title evidence from which chance agreement is over."""
LOOSE_NATS = 6.0
"""What a title loses that no card's outline holds: ``Vigilance`` is a card, and a word of many cards' text."""
LEAST_SPELT = 0.75
"""Similarity of a title from which its spelling begins to count."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one card in a photo.

    Attributes:
        loose: whether the title was found without a card's outline around it.
        type_line: the line that names its card type, "" where none was read.
        in_company: whether another card of the photo is surely a Magic card.
        sought: whether its title was sought with all means.
        magic: 0..1, how likely the detector takes it for a Magic card's face.
        found: 0..1, the detector's score.
        height_px: of the card in the photo.
        sharpness: of its face, variance of the Laplacian; None where no face was looked at.
    """

    title: TitleReading = NOTHING_READ
    picture: PictureMatches = NO_MATCHES
    loose: bool = False
    type_line: str = ""
    in_company: bool = False
    sought: bool = False
    magic: float = 1.0
    found: float = 1.0
    height_px: float = LARGE_PX
    sharpness: float | None = None


FEATURES = (
    "alike", "very_alike", "margin", "title", "clear_title", "spelt", "title_gap", "both", "vouched", "company",
    "not_unread", "magic", "found", "size", "sharp",
)  # fmt: skip
"""Names of the features; each lies in -1..1 and speaks the more for a name the higher it is."""


def candidates(evidence: Evidence) -> list[int]:
    """Return the ids of all cards that any witness names, each once."""
    seen = (look_alike.card_id for look_alike in evidence.picture.matches)
    read = (match.title.card_id for match in evidence.title.matches)
    return list(dict.fromkeys([*seen, *read]))


def features(evidence: Evidence, card_id: int) -> dict[str, float]:
    """Return what speaks for a name: each of :data:`FEATURES`, -1..1."""
    title, picture = _title(evidence, card_id), _picture(evidence, card_id)
    return {
        **title,
        **picture,
        "both": min(title["spelt"], picture["alike"]),
        "vouched": title["spelt"] if evidence.type_line else 0.0,
        "company": title["spelt"] if evidence.in_company else 0.0,
        **_sight(evidence),
    }


def similarity(evidence: Evidence, card_id: int) -> float:
    """Return the cosine of the card's nearest known face with the one seen, 0 where it isn't among the nearest."""
    return max((one.similarity for one in evidence.picture.matches if one.card_id == card_id), default=0.0)


def title_similarity(evidence: Evidence, card_id: int) -> float:
    """Return how near the title read is to the card's own, 0..1; 0 where it isn't near at all."""
    return max((m.similarity for m in evidence.title.matches if m.title.card_id == card_id), default=0.0)


def _title(evidence: Evidence, card_id: int) -> dict[str, float]:
    mine = max(_nats(evidence, card_id, mine=True), default=0.0)
    others = max(_nats(evidence, card_id, mine=False), default=0.0)
    return {
        "title": _ramp(mine, 0.0, CLEAR_NATS),
        "clear_title": _ramp(mine, CLEAR_NATS, CERTAIN),
        "spelt": _ramp(title_similarity(evidence, card_id), LEAST_SPELT, 1.0) * evidence.title.text_score,
        # 160 pairs of titles differ by one letter: then how near the next one is says more than how near this one.
        "title_gap": (mine - others) / CERTAIN,
    }


def _nats(evidence: Evidence, card_id: int, *, mine: bool) -> Iterator[float]:
    """Yield the title's evidence for this card, or for all others; never below 0."""
    lost = LOOSE_NATS if evidence.loose else 0.0
    for match in evidence.title.matches:
        if (match.title.card_id == card_id) == mine:
            yield min(max(evidence.title.evidence_for(match) - lost, 0.0), CERTAIN)


def _picture(evidence: Evidence, card_id: int) -> dict[str, float]:
    alike = similarity(evidence, card_id)
    others = max((one.similarity for one in evidence.picture.matches if one.card_id != card_id), default=0.0)
    lead = max(alike, STRANGERS) - max(others, STRANGERS)
    return {
        "alike": _ramp(alike, ALIKE, VERY_ALIKE),
        "very_alike": _ramp(alike, VERY_ALIKE, EQUAL),
        "margin": min(max(lead / MOST_MARGIN, -1.0), 1.0),
    }


def _sight(evidence: Evidence) -> dict[str, float]:
    unread = evidence.sought and not evidence.title.matches
    sharp = 1.0 if evidence.sharpness is None else _log_ramp(evidence.sharpness, BLURRED, SHARP)
    return {
        "not_unread": 0.0 if unread else 1.0,
        "magic": evidence.magic,
        "found": evidence.found,
        "size": _log_ramp(evidence.height_px, LEGIBLE_PX, LARGE_PX),
        "sharp": sharp,
    }


def _ramp(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _log_ramp(value: float, low: float, high: float) -> float:
    return _ramp(math.log(max(value, 1e-6)), math.log(low), math.log(high))
