"""Why a card has no name: what the player could do about it. Pure."""

from __future__ import annotations

from enum import StrEnum

from engine.core.constants import LIKELY_MAGIC
from engine.ranking.features import BLURRED, LEGIBLE_PX, Evidence

CLEARLY_READ = 0.85
"""Mean probability of its characters from which a line was read as it stands."""
SOFT = 3 * BLURRED
"""Variance of the Laplacian below which a title can hardly be read."""


class Reason(StrEnum):
    """What stood in the way of a name."""

    NOT_MAGIC = "not a Magic card"
    """Another game's card, or a card's back."""
    TOO_SMALL = "too small"
    TOO_BLURRED = "too blurred"
    NOT_KNOWN = "title not known"
    """Its title was read well, but no card is called so."""
    UNREADABLE = "title unreadable"


def reason(evidence: Evidence) -> Reason:
    """Return what most likely stood in the way of naming a card."""
    if evidence.magic < LIKELY_MAGIC:
        return Reason.NOT_MAGIC
    if evidence.height_px < LEGIBLE_PX:
        return Reason.TOO_SMALL
    if evidence.sharpness is not None and evidence.sharpness < SOFT:
        return Reason.TOO_BLURRED
    read = evidence.title.text and evidence.title.text_score >= CLEARLY_READ
    return Reason.NOT_KNOWN if read and not evidence.title.matches else Reason.UNREADABLE
