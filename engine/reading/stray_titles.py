"""Photo -> loose sightings: titles that no quad holds.

A card half under another shows its title, if nothing else. So text outside all cards that have a name is looked for
in the whole photo: at the resolution at which titles of such cards as lie there are large enough to be found, and
only lines that may be such a title are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.core import geometry
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Quad
from engine.image.photo import Photo
from engine.reading.clutter import CLUTTER_SIDE_PX, is_cluttered
from engine.reading.ocr import Line, LineFinder
from engine.reading.title_reader import TitleReader, TitleReading, card_around
from engine.reading.title_search import TitledQuad
from engine.reading.type_line import is_type_line

MIN_STRAY_EVIDENCE = 8.5
"""Nats from which a line that no quad holds makes a card: there is more stray text than there are stray quads."""
OVERLAPPING = 0.1
"""Share of a card that another covers from which they overlap."""
AS_A_TITLE = 0.042
"""Height over the card's from which a line is as large as a title; rules text is smaller."""
TITLE_SIZES = (0.036, 0.12)
"""The same for a card not found, over the middle height of those found: some lie nearer, some further away."""
LONGEST = 14.0
"""Width over height of a line beyond which it is longer than any title."""
SAME_LINE = 2.0
"""Heights of a line up to which what follows it belongs to it."""
FILLING = 0.45
"""Share of the photo from which a card is taken to be alone in it."""
TEXT_SIDE_PX = 1280
"""Longest side of the photo in which lines are found."""
TEXT_CARD_PX = 300.0
"""Height of a card in it that is enough: its title is 15 px high."""
MAX_LINES = 120
LINE_HEIGHT_PX = 32
"""Height that lines are read at where the photo has it."""


class StrayTitles:
    """Finds titles outside the cards found.

    Args:
        finder: finds lines in the whole photo.
        titles: reads them.
    """

    def __init__(self, finder: LineFinder, titles: TitleReader) -> None:
        self._finder, self._titles = finder, titles

    def find(
        self, photo: Photo, cards: Sequence[Quad], done: Sequence[TitledQuad], clock: Stopwatch
    ) -> list[TitledQuad]:
        """Return a guessed card for each title beyond doubt that is no card's found: beside them, or half under one.

        Args:
            photo: where to look.
            cards: all found there.
            done: those of them within which no other title is to be sought.
            clock: gets the time.
        """
        alone = bool(done) and not _overlap(done)
        if alone and (_fills(photo, done) or _is_bare(photo, done, clock)):
            return []
        lines = [line for line in self._lines(photo, cards, clock) if _may_be_title(line, cards)]
        if alone and not any(_outside(line.corners, done) for line in lines):
            return []
        free = sorted((line for line in lines if _is_free(line, done)), key=lambda line: -line.score)
        return self._read(photo, free[:MAX_LINES], clock) if free else []

    def _lines(self, photo: Photo, cards: Sequence[Quad], clock: Stopwatch) -> list[Line]:
        """Return the lines of the whole photo, photo pixels."""
        with clock.time("decode"):
            view = photo.view(_side_px(photo, cards))
        with clock.time("read"):
            return [
                Line((x.corners / view.scale).astype(np.float32), x.score) for x in self._finder.find_lines(view.pixels)
            ]

    def _read(self, photo: Photo, lines: Sequence[Line], clock: Stopwatch) -> list[TitledQuad]:
        smallest = min(_height(line) for line in lines)
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, LINE_HEIGHT_PX / max(smallest, 1.0)))
        scaled = [Line(line.corners * np.float32(view.scale), line.score) for line in lines]
        with clock.time("read"):
            readings = self._titles.read_lines(view.pixels, scaled)
        return select_stray_titles(
            [replace(r, line=(r.line / view.scale).astype(np.float32)) for r in readings if r.line is not None]
        )


def _height(line: Line) -> float:
    """Return the height of its letters: a line that stands upright in the photo is read sideways."""
    return min(line.height, line.width)


def _side_px(photo: Photo, cards: Sequence[Quad]) -> int:
    """Return the longer side of the picture in which lines are to be found: titles are as large as the cards' own."""
    if not cards:
        return TEXT_SIDE_PX
    middle = float(np.median([quad.height for quad in cards]))
    return min(TEXT_SIDE_PX, round(max(photo.width, photo.height) * TEXT_CARD_PX / max(middle, 1.0)))


