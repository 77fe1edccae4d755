"""Why a card has no name, in terms of what the player can do about it. Pure."""

from __future__ import annotations

from engine.core.constants import LIKELY_MAGIC
from engine.core.values import Reason
from engine.ranking.features import BLURRED, LEGIBLE_PX, Evidence

CLEARLY_READ = 0.85
"""Mean character probability from which a line is taken to say what was read."""
SOFT = 3 * BLURRED
"""Variance of the Laplacian below which few titles are legible."""


def unknown_reason(evidence: Evidence) -> Reason:
    """Return the likeliest reason why a card could not be named."""
    if evidence.magic < LIKELY_MAGIC:
        return Reason.NOT_MAGIC
    if evidence.height_px < LEGIBLE_PX:
        return Reason.TOO_SMALL
    if evidence.sharpness is not None and evidence.sharpness < SOFT:
        return Reason.TOO_BLURRED
    read = evidence.title.text and evidence.title.text_score >= CLEARLY_READ
    return Reason.NOT_KNOWN if read and not evidence.title.matches else Reason.UNREADABLE
