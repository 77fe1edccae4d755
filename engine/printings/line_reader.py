"""Read the collector line at the foot of a card at the photo's own resolution."""

from __future__ import annotations

import math

from engine.core.rectify import Box, box_size, box_to_photo, rectify
from engine.core.values import Corners, Rgb
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine, parse
from engine.reading.ocr import LineFinder, TextReader, crop_line

LEFT: Box = (-0.02, 0.90, 0.44, 1.0)
"""Position of number, set and language since 2014, with room for an inaccurate quad: 264 x 80 px."""
FULL_WIDTH: Box = (-0.02, 0.88, 1.02, 1.0)
"""Position of copyright and number on older cards, centred or left-aligned: 596 x 96 px."""
FACE_HEIGHT_PX = 800
"""Height of the face on which lines are found: the print at the foot is 12 px high on it."""
LINE_HEIGHT = (0.012, 0.05)
"""Range of a line's height, as a share of the card's."""
STARTS_BEFORE = 0.45
"""Share of the card's width before which collector lines start; a copyright line may start further right."""
COPYRIGHT_HEIGHT = 0.034
"""Greatest height of a line that starts further right, as a share of the card's: power and toughness are larger."""
READ_WIDTH = 0.19
"""Greatest width of set and language, or number and rarity, as a share of the card's; the artist follows."""
LINES_READ = 4
MIN_TEXT_SCORE = 0.5
"""Recognition scores below this are noise."""


class CollectorLineReader:
    """Reads the collector lines of cards."""

    def __init__(self, finder: LineFinder, reader: TextReader) -> None:
        self._finder, self._reader = finder, reader

    def read_left(self, pixels: Rgb, corners: Corners) -> CollectorLine:
        """Read number, set and language at the left, where cards have them since 2014: the fast way."""
        return self._read(pixels, corners, LEFT, READ_WIDTH)

    def read_full_width(self, pixels: Rgb, corners: Corners) -> CollectorLine:
        """Read the lines from edge to edge, as older cards have them."""
        return self._read(pixels, corners, FULL_WIDTH, math.inf)

    def _read(self, pixels: Rgb, corners: Corners, box: Box, width_share: float) -> CollectorLine:
        """Return what the lowest lines of a box say, each read up to a share of the card's width."""
        lines = self._finder.find_lines(rectify(pixels, corners, box, face_height=FACE_HEIGHT_PX))
        box_width, _ = box_size(box, FACE_HEIGHT_PX)
        start_px = (STARTS_BEFORE - box[0]) / (box[2] - box[0]) * box_width
        low, high, small = (share * FACE_HEIGHT_PX for share in (*LINE_HEIGHT, COPYRIGHT_HEIGHT))
        lines = [x for x in lines if low <= x.height <= high and (x.corners[0, 0] < start_px or x.height < small)]
        lines.sort(key=lambda line: -float(line.corners[:, 1].mean()))
        max_width = width_share / (box[2] - box[0]) * box_width
        texts: list[str] = []
        result = NOTHING_PRINTED
        for line in lines[:LINES_READ]:
            part = line.start(max_width) if max_width < line.width else line.corners
            (text,) = self._reader.read([crop_line(pixels, box_to_photo(part, corners, box, FACE_HEIGHT_PX))])
            if text.text and text.score >= MIN_TEXT_SCORE:
                texts.append(text.text)
                result = parse(texts)
            if result.code is not None and result.number is not None:
                break
        return result
