"""Image -> sightings: which quads are cards, told by their titles; and titles that no quad holds.

The finder's quads nest: sleeve, card, inner frame, art box, a whole binder page. They are tried
from the largest inwards; the first whose title stands where a card's title stands is the card,
and what lies inside it is done with. Text outside all cards found so far is then looked for in
the whole photo: a card half under another shows its title, if nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

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
    cards_around_art,
    stands_as_title,
)
from engine.stopwatch import Stopwatch
from engine.values import Corners, Quad, Rgb

BandReader = Callable[[Rgb, Corners], TitleReading]
"""Reads the title of the card at some corners of a picture."""

MIN_TITLE_EVIDENCE = 3.3
"""Nats from which a title makes a quad a card."""
MIN_LOOSE_EVIDENCE = 8.5
"""The same for a line of text that no quad holds: there is more stray text than there are stray quads."""
GOOD_SHAPE = 0.6
"""Score from which a quad's outline is trusted to be a card's own."""
PERFECT_SHAPE = 0.85
"""Score of a head-on card; the outline of a fan of cards has less."""
QUICK_TRIES = 6
"""Quads of perfect shape whose title strip is read before any line is looked for."""
POOR_SHAPE = 0.55
"""Below this, as the whole picture's outline is, a quad is tried only when the better ones are done with."""
MAX_BANDS = 60
"""Quads of one photo whose title is looked for."""
INSIDE = 0.7
"""Share of a quad inside another from which it is a part of it."""
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
    """Finds cards by their titles."""

    def __init__(self, finder: LineFinder, titles: TitleWitness) -> None:
        self._finder, self._titles = finder, titles

    def __call__(self, photo: Photo, quads: Sequence[Quad], clock: Stopwatch) -> list[Sighting]:
        """Return the cards whose title can be read, none inside another."""
        sightings: list[Sighting] = []
        well_shaped = [quad for quad in quads if quad.score >= GOOD_SHAPE]
        perfect = [quad for quad in quads if quad.score >= PERFECT_SHAPE]
        self._try(photo, perfect[:QUICK_TRIES], self._titles.strip, sightings, clock, STRONG)
        self._try(photo, quads, self._titles.band, sightings, clock)
        if sightings and (_fills(photo, sightings) or not self._text_left(photo, sightings, clock)):
            return sightings
        self._try(photo, well_shaped, self._titles.strips, sightings, clock)
        around = [Quad(corners, quad.score / 2) for quad in quads for corners in cards_around_art(quad.corners)]
        self._try(photo, around, partial(self._titles.band, turns=(0,)), sightings, clock)
        sightings += self._read_lines(photo, quads, sightings, clock)
        return sightings

    def _try(
        self,
        photo: Photo,
        quads: Sequence[Quad],
        read: BandReader,
        sightings: list[Sighting],
        clock: Stopwatch,
        least: float = MIN_TITLE_EVIDENCE,
    ) -> None:
        """Append the quads, from the largest inwards, in which ``read`` finds a title of ``least`` nats."""
        for quad in sorted(quads, key=lambda q: (q.score < POOR_SHAPE, -q.area))[:MAX_BANDS]:
            if is_free(quad, sightings):
                sighting = _read_quad(photo, quad, read, clock, least)
                if sighting is not None:
                    sightings.append(sighting)

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

    def _read_lines(
        self, photo: Photo, quads: Sequence[Quad], sightings: Sequence[Sighting], clock: Stopwatch
    ) -> list[Sighting]:
        with clock.time("decode"):
            view = photo.view(TEXT_SIDE_PX)
        with clock.time("read"):
            found = [Line((x.corners / view.scale).astype(np.float32), x.score) for x in self._finder(view.pixels)]
        lines = [line for line in found if _outside(line.corners, sightings)]
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
        return _sightings_of(found_here, quads, sightings)


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


def _read_quad(photo: Photo, quad: Quad, read: BandReader, clock: Stopwatch, least: float) -> Sighting | None:
    """Return the quad as a card, turned upright, if a title stands where it should; else None."""
    with clock.time("decode"):
        view = photo.at_scale(min(1.0, FACE_HEIGHT / max(quad.height, 1.0)))
    with clock.time("read"):
        reading = read(view.pixels, quad.corners * np.float32(view.scale))
    if reading.evidence < least or reading.line is None:
        return None
    upright = replace(quad.turned(reading.turn), upright_known=True)
    line = (reading.line / view.scale).astype(np.float32)
    return Sighting(upright, replace(reading, line=line)) if stands_as_title(line, upright.corners) else None


def _sightings_of(readings: Sequence[TitleReading], quads: Sequence[Quad], known: Sequence[Sighting]) -> list[Sighting]:
    """Return a card for each title among the readings, strongest first, at most one a place."""
    sightings: list[Sighting] = []
    for reading in sorted(readings, key=lambda r: -r.evidence):
        if reading.line is None or reading.evidence < MIN_TITLE_EVIDENCE or not _apart(reading.line, sightings):
            continue
        free = [quad for quad in quads if is_free(quad, [*known, *sightings])]
        held = _held(reading, reading.line, free)
        if held is not None:
            sightings.append(held)
        elif reading.evidence >= MIN_LOOSE_EVIDENCE:
            guess = Quad(card_around(reading.line), 0.3, upright_known=True)
            sightings.append(Sighting(guess, reading, loose=True))
    return sightings


def _held(reading: TitleReading, line: Corners, quads: Sequence[Quad]) -> Sighting | None:
    """Return the best quad that holds ``line`` as its title, turned upright; None if none does."""
    for quad in quads:
        for turn in range(4):
            turned = quad.turned(turn)
            if stands_as_title(line, turned.corners):
                return Sighting(replace(turned, upright_known=True), reading)
    return None


def is_free(quad: Quad, sightings: Sequence[Sighting]) -> bool:
    """Return whether ``quad`` is neither a part of a card found nor holds one."""
    return not any(
        geometry.coverage(quad.corners, s.quad.corners) > INSIDE
        or geometry.coverage(s.quad.corners, quad.corners) > INSIDE
        for s in sightings
    )


def _apart(line: Corners, sightings: Sequence[Sighting]) -> bool:
    """Return whether ``line`` is none of the titles already taken (in a fan they stand close above each other)."""
    height = Line(line, 1.0).height
    taken = (s.reading.line.mean(0) for s in sightings if s.reading.line is not None)
    return all(float(np.linalg.norm(line.mean(0) - middle)) > 0.6 * height for middle in taken)


def _outside(line: Corners, sightings: Sequence[Sighting]) -> bool:
    middle = line.mean(0, keepdims=True).astype(np.float32)
    box = middle + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    return all(geometry.coverage(box, geometry.grown(s.quad.corners, 0.04)) < 0.5 for s in sightings)
