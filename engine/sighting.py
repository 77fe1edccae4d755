"""Quads -> sightings: what the title of each card says; and titles that no quad holds.

Each quad is a card of its own, the right way up as far as the detector can tell. Its title is read at its
usual place, then sought around it. Text outside all cards found is then looked for in the whole photo: a
card half under another shows its title, if nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine import geometry
from engine.catalogue import TOKEN_LAYOUTS
from engine.clutter import CLUTTER_SIDE_PX, is_cluttered
from engine.constants import FACE_HEIGHT, LIKELY_MAGIC
from engine.image import Photo
from engine.ocr import Line, LineFinder
from engine.places import HEAD, Place, body_of, half_of, lies_on_its_side, place_of
from engine.reader import (
    FOOT_BAND,
    NOTHING_READ,
    SIDE_BAND,
    STRONG,
    TitleReading,
    TitleWitness,
    card_around,
)
from engine.stopwatch import Stopwatch
from engine.types import is_token_line
from engine.values import Corners, Quad, Rgb

TitleReader = Callable[[Rgb, Corners], TitleReading]
"""Reads the title of the card at some corners of a picture."""

MIN_TITLE_EVIDENCE = 3.3
"""Nats from which a title makes a quad a card."""
MIN_LOOSE_EVIDENCE = 8.5
"""The same for a line of text that no quad holds: there is more stray text than there are stray quads."""
OVERLAPPING = 0.1
"""Share of a card that another covers from which they overlap."""
AS_A_TITLE = 0.042
"""Height over the card's from which a line is as large as a title; rules text is smaller."""
FILLING = 0.45
"""Share of the photo from which a card is taken to be alone in it."""
GLANCE_SIDE_PX = 736
"""Size at which text is noticed, though not read; at 480 the titles of a fan are overlooked."""
TEXT_SIDE_PX = 1280
"""Size at which the lines of a whole photo are found."""
MAX_LINES = 120
LINE_HEIGHT_PX = 32
"""Height that lines are read at where the photo has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
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
        finder: finds lines in the whole photo.
        titles: reads them.
        layouts: the layout by card id, of cards whose titles may stand elsewhere than at the head.
    """

    def __init__(self, finder: LineFinder, titles: TitleWitness, layouts: Mapping[int, str]) -> None:
        self._finder, self._titles, self._layouts = finder, titles, layouts

    def glance(self, photo: Photo, sighting: Sighting, clock: Stopwatch) -> Sighting:
        """Return the sighting with its title, read where most frames have it: the quickest way."""
        return self._read(photo, sighting, (self._titles.strip,), clock)

    def study(self, photo: Photo, sighting: Sighting, clock: Stopwatch) -> Sighting:
        """Return the sighting with its title, sought wherever a card may have one, and in faint print."""
        if sighting.reading.evidence >= STRONG:
            return sighting
        ways = [self._titles.band, self._titles.strips]
        if sighting.reading.line is None and sighting.quad.magic >= LIKELY_MAGIC:
            ways.insert(1, self._aside)
        return self._read(photo, sighting, ways, clock)

    def by_type_line(self, sighting: Sighting, type_line: str) -> Sighting:
        """Return the sighting, for a token rather than a card of the same name if the type line says so."""
        if not is_token_line(type_line):
            return sighting
        token = self._titles.renamed(sighting.reading, lambda card_id: self._layouts.get(card_id) in TOKEN_LAYOUTS)
        return replace(sighting, reading=token)

    def elsewhere(self, photo: Photo, sightings: Sequence[Sighting], clock: Stopwatch) -> list[Sighting]:
        """Return a guessed card for each title beyond doubt that is no card's found: beside them, or half under one."""
        alone = bool(sightings) and not _overlap(sightings)
        if alone and (_fills(photo, sightings) or not self._text_left(photo, sightings, clock)):
            return []
        return self._read_lines(photo, sightings, clock)

    def _read(self, photo: Photo, sighting: Sighting, ways: Sequence[TitleReader], clock: Stopwatch) -> Sighting:
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

    def _told(self, sighting: Sighting, reading: TitleReading) -> Sighting:
        """Return the sighting with its title, turned as that asks."""
        place = self._placed(reading, sighting.quad.corners)
        if place is None or reading.line is None:
            return sighting
        turn = (reading.turn - place.turn) % 4
        quad = replace(sighting.quad.turned(turn), upright_known=True)
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
            reading = replace(self._titles.band(pixels, half, (0,), SIDE_BAND), turn=turn)
            if self._placed(reading, corners) is not None:
                return reading
        return self._titles.band(pixels, corners, (0, 2), FOOT_BAND)

    def _text_left(self, photo: Photo, sightings: Sequence[Sighting], clock: Stopwatch) -> bool:
        """Return whether text shows outside the cards found; a bare table is told without looking for it."""
        with clock.time("decode"):
            view = photo.view(CLUTTER_SIDE_PX)
        with clock.time("detect"):
            bare = not is_cluttered(view.pixels, [s.quad.corners * np.float32(view.scale) for s in sightings])
        if bare:
            return False
        with clock.time("decode"):
            view = photo.view(GLANCE_SIDE_PX)
        with clock.time("read"):
            lines = self._finder(view.pixels)
        return any(_outside(line.corners / view.scale, sightings) for line in lines)

    def _read_lines(self, photo: Photo, sightings: Sequence[Sighting], clock: Stopwatch) -> list[Sighting]:
        with clock.time("decode"):
            view = photo.view(TEXT_SIDE_PX)
        with clock.time("read"):
            found = [Line((x.corners / view.scale).astype(np.float32), x.score) for x in self._finder(view.pixels)]
        lines = [line for line in found if _is_free(line, sightings)]
        lines = sorted(lines, key=lambda line: -line.score)[:MAX_LINES]
        if not lines:
            return []
        smallest = min(min(line.height, line.width) for line in lines)
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, LINE_HEIGHT_PX / max(smallest, 1.0)))
        scaled = [Line(line.corners * np.float32(view.scale), line.score) for line in lines]
        with clock.time("read"):
            readings = self._titles.lines(view.pixels, scaled)
        found_here = [replace(r, line=(r.line / view.scale).astype(np.float32)) for r in readings if r.line is not None]
        return _loose(found_here)


