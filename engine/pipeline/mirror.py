"""Mirrored photos, such as webcams take: detected with one extra read, then read the right way round.

Mirrored text means nothing to a reader, and a mirrored picture little to the network. So if a photo has cards but no
card is identified, the title of the largest is read once as a mirror would show it. Only if that gives a certain title
is the whole photo recognised again, flipped left to right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.core import geometry
from engine.core.constants import FACE_HEIGHT, READABLE_PX
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Identification, Quad, Status, Witness
from engine.image.photo import Photo
from engine.pipeline.reading_order import reading_order
from engine.pipeline.recogniser import Recogniser
from engine.reading.title_reader import STRONG, TitleReader, stands_as_title

AS_MIRRORED = [1, 0, 3, 2]
"""Order of a quad's corners that shows its card as in a mirror."""


class MirrorAwareRecogniser:
    """Names the cards of a photo, mirrored or not."""

    def __init__(self, recogniser: Recogniser, titles: TitleReader) -> None:
        self._recogniser, self._titles = recogniser, titles

    def identify(self, photo: Photo, *, top_k: int, max_cards: int, witness: Witness) -> Identification:
        """Return the cards in ``photo``; raises :class:`engine.PhotoError` if it can't be decoded."""
        found = self._recogniser.identify(photo, top_k=top_k, max_cards=max_cards, witness=witness)
        outlined = [
            np.array(card.corners, np.float32)
            for card in found.cards
            if card.evidence.outline and (card.evidence.height_px or 0.0) >= READABLE_PX
        ]
        is_named = any(card.status is Status.IDENTIFIED for card in found.cards)
        if witness is Witness.PICTURE or is_named or not outlined:
            return found
        clock = Stopwatch()
        corners: Corners = max(outlined, key=geometry.area)[AS_MIRRORED]
        with clock.time("decode"):
            view = photo.showing(Quad(corners, 0.0).height, FACE_HEIGHT)
        corners = corners * np.float32(view.scale)
        with clock.time("read"):
            reading = self._titles.read_band(view.pixels, corners)
        found = replace(found, timings_ms=_sum(found.timings_ms, clock.timings_ms()))
        upright = np.roll(corners, -reading.turn, axis=0)
        if reading.line is None or reading.evidence < STRONG or not stands_as_title(reading.line, upright):
            return found
        again = self._recogniser.identify(photo.mirror(), top_k=top_k, max_cards=max_cards, witness=witness)
        return mirror_back(replace(again, timings_ms=_sum(found.timings_ms, again.timings_ms)))


def mirror_back(found: Identification) -> Identification:
    """Return what was found in the flipped photo in the photo's own pixels and reading order."""
    cards = [
        replace(
            card,
            corners=tuple((found.width - x, y) for x, y in card.corners),
            evidence=replace(card.evidence, mirrored=True),
        )
        for card in found.cards
    ]
    order = reading_order([np.array(card.corners, np.float32) for card in cards])
    return replace(found, cards=tuple(cards[at] for at in order))


def _sum(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Return milliseconds by stage, added up."""
    return {stage: ms + other.get(stage, 0.0) for stage, ms in one.items()}
