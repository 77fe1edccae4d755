"""Quads -> sightings: what the title of each card says.

Each quad is a card of its own, the right way up as far as the detector can tell. Its title is read at its
usual place, then sought around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.catalogue.schema import TOKEN_LAYOUTS
from engine.core.constants import FACE_HEIGHT, LIKELY_MAGIC
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Quad, Rgb
from engine.image.photo import Photo
from engine.reading.title_positions import HEAD, Place, body_of, half_of, lies_on_its_side, place_of
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
"""Reads the title of the card at some corners of a picture."""

MIN_TITLE_EVIDENCE = 3.3
"""Nats from which a title makes a quad a card."""


@dataclass(frozen=True, slots=True, eq=False)
class TitledQuad:
    """A card seen in a photo.

    Attributes:
        quad: where, photo pixels; upright as far as the title told.
        reading: what its title says.
        loose: whether the quad is only guessed around a title.
        body: where the type line stands as on most cards, photo pixels; None where that is the quad itself.
    """

    quad: Quad
    reading: TitleReading = NOTHING_READ
    loose: bool = False
    body: Corners | None = None

    @property
    def type_frame(self) -> Corners:
        """The corners between which the type line stands where most cards have it, photo pixels."""
        return self.quad.corners if self.body is None else self.body


class TitleSearch:
    """Reads the titles of the cards in a photo.

    Args:
        titles: reads them.
        layouts: the layout by card id, of cards whose titles may stand elsewhere than at the head.
    """

    def __init__(self, titles: TitleReader, layouts: Mapping[int, str]) -> None:
        self._titles, self._layouts = titles, layouts

    def read_title_strip(self, photo: Photo, sighting: TitledQuad, clock: Stopwatch) -> TitledQuad:
        """Return the sighting with its title, read where most frames have it: the quickest way."""
        return self._read(photo, sighting, (self._titles.read_strip,), clock)

    def search_everywhere(self, photo: Photo, sighting: TitledQuad, clock: Stopwatch) -> TitledQuad:
        """Return the sighting with its title, sought wherever a card may have one, and in faint print."""
        if sighting.reading.evidence >= STRONG:
            return sighting
        ways = [self._titles.read_band, self._titles.read_faint_strips]
        if sighting.reading.line is None and sighting.quad.magic >= LIKELY_MAGIC:
            ways.insert(1, self._aside)
        return self._read(photo, sighting, ways, clock)

    def resolve_token(self, sighting: TitledQuad, type_line: str) -> TitledQuad:
        """Return the sighting, for a token rather than a card of the same name if the type line says so."""
        if not is_token_line(type_line):
            return sighting
        token = self._titles.prefer_namesake(
            sighting.reading, lambda card_id: self._layouts.get(card_id) in TOKEN_LAYOUTS
        )
        return replace(sighting, reading=token)

    def _read(self, photo: Photo, sighting: TitledQuad, ways: Sequence[ReadTitle], clock: Stopwatch) -> TitledQuad:
        """Return the sighting, turned upright, with the best title that stands where it should."""
        quad = sighting.quad
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, FACE_HEIGHT / max(quad.height, 1.0)))
        corners, best = quad.corners * np.float32(view.scale), NOTHING_READ
        for read in ways:
            with clock.time("read"):
                reading = read(view.pixels, corners)
            place = self._placed(reading, corners)
            if place is not None and reading.evidence > best.evidence:
                best = reading
            # A line where only its own layout has a title is hardly there by chance.
            if best.evidence >= STRONG or place not in {None, HEAD}:
                break
        if best.line is None or best.evidence < max(MIN_TITLE_EVIDENCE, sighting.reading.evidence):
            return sighting
        return self._told(sighting, replace(best, line=(best.line / view.scale).astype(np.float32)))

    def _told(self, sighting: TitledQuad, reading: TitleReading) -> TitledQuad:
        """Return the sighting with its title, turned as that asks."""
        place = self._placed(reading, sighting.quad.corners)
        if place is None or reading.line is None:
            return sighting
        turn = (reading.turn - place.turn) % 4
        quad = replace(sighting.quad.rotate(turn), upright_known=True)
        layout = self._layouts.get(reading.matches[0].title.card_id, "")
        body = body_of(quad.corners, place, layout)
        return replace(sighting, quad=quad, reading=replace(reading, turn=turn), body=body)

    def _placed(self, reading: TitleReading, corners: Corners) -> Place | None:
        """Return where a reading of the card between ``corners`` stands, if titles of the card it names stand there."""
        if reading.line is None or not reading.matches:
            return None
        title = reading.matches[0].title
        layout, frame = self._layouts.get(title.card_id, ""), np.roll(corners, -reading.turn, axis=0)
        beyond_doubt, as_found = reading.evidence >= STRONG, reading.turn % 2 == 0
        return place_of(reading.line, frame, layout, title.face, beyond_doubt=beyond_doubt, as_found=as_found)

    def _aside(self, pixels: Rgb, corners: Corners) -> TitleReading:
        """Read along both long edges of the card between ``corners``, then at its foot: where few have their title."""
        for turn in (0, 2) if lies_on_its_side(corners) else (3, 1):
            half = half_of(np.roll(corners, -turn, axis=0))
            reading = replace(self._titles.read_band(pixels, half, (0,), SIDE_BAND), turn=turn)
            if self._placed(reading, corners) is not None:
                return reading
        return self._titles.read_band(pixels, corners, (0, 2), FOOT_BAND)
