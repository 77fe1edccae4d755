"""Find and read the title of each detected card.

Quads are upright as far as the detector can tell. The title is read at its usual place first, then searched around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.catalogue.schema import TOKEN_LAYOUTS
from engine.core.constants import FACE_HEIGHT, LIKELY_MAGIC
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Plate, Quad, Rgb
from engine.image.photo import Photo, View
from engine.reading.mana_cost import NOTHING_READ as NO_COST
from engine.reading.mana_cost import CostReading
from engine.reading.title_positions import HEAD, TitlePosition, body_frame, find_position, half_of, is_sideways
from engine.reading.title_reader import (
    FOOT_BAND,
    NOTHING_READ,
    SIDE_BAND,
    STRONG,
    TitleReader,
    TitleReading,
)
from engine.reading.type_line import is_token_line

ReadTitle = Callable[[Rgb, Corners], TitleReading]
"""Reads the title of the card between some corners of a picture."""

MIN_TITLE_EVIDENCE = 3.3
"""Evidence in nats from which a title is believed."""


@dataclass(frozen=True, slots=True, eq=False)
class TitledQuad:
    """A card's quad in a photo, with its title if that was read.

    Attributes:
        quad: photo pixels; upright as far as the title shows.
        reading: the title.
        loose: whether the quad is only estimated around a title.
        plate: the name plate, if it was found as one.
        cost: the mana cost read on that plate.
        visible: corners of the part of a card without outline that no other card covers, photo pixels.
        body: frame in which the type line has its most common position, photo pixels; None if that is the quad.
    """

    quad: Quad
    reading: TitleReading = NOTHING_READ
    loose: bool = False
    body: Corners | None = None
    plate: Plate | None = None
    cost: CostReading = NO_COST
    visible: Corners | None = None

    @property
    def type_frame(self) -> Corners:
        """The corners between which the type line has its most common position, photo pixels."""
        return self.quad.corners if self.body is None else self.body


class TitleSearch:
    """Reads the titles of detected cards; ``layouts`` by card id tell whose title may be elsewhere than at the head."""

    def __init__(self, titles: TitleReader, layouts: Mapping[int, str]) -> None:
        self._titles, self._layouts = titles, layouts

    def layout_of(self, card_id: int) -> str:
        """Return a card's layout as in :mod:`engine.reading.title_positions`, "" if it is an ordinary one."""
        return self._layouts.get(card_id, "")

    def read_title_strips(self, photo: Photo, cards: Sequence[TitledQuad], clock: Stopwatch) -> list[TitledQuad]:
        """Return the cards with their titles read where most frames have them, all together: the fastest way."""
        views = [self._view(photo, card, clock) for card in cards]
        with clock.time("read"):
            outlines = [card.quad.corners * np.float32(view.scale) for card, view in zip(cards, views, strict=True)]
            readings = self._titles.read_strips([view.pixels for view in views], outlines)
        return [
            self._with_title(card, reading, view.scale)
            for card, reading, view in zip(cards, readings, views, strict=True)
        ]

    def search_everywhere(self, photo: Photo, card: TitledQuad, clock: Stopwatch) -> TitledQuad:
        """Return the card with its title, searched wherever any layout has one, and in faint print."""
        if card.reading.evidence >= STRONG:
            return card
        ways = [self._titles.read_band, self._titles.read_faint_strips]
        if card.reading.line is None and card.quad.magic >= LIKELY_MAGIC:
            ways.insert(1, self._read_edges_and_foot)
        return self._read(photo, card, ways, clock)

    def resolve_token(self, card: TitledQuad, type_line: str) -> TitledQuad:
        """Return the card, named as the token instead of a card of the same name if its type line says so."""
        if not is_token_line(type_line):
            return card
        reading = self._titles.prefer_namesake(
            card.reading, lambda card_id: self._layouts.get(card_id) in TOKEN_LAYOUTS
        )
        return replace(card, reading=reading)

    def _read(self, photo: Photo, card: TitledQuad, ways: Sequence[ReadTitle], clock: Stopwatch) -> TitledQuad:
        """Return the card, turned upright, with the strongest title at a position where its layout has one."""
        view = self._view(photo, card, clock)
        corners, best = card.quad.corners * np.float32(view.scale), NOTHING_READ
        for read in ways:
            with clock.time("read"):
                reading = read(view.pixels, corners)
            position = self._find_position(reading, corners)
            if position is not None and reading.evidence > best.evidence:
                best = reading
            # A line where only its own layout has a title is unlikely to be there by chance.
            if best.evidence >= STRONG or position not in {None, HEAD}:
                break
        return self._with_title(card, best, view.scale)

    def _with_title(self, card: TitledQuad, reading: TitleReading, scale: float) -> TitledQuad:
        """Return the card, turned upright, with a title read at a scale, if that is stronger than the one it has."""
        if reading.line is None or reading.evidence < max(MIN_TITLE_EVIDENCE, card.reading.evidence):
            return card
        reading = replace(reading, line=(reading.line / scale).astype(np.float32))
        position = self._find_position(reading, card.quad.corners)
        return card if position is None else self._turn_upright(card, reading, position)

    @staticmethod
    def _view(photo: Photo, card: TitledQuad, clock: Stopwatch) -> View:
        """Return the photo at the scale at which a card's title is read."""
        with clock.time("decode"):
            return photo.showing(card.quad.height, FACE_HEIGHT)

    def attach(self, card: TitledQuad, reading: TitleReading) -> TitledQuad | None:
        """Return the card with a title read in the photo, turned upright; None if its layout has no title there."""
        for turn in range(4):
            turned = replace(reading, turn=turn)
            position = self._find_position(turned, card.quad.corners)
            if position is not None:
                return self._turn_upright(card, turned, position)
        return None

    def _turn_upright(self, card: TitledQuad, reading: TitleReading, position: TitlePosition) -> TitledQuad:
        """Return the card with a title at a position, turned so that it starts at the card's own top left."""
        turn = (reading.turn - position.turn) % 4
        quad = card.quad.rotate(turn)
        layout = self._layouts.get(reading.matches[0].title.card_id, "")
        body = body_frame(quad.corners, position, layout)
        return replace(card, quad=quad, reading=replace(reading, turn=turn), body=body)

    def _find_position(self, reading: TitleReading, corners: Corners) -> TitlePosition | None:
        """Return the position of a reading on the card between ``corners``; None where its layout has no title."""
        if reading.line is None or not reading.matches:
            return None
        title = reading.matches[0].title
        layout, frame = self._layouts.get(title.card_id, ""), np.roll(corners, -reading.turn, axis=0)
        certain, as_found = reading.evidence >= STRONG, reading.turn % 2 == 0
        return find_position(reading.line, frame, layout, title.face, certain=certain, as_found=as_found)

    def _read_edges_and_foot(self, pixels: Rgb, corners: Corners) -> TitleReading:
        """Read along both long edges of the card between ``corners``, then at its foot: few cards have titles there."""
        for turn in (0, 2) if is_sideways(corners) else (3, 1):
            half = half_of(np.roll(corners, -turn, axis=0))
            reading = replace(self._titles.read_band(pixels, half, (0,), SIDE_BAND), turn=turn)
            if self._find_position(reading, corners) is not None:
                return reading
        return self._titles.read_band(pixels, corners, (0, 2), FOOT_BAND)