def _fills(photo: Photo, sightings: Sequence[Sighting]) -> bool:
    """Return whether one card alone takes so much of the photo that hardly another can be in it."""
    return len(sightings) == 1 and sightings[0].quad.area >= FILLING * photo.width * photo.height


def _overlap(sightings: Sequence[Sighting]) -> bool:
    """Return whether any card lies over another: then there may be more between them."""
    quads = [sighting.quad.corners for sighting in sightings]
    return any(geometry.coverage(a, b) > OVERLAPPING for n, a in enumerate(quads) for b in quads[n + 1 :])


def _is_free(line: Line, sightings: Sequence[Sighting]) -> bool:
    """Return whether a line may be the title of a card not found: outside all cards, or as large as their titles."""
    around = [s for s in sightings if not _outside(line.corners, [s])]
    large = all(min(line.height, line.width) >= AS_A_TITLE * s.quad.height for s in around)
    return large and _apart(line.corners, sightings)


def _loose(readings: Sequence[TitleReading]) -> list[Sighting]:
    """Return a guessed card for each title among the readings that is beyond doubt, strongest first, one a place."""
    sightings: list[Sighting] = []
    for reading in sorted(readings, key=lambda r: -r.evidence):
        if reading.line is None or reading.evidence < MIN_LOOSE_EVIDENCE or not _apart(reading.line, sightings):
            continue
        guess = Quad(card_around(reading.line), 0.3, upright_known=True)
        sightings.append(Sighting(guess, reading, loose=True))
    return sightings


def is_another_title(sighting: Sighting, others: Sequence[Sighting]) -> bool:
    """Return whether the sighting's title, if it has one, is that of none of the others."""
    return sighting.reading.line is None or _apart(sighting.reading.line, others)


def _apart(line: Corners, sightings: Sequence[Sighting]) -> bool:
    """Return whether ``line`` is none of the titles already taken (in a fan they stand close above each other)."""
    height = Line(line, 1.0).height
    taken = (s.reading.line.mean(0) for s in sightings if s.reading.line is not None)
    return all(float(np.linalg.norm(line.mean(0) - middle)) > 0.6 * height for middle in taken)


def _outside(line: Corners, sightings: Sequence[Sighting]) -> bool:
    middle = line.mean(0, keepdims=True).astype(np.float32)
    box = middle + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    return all(geometry.coverage(box, geometry.grown(s.quad.corners, 0.04)) < 0.5 for s in sightings)
