"""Which printing a named card is: asks catalogue, index and, where it is worth the time, the card's foot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from engine.catalogue import PrintingRow
from engine.collector import NOTHING_PRINTED, CollectorLine
from engine.constants import FACE_HEIGHT
from engine.foot import Foot, FootReader
from engine.image import Photo
from engine.pictures import PictureReading
from engine.printings import NOTHING_TOLD, Clues, Told, is_coded, tell
from engine.sighting import Sighting
from engine.stopwatch import Stopwatch
from engine.values import Corners, Rgb

MIN_FACE_HEIGHT_PX = 280
"""Pixels of the card in the photo from which its foot is read."""
CLOSER = 1.25
"""How much more pixels a closer look must bring."""


class Printings(Protocol):
    """What of the catalogue is needed here."""

    def printings(self, card_id: int) -> list[PrintingRow]:
        """Return the printings of a card, newest first."""


class PrintingWitness:
    """Tells printings of a name apart."""

    def __init__(self, feet: FootReader, catalogue: Printings) -> None:
        self._feet, self._catalogue = feet, catalogue

    def __call__(
        self, photo: Photo, sighting: Sighting, picture: PictureReading, card_id: int, read: bool, clock: Stopwatch
    ) -> Told:
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
            return NOTHING_TOLD
        legible = read and len(rows) > 1 and not sighting.loose and sighting.quad.height >= MIN_FACE_HEIGHT_PX
        line = self._line(photo, sighting, rows, clock) if legible else NOTHING_PRINTED
        likes = next((seen for seen in picture.look_alikes if seen.card_id == card_id), None)
        if likes is None:
            return tell(rows, Clues(line))
        return tell(rows, Clues(line, (likes.face.set.lower(), likes.face.collector_number), likes.similarity))

    def _line(self, photo: Photo, sighting: Sighting, rows: Sequence[PrintingRow], clock: Stopwatch) -> CollectorLine:
        """Return the collector line, read the quick way first, closer where the photo has more pixels."""
        best = NOTHING_PRINTED
        for pixels, corners in _looks(photo, sighting, clock):
            with clock.time("read"):
                best = max(best, self._read(pixels, corners, rows).line, key=_said)
            if best.says_which:
                break
        return best

    def _read(self, pixels: Rgb, corners: Corners, rows: Sequence[PrintingRow]) -> Foot:
        dates = {row.set: row.released_at for row in rows}
        coded = [is_coded(row, dates) for row in rows]
        left = self._feet.left(pixels, corners) if any(coded) else Foot()
        return left if left.line.says_which else self._feet.whole(pixels, corners)


def _looks(photo: Photo, sighting: Sighting, clock: Stopwatch) -> Iterator[tuple[Rgb, Corners]]:
    """Return the photo as the title was read in it, then, where it has clearly more pixels, in full."""
    seen = 0.0
    for height in (FACE_HEIGHT, 2 * FACE_HEIGHT):
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, height / max(sighting.quad.height, 1.0)))
        if view.scale >= CLOSER * seen:
            seen = view.scale
            yield view.pixels, sighting.quad.corners * np.float32(view.scale)


def _said(line: CollectorLine) -> int:
    return (line.code is not None) + (line.number is not None) + (line.year is not None) + line.illustrated
