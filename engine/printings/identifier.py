"""Which printing a named card is: asks catalogue, index and, where it is worth the time, the card's foot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from engine.catalogue.catalogue import PrintingRow
from engine.core.constants import FACE_HEIGHT
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Rgb
from engine.image.photo import Photo
from engine.printings.expected_line import REPRINT_SETS, is_coded
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.printings.line_reader import CollectorLineReader
from engine.printings.posterior import NO_PRINTING, Clues, PrintingVerdict, identify_printing
from engine.printings.reprint_mark import is_marked
from engine.reading.title_search import TitledQuad
from engine.retrieval.picture_match import PictureMatches

MIN_FACE_HEIGHT_PX = 280
"""Pixels of the card in the photo from which its foot is read: below, hardly one in three is legible."""
CLOSER = 1.25
"""How many times the pixels a closer look must bring."""


class Printings(Protocol):
    """What of the catalogue is needed here."""

    def printings(self, card_id: int) -> list[PrintingRow]:
        """Return the printings of a card, newest first."""


class PrintingIdentifier:
    """Tells printings of a name apart."""

    def __init__(self, feet: CollectorLineReader, catalogue: Printings) -> None:
        self._feet, self._catalogue = feet, catalogue

    def identify(
        self, photo: Photo, sighting: TitledQuad, picture: PictureMatches, card_id: int, read: bool, clock: Stopwatch
    ) -> PrintingVerdict:
        """Return which printing of ``card_id`` is seen, or which it may be.

        Args:
            photo: where the card is.
            sighting: upright, as far as it is known.
            picture: what the card looks like.
            card_id: its name, as the judge sees it.
            read: whether its foot may be read.
            clock: gets the time, under ``read``.

        Raises:
            BadImage: damaged_image.
        """
        rows = self._catalogue.printings(card_id)
        if not rows:
            return NO_PRINTING
        legible = read and len(rows) > 1 and not sighting.loose and sighting.quad.height >= MIN_FACE_HEIGHT_PX
        line, marked = self._foot(photo, sighting, rows, clock) if legible else (NOTHING_PRINTED, None)
        likes = next((seen for seen in picture.matches if seen.card_id == card_id), None)
        if likes is None:
            return identify_printing(rows, Clues(line, marked=marked))
        face = likes.face.set.lower(), likes.face.collector_number
        return identify_printing(rows, Clues(line, face, likes.similarity, marked))

    def _foot(
        self, photo: Photo, sighting: TitledQuad, rows: Sequence[PrintingRow], clock: Stopwatch
    ) -> tuple[CollectorLine, bool | None]:
        """Return the collector line and whether The List's symbol is beside it; closer where it isn't read at once."""
        best, marked = NOTHING_PRINTED, None
        for pixels, corners in _looks(photo, sighting, clock):
            with clock.time("read"):
                best = max(best, self._line(pixels, corners, rows), key=_said)
                if best.says_which and any(row.set in REPRINT_SETS for row in rows):
                    marked = is_marked(pixels, corners)
            if best.says_which:
                break
        return best, marked

    def _line(self, pixels: Rgb, corners: Corners, rows: Sequence[PrintingRow]) -> CollectorLine:
        """Return the line at the left, where any of the printings has one, else what stands from edge to edge."""
        dates = {row.set: row.released_at for row in rows}
        if any(is_coded(row, dates) for row in rows):
            left = self._feet.read_left(pixels, corners)
            if left.says_which:
                return left
        return self._feet.read_full_width(pixels, corners)


def _looks(photo: Photo, sighting: TitledQuad, clock: Stopwatch) -> Iterator[tuple[Rgb, Corners]]:
    """Return the photo as the title was read in it, then, where it has clearly more pixels, at twice that size."""
    seen = 0.0
    for height in (FACE_HEIGHT, 2 * FACE_HEIGHT):
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, height / max(sighting.quad.height, 1.0)))
        if view.scale >= CLOSER * seen:
            seen = view.scale
            yield view.pixels, sighting.quad.corners * np.float32(view.scale)


def _said(line: CollectorLine) -> int:
    """Return how much a line says."""
    return (line.code is not None) + (line.number is not None) + (line.year is not None) + line.illustrated