def _may_be_title(line: Line, cards: Sequence[Quad]) -> bool:
    """Return whether a line may be a title of a card about as large as those found."""
    height = _height(line)
    if max(line.height, line.width) > LONGEST * height:
        return False
    if not cards:
        return True
    low, high = (share * float(np.median([quad.height for quad in cards])) for share in TITLE_SIZES)
    return low <= height <= high


def _is_bare(photo: Photo, done: Sequence[TitledQuad], clock: Stopwatch) -> bool:
    """Return whether the photo shows nothing finely marked beside the cards: told without looking for text."""
    with clock.time("decode"):
        view = photo.view(CLUTTER_SIDE_PX)
    with clock.time("detect"):
        return not is_cluttered(view.pixels, [s.quad.corners * np.float32(view.scale) for s in done])


def _fills(photo: Photo, sightings: Sequence[TitledQuad]) -> bool:
    """Return whether one card alone takes so much of the photo that hardly another can be in it."""
    return len(sightings) == 1 and sightings[0].quad.area >= FILLING * photo.width * photo.height


def _overlap(sightings: Sequence[TitledQuad]) -> bool:
    """Return whether any card lies over another: then there may be more between them."""
    quads = [sighting.quad.corners for sighting in sightings]
    return any(geometry.coverage(a, b) > OVERLAPPING for n, a in enumerate(quads) for b in quads[n + 1 :])


def _is_free(line: Line, sightings: Sequence[TitledQuad]) -> bool:
    """Return whether a line may be the title of a card not found: outside all cards, or as large as their titles."""
    around = [s for s in sightings if not _outside(line.corners, [s])]
    large = all(_height(line) >= AS_A_TITLE * s.quad.height for s in around)
    return large and _apart(line.corners, sightings)


def select_stray_titles(readings: Sequence[TitleReading]) -> list[TitledQuad]:
    """Return a guessed card for each title among the readings that is beyond doubt, strongest first, one a place."""
    types = [r.line for r in readings if r.line is not None and is_type_line(r.text, first_word=True)]
    sightings: list[TitledQuad] = []
    for reading in sorted(readings, key=lambda r: -r.evidence):
        # Of "Creature — Human Cleric" the end may be found as a line of its own, and is a token's name.
        if reading.line is not None and any(_follows(reading.line, line) for line in types):
            continue
        if reading.line is None or reading.evidence < MIN_STRAY_EVIDENCE or not _apart(reading.line, sightings):
            continue
        guess = Quad(card_around(reading.line), 0.3, upright_known=True)
        sightings.append(TitledQuad(guess, reading, loose=True))
    return sightings


def _follows(line: Corners, before: Corners) -> bool:
    """Return whether a line goes on where the other ends, in its direction."""
    along = (before[1] - before[0] + before[2] - before[3]) / 2
    along = along / (np.linalg.norm(along) + 1e-6)
    step = line[[0, 3]].mean(0) - before[[1, 2]].mean(0)
    gap, off, height = float(step @ along), float(step @ (-along[1], along[0])), Line(before, 1.0).height
    return -height / 2 < gap < SAME_LINE * height and abs(off) < height / 2


def is_another_title(sighting: TitledQuad, others: Sequence[TitledQuad]) -> bool:
    """Return whether the sighting's title, if it has one, is that of none of the others."""
    return sighting.reading.line is None or _apart(sighting.reading.line, others)


def _apart(line: Corners, sightings: Sequence[TitledQuad]) -> bool:
    """Return whether ``line`` is none of the titles already taken (in a fan they stand close above each other)."""
    height = Line(line, 1.0).height
    taken = (s.reading.line.mean(0) for s in sightings if s.reading.line is not None)
    return all(float(np.linalg.norm(line.mean(0) - middle)) > 0.6 * height for middle in taken)


def _outside(line: Corners, sightings: Sequence[TitledQuad]) -> bool:
    middle = line.mean(0, keepdims=True).astype(np.float32)
    box = middle + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    return all(geometry.coverage(box, geometry.expand(s.quad.corners, 0.04)) < 0.5 for s in sightings)
