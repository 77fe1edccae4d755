"""Find titles outside all detected cards.

A card half covered by another still shows its title. Text is therefore searched in the whole photo, at the lowest
resolution at which the titles of such cards can be found, and only lines that may be titles are read.
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
"""Evidence in nats that makes a line outside all quads a card: stray text is more frequent than stray quads."""
MIN_OVERLAP = 0.1
"""Share of a card that another must cover for the two to overlap."""
MIN_TITLE_HEIGHT = 0.042
"""Least height of a title inside a detected card, as a share of the card's height; rules text is smaller."""
STRAY_TITLE_HEIGHT = (0.036, 0.12)
"""Range of heights as a share of the detected cards' median height: other cards may be nearer or further away."""
MAX_ASPECT = 14.0
"""Width over height; no title is longer."""
MAX_GAP = 2.0
"""Largest gap within one line of text, in line heights."""
FILLS_PHOTO = 0.45
"""Share of the photo from which a card is taken to be the only one."""
TEXT_SIDE_PX = 1280
"""Longest side of the photo in which lines are found."""
TEXT_CARD_PX = 300.0
"""Height of a card in that photo which is enough: its title is then 15 px high."""
MAX_LINE_OFFSET = 0.6
"""Distance across their direction up to which two lines are one, in line heights."""
MAX_LINES = 120
LINE_HEIGHT_PX = 32
"""Height at which lines are read, if the photo has enough pixels."""


class StrayTitles:
    """Finds titles outside the detected cards."""

    def __init__(self, finder: LineFinder, titles: TitleReader) -> None:
        self._finder, self._titles = finder, titles

    def find(
        self, photo: Photo, cards: Sequence[Quad], done: Sequence[TitledQuad], clock: Stopwatch
    ) -> list[TitledQuad]:
        """Return an estimated card for each confident title outside all detected cards or half under one.

        ``cards`` are all detected cards, ``done`` those that can hold no other card's title.
        """
        quads = [card.quad.corners for card in done]
        overlap = any(geometry.coverage(a, b) > MIN_OVERLAP for n, a in enumerate(quads) for b in quads[n + 1 :])
        is_complete = bool(done) and not overlap
        if is_complete:
            if len(done) == 1 and done[0].quad.area >= FILLS_PHOTO * photo.width * photo.height:
                return []
            with clock.time("decode"):
                view = photo.view(CLUTTER_SIDE_PX)
            with clock.time("detect"):
                cluttered = is_cluttered(view.pixels, [corners * np.float32(view.scale) for corners in quads])
            if not cluttered:
                return []
        lines = self._find_lines(photo, cards, clock)
        if is_complete and not any(_is_outside(line.corners, done) for line in lines):
            return []
        free = []
        for line in sorted(lines, key=lambda line: -line.score):
            # A line within a card is rules text, or the title of a card on top of it if it is as large as a title.
            around = [card for card in done if not _is_outside(line.corners, [card])]
            is_large = all(_letter_height(line) >= MIN_TITLE_HEIGHT * card.quad.height for card in around)
            if is_large and _is_another_line(line.corners, done):
                free.append(line)
        return self._read(photo, free[:MAX_LINES], clock) if free else []

    def _find_lines(self, photo: Photo, cards: Sequence[Quad], clock: Stopwatch) -> list[Line]:
        """Return the lines of the photo (photo pixels) that may be titles of cards about as large as ``cards``."""
        side, low, high = TEXT_SIDE_PX, 0.0, np.inf
        if cards:
            median = float(np.median([quad.height for quad in cards]))
            side = min(side, round(max(photo.width, photo.height) * TEXT_CARD_PX / max(median, 1.0)))
            low, high = (share * median for share in STRAY_TITLE_HEIGHT)
        with clock.time("decode"):
            view = photo.view(side)
        with clock.time("read"):
            found = self._finder.find_lines(view.pixels)
        lines = [Line((line.corners / view.scale).astype(np.float32), line.score) for line in found]
        return [
            line
            for line in lines
            if max(line.height, line.width) <= MAX_ASPECT * _letter_height(line) and low <= _letter_height(line) <= high
        ]

    def _read(self, photo: Photo, lines: Sequence[Line], clock: Stopwatch) -> list[TitledQuad]:
        smallest = min(map(_letter_height, lines))
        with clock.time("decode"):
            view = photo.showing(smallest, LINE_HEIGHT_PX)
        scaled = [Line(line.corners * np.float32(view.scale), line.score) for line in lines]
        with clock.time("read"):
            readings = self._titles.read_lines(view.pixels, scaled)
        return select_stray_titles(
            [replace(r, line=(r.line / view.scale).astype(np.float32)) for r in readings if r.line is not None]
        )


def select_stray_titles(readings: Sequence[TitleReading]) -> list[TitledQuad]:
    """Return an estimated card for each confident title, strongest first, one for each place in the photo."""
    type_lines = [r.line for r in readings if r.line is not None and is_type_line(r.text, first_word=True)]
    cards: list[TitledQuad] = []
    for reading in sorted(readings, key=lambda r: -r.evidence):
        line = reading.line
        # The end of "Creature — Human Cleric" may be found as a line of its own, and is the name of a token.
        if line is None or any(_continues(line, type_line) for type_line in type_lines):
            continue
        if reading.evidence >= MIN_STRAY_EVIDENCE and _is_another_line(line, cards):
            quad = Quad(card_around(line), 0.3)
            cards.append(TitledQuad(quad, reading, loose=True))
    return cards


def is_another_title(card: TitledQuad, others: Sequence[TitledQuad]) -> bool:
    """Return whether the card's title, if it was read, is a different line than the titles of all others."""
    return card.reading.line is None or _is_another_line(card.reading.line, others)


def _letter_height(line: Line) -> float:
    """Return the height of the letters, also of a line that runs vertically in the photo."""
    return min(line.height, line.width)


def _continues(line: Corners, before: Corners) -> bool:
    """Return whether ``line`` continues the line ``before`` in its direction."""
    along = Line(before, 1.0).direction
    step = line[[0, 3]].mean(0) - before[[1, 2]].mean(0)
    gap, offset, height = float(step @ along), float(step @ (-along[1], along[0])), Line(before, 1.0).height
    return -height / 2 < gap < MAX_GAP * height and abs(offset) < height / 2


def _is_another_line(line: Corners, cards: Sequence[TitledQuad]) -> bool:
    """Return whether ``line`` is none of the cards' titles; in a fan these are close above each other."""
    return not any(card.reading.line is not None and _is_same_line(line, card.reading.line) for card in cards)


def _is_same_line(line: Corners, other: Corners) -> bool:
    """Return whether two lines are one, of which they may be different parts."""
    one, two = Line(line, 1.0), Line(other, 1.0)
    apart, across = two.distances(line)
    slack = MAX_LINE_OFFSET * one.height
    return across < slack and apart < max(slack, max(one.width, two.width) / 2)


def _is_outside(line: Corners, cards: Sequence[TitledQuad]) -> bool:
    middle = line.mean(0, keepdims=True).astype(np.float32)
    box = middle + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    return all(geometry.coverage(box, geometry.expand(card.quad.corners, 0.04)) < 0.5 for card in cards)
