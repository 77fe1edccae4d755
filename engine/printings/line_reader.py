"""Faces -> collector lines: the text at a card's foot, read at the photo's own resolution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.core.rectify import Box, box_size, box_to_photo, rectify
from engine.core.values import Corners, Rgb
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine, parse
from engine.reading.ocr import Line, LineFinder, TextReader, crop_line

LEFT: Box = (-0.02, 0.90, 0.44, 1.0)
"""Where number, set and language stand since 2014, with room for a quad that is a little off: 264 x 80 px."""
WHOLE: Box = (-0.02, 0.88, 1.02, 1.0)
"""Where older cards have their copyright and number, centred or at the left: 596 x 96 px."""
FACE_HEIGHT_PX = 800
"""Pixels of the face that lines are found on: print of the foot is 12 px high there."""
LINE_HEIGHT = (0.012, 0.05)
"""Height of a line over the card's."""
STARTS_BEFORE = 0.45
"""Share of the card's width before which all lines begin that name a printing; the copyright may stand further on."""
COPYRIGHT_HEIGHT = 0.034
"""Height over the card's of lines beyond that: power and toughness are larger."""
READ_WIDTH = 0.19
"""Share of the card's width that set and language, or number and rarity, take at most; the artist follows."""
LINES_READ = 4
MIN_TEXT_SCORE = 0.5
"""Recognition scores below this are noise."""


class CollectorLineReader:
    """Reads the feet of cards."""

    def __init__(self, finder: LineFinder, reader: TextReader) -> None:
        self._finder, self._reader = finder, reader

    def read_left(self, pixels: Rgb, corners: Corners) -> CollectorLine:
        """Read number, set and language at the left, as cards have them since 2014: the quick way."""
        return self._read(pixels, corners, LEFT, READ_WIDTH)

    def read_full_width(self, pixels: Rgb, corners: Corners) -> CollectorLine:
        """Read the lines from edge to edge, as older cards have them."""
        return self._read(pixels, corners, WHOLE, None)

    def _read(self, pixels: Rgb, corners: Corners, box: Box, clip: float | None) -> CollectorLine:
        lines = _collector_lines(
            self._finder.find_lines(rectify(pixels, corners, box, face_height=FACE_HEIGHT_PX)), box
        )
        texts: list[str] = []
        said = NOTHING_PRINTED
        for line in lines[:LINES_READ]:
            place = box_to_photo(_clipped(line.corners, box, clip), corners, box, FACE_HEIGHT_PX)
            (text,) = self._reader.read([crop_line(pixels, place)])
            if text.score >= MIN_TEXT_SCORE:
                texts.append(text.text)
                said = parse(texts)
            if said.code is not None and said.number is not None:
                break
        return said


def _collector_lines(lines: Sequence[Line], box: Box) -> list[Line]:
    """Return the lines that may name a printing, lowest first."""
    width, _ = box_size(box, FACE_HEIGHT_PX)
    start = (STARTS_BEFORE - box[0]) / (box[2] - box[0]) * width
    low, high = (share * FACE_HEIGHT_PX for share in LINE_HEIGHT)
    small = COPYRIGHT_HEIGHT * FACE_HEIGHT_PX
    fitting = [
        line for line in lines if low <= line.height <= high and (line.corners[0, 0] < start or line.height < small)
    ]
    return sorted(fitting, key=lambda line: -float(line.corners[:, 1].mean()))


def _clipped(corners: Corners, box: Box, width_share: float | None) -> Corners:
    """Return a line's first part, as wide as the given share of the card."""
    if width_share is None:
        return corners
    wide, _ = box_size(box, FACE_HEIGHT_PX)
    keep = width_share / (box[2] - box[0]) * wide / max(Line(corners, 1.0).width, 1.0)
    if keep >= 1:
        return corners
    top, bottom = corners[0] + keep * (corners[1] - corners[0]), corners[3] + keep * (corners[2] - corners[3])
    return np.array([corners[0], top, bottom, corners[3]], np.float32)
