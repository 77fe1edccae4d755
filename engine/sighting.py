"""Quads -> sightings: what the title of each card says; and titles that no quad holds.

Each quad is a card of its own, the right way up as far as the detector can tell. Its title is read at its
usual place, then sought around it. Text outside all cards found is then looked for in the whole photo: a
card half under another shows its title, if nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from engine import geometry
from engine.constants import FACE_HEIGHT
from engine.image import Photo
from engine.ocr import Line, LineFinder
from engine.reader import (
    NOTHING_READ,
    STRONG,
    TitleReading,
    TitleWitness,
    card_around,
    stands_as_title,
)
from engine.stopwatch import Stopwatch
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
CLUTTER_SIDE_PX, CLUTTER_CELL_PX = 720, 16
"""Size of the picture, and of its cells, in which clutter is looked for."""
CLUTTER_CANNY = (60, 140)
CLUTTER_SHARE, CLUTTERED_CELLS = 0.10, 3
"""Text fills a cell with edges to a tenth and more; a title takes three cells even on a small card."""
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
    """

    quad: Quad
    reading: TitleReading = NOTHING_READ
    loose: bool = False


class TitleSearch:
    """Reads the titles of the cards in a photo."""

    def __init__(self, finder: LineFinder, titles: TitleWitness) -> None:
        self._finder, self._titles = finder, titles

    def glance(self, photo: Photo, sighting: Sighting, clock: Stopwatch) -> Sighting:
        """Return the sighting with its title, read where most frames have it: the quickest way."""
        return self._read(photo, sighting, (self._titles.strip,), clock)

    def study(self, photo: Photo, sighting: Sighting, clock: Stopwatch) -> Sighting:
        """Return the sighting with its title, sought all over the card's head and foot, and in faint print."""
        return self._read(photo, sighting, (self._titles.band, self._titles.strips), clock)

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
            if reading.evidence > best.evidence and _stands(reading, corners):
                best = reading
            if best.evidence >= STRONG:
                break
        if best.line is None or best.evidence < max(MIN_TITLE_EVIDENCE, sighting.reading.evidence):
            return sighting
        upright = replace(quad.turned(best.turn), upright_known=True)
        return replace(sighting, quad=upright, reading=replace(best, line=(best.line / view.scale).astype(np.float32)))

    def _text_left(self, photo: Photo, sightings: Sequence[Sighting], clock: Stopwatch) -> bool:
        """Return whether text shows outside the cards found; a bare table is told without looking for it."""
        with clock.time("decode"):
            view = photo.view(CLUTTER_SIDE_PX)
        with clock.time("detect"):
            bare = not _is_cluttered(view.pixels, [s.quad.corners * np.float32(view.scale) for s in sightings])
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


def _is_cluttered(pixels: Rgb, cards: Sequence[Corners]) -> bool:
    """Return whether there is anything as finely marked as text outside ``cards``."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    edges = cv2.Canny(grey, *CLUTTER_CANNY)
    for corners in cards:
        cv2.fillConvexPoly(edges, geometry.grown(corners, 0.04).astype(np.int32), 0)
    # The mean over a cell is the share of its pixels that are edges, times 255.
    cells = cv2.resize(edges, None, fx=1 / CLUTTER_CELL_PX, fy=1 / CLUTTER_CELL_PX, interpolation=cv2.INTER_AREA)
    return int((cells > 255 * CLUTTER_SHARE).sum()) >= CLUTTERED_CELLS


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


def _stands(reading: TitleReading, corners: Corners) -> bool:
    """Return whether a reading of the card between ``corners`` stands where titles do, the card turned as it says."""
    return reading.line is not None and stands_as_title(reading.line, np.roll(corners, -reading.turn, axis=0))


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
