"""Faces -> title witnesses: which line of a card is its title, and whose title it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from engine.core import geometry
from engine.core.rectify import Box, box_size, box_to_photo, rectify
from engine.core.values import Corners, Rgb
from engine.reading.ocr import Line, LineFinder, Text, TextReader, crop_line
from engine.reading.title_matcher import MIN_SIMILARITY, TitleMatch, TitleMatcher, title_key
from engine.reading.title_positions import EDGE_TITLE_HEIGHT, FOOT_TITLE_HEIGHT, HEAD, TITLE_HEIGHT
from engine.reading.type_line import is_type_line


@dataclass(frozen=True, slots=True)
class Band:
    """A part of a card in which lines are sought that may be its title.

    Attributes:
        box: where, in fractions of the card.
        height: range of such a line's height, as a share of the card's.
    """

    box: Box
    height: tuple[float, float] = TITLE_HEIGHT


TITLE_BAND = Band((-0.033, -0.036, 1.034, 0.155))
"""Where titles stand, with room for a quad that is a sleeve's or an inner frame's: 384 x 96 px."""
SIDE_BAND = Band((-0.033, -0.036, 1.985, 0.175), (TITLE_HEIGHT[0], EDGE_TITLE_HEIGHT[1]))
"""The whole head of a card on its side, in fractions of the half to the left: 724 x 106 px."""
FOOT_BAND = Band((-0.033, 0.83, 1.034, 1.0), FOOT_TITLE_HEIGHT)
"""The foot of the upright card: 384 x 85 px."""
BAND_FACE_HEIGHT = 502
"""Pixels of the face that lines of a band are sought on: a title is 20 px high there; it is read larger."""
TITLE_STRIP: Box = (0.045, 0.034, 0.80, 0.104)
"""Where the title stands in nine frames of ten, when the quad is the card's own outline."""
READ_PER_BAND = 3
TYPE_BAND: Box = (0.0, 0.53, 0.98, 0.6575)
"""Where type lines stand in all frames but sagas and classes: 352 x 64 px."""
WHOLE_FACE: Box = (-0.033, -0.024, 1.034, 1.024)
TYPE_WORDS_WIDTH = 6.5
"""Width over height of a line's beginning that holds the card's types; races and classes follow."""
STRONG = 8.0
"""Nats at which a title is beyond doubt and the search for a better one ends."""
MAX_TITLE_LENGTH = 45
"""Letters; of 35,000 titles three are longer, rules text mostly is."""
MIN_STRAY_SIMILARITY = 0.78
"""Similarity below which a line that no card holds is no title: even the longest one would lack evidence."""
ATTRIBUTION = ("-", "–", "—")
"""Beginnings of the line that says who is quoted in a flavour text; no title begins so."""
MIN_TEXT_SCORE = 0.5
"""Recognition scores below this are noise."""


@dataclass(frozen=True, slots=True, eq=False)
class TitleReading:
    """What the title witness says of one card.

    Attributes:
        text: the line as read, "" where none was.
        text_score: 0..1, mean probability of its characters.
        matches: names it may be, best first.
        turn: quarter turns clockwise from the quad's first corner to the card's own top left.
        line: the line's corners, float32 (4, 2), photo pixels; None where none was read.
    """

    text: str = ""
    text_score: float = 0.0
    matches: tuple[TitleMatch, ...] = ()
    turn: int = 0
    line: Corners | None = None

    @property
    def evidence(self) -> float:
        """Nats for the best match, weighted by how sure its characters are; 0 where there is none."""
        return self.of(self.matches[0]) if self.matches else 0.0

    def of(self, match: TitleMatch) -> float:
        """Nats that this reading speaks for one of its matches."""
        return match.evidence * self.text_score


NOTHING_READ = TitleReading()


class TitleReader:
    """Reads the titles of cards."""

    def __init__(self, finder: LineFinder, reader: TextReader, matcher: TitleMatcher) -> None:
        self._finder, self._reader, self._matcher = finder, reader, matcher

    def read_band(
        self, pixels: Rgb, corners: Corners, turns: Sequence[int] = (0, 2), band: Band = TITLE_BAND
    ) -> TitleReading:
        """Read the title band of the card between ``corners``, at each of the given quarter turns."""
        best = NOTHING_READ
        for turn in turns:
            turned = np.roll(corners, -turn, axis=0)
            lines = _title_lines(
                self._finder.find_lines(rectify(pixels, turned, band.box, face_height=BAND_FACE_HEIGHT)), band
            )
            found = [(turn, box_to_photo(line.corners, turned, band.box, BAND_FACE_HEIGHT)) for line in lines]
            best = max(best, self._best(pixels, found), key=_rank)
            if best.evidence >= STRONG:
                break
        return best

    def read_strip(self, pixels: Rgb, corners: Corners) -> TitleReading:
        """Read the strip where most frames have their title, without looking for a line first: the quickest way."""
        found = title_strip(corners)
        return self._best_text([(0, found, crop_line(pixels, found))])

    def read_faint_strips(self, pixels: Rgb, corners: Corners) -> TitleReading:
        """Read the title strip with its contrast stretched, and upside down; :meth:`read_strip` reads it as it is.

        Line detection overlooks faint and blurred titles that recognition can still read.
        """
        places = [(turn, title_strip(np.roll(corners, -turn, axis=0))) for turn in (0, 2)]
        upright, turned = ((turn, place, crop_line(pixels, place)) for turn, place in places)
        faint = ((turn, place, stretched(crop)) for turn, place, crop in (upright, turned))
        return self._best_text([turned, *faint])

    def prefer_namesake(self, reading: TitleReading, fits: Callable[[int], bool]) -> TitleReading:
        """Return the reading for the first card of its best title's name that ``fits``, a test of card ids."""
        if not reading.matches or fits(reading.matches[0].title.card_id):
            return reading
        best, *others = reading.matches
        titles = [title for title in self._matcher.namesakes(best.title) if fits(title.card_id)]
        return replace(reading, matches=(replace(best, title=titles[0]), *others)) if titles else reading

    def read_type_line(self, pixels: Rgb, corners: Corners) -> str:
        """Return how the type line of the upright card between ``corners`` begins, "" where none is legible."""
        lines = self._finder.find_lines(rectify(pixels, corners, TYPE_BAND, face_height=BAND_FACE_HEIGHT))
        places = [box_to_photo(line.corners, corners, TYPE_BAND, BAND_FACE_HEIGHT) for line in lines[:READ_PER_BAND]]
        return self._first_type_line(pixels, places)

    def find_type_line(self, pixels: Rgb, corners: Corners) -> str:
        """Search the whole upright face for a type line: sagas and others have it at an unusual place."""
        # It is as high as a title.
        low, high = (share * BAND_FACE_HEIGHT for share in TITLE_HEIGHT)
        lines = self._finder.find_lines(rectify(pixels, corners, WHOLE_FACE, face_height=BAND_FACE_HEIGHT))
        fitting = [line for line in lines if low <= line.height <= high]
        found = [box_to_photo(line.corners, corners, WHOLE_FACE, BAND_FACE_HEIGHT) for line in fitting]
        return self._first_type_line(pixels, found, first_word=True)

    def _first_type_line(self, pixels: Rgb, places: Sequence[Corners], *, first_word: bool = False) -> str:
        for place in places:
            (text,) = self._reader.read([crop_line(pixels, _beginning(place))])
            if is_type_line(text.text, first_word=first_word):
                return text.text
        return ""

    def read_lines(self, pixels: Rgb, lines: Sequence[Line]) -> list[TitleReading]:
        """Read lines found anywhere in a photo; each answer's ``line`` runs in reading direction."""
        found = [(i, corners) for i, line in enumerate(lines) for corners in _reading_directions(line.corners, line)]
        texts = self._reader.read([crop_line(pixels, corners) for _, corners in found])
        readings = [NOTHING_READ] * len(lines)
        for (i, corners), text in zip(found, texts, strict=True):
            readings[i] = max(readings[i], self._matched(text, 0, corners, MIN_STRAY_SIMILARITY), key=_rank)
        return readings

    def _best(self, pixels: Rgb, found: Sequence[tuple[int, Corners]]) -> TitleReading:
        return self._best_text((turn, corners, crop_line(pixels, corners)) for turn, corners in found)

    def _best_text(self, found: Iterable[tuple[int, Corners, Rgb]]) -> TitleReading:
        """Read crops until one is a title beyond doubt; return the best."""
        best = NOTHING_READ
        for turn, corners, crop in found:
            (text,) = self._reader.read([crop])
            best = max(best, self._matched(text, turn, corners), key=_rank)
            if best.evidence >= STRONG:
                break
        return best

    def _matched(self, text: Text, turn: int, corners: Corners, min_similarity: float = MIN_SIMILARITY) -> TitleReading:
        if text.text.startswith(ATTRIBUTION):
            return NOTHING_READ
        if text.score < MIN_TEXT_SCORE or not 2 <= len(title_key(text.text)) <= MAX_TITLE_LENGTH:
            return NOTHING_READ
        return TitleReading(
            text.text, text.score, tuple(self._matcher.match(text.text, min_similarity=min_similarity)), turn, corners
        )


def stretched(crop: Rgb) -> Rgb:
    """Return the crop with its grey range stretched to the full one: white titles on pale old frames."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    low, high = np.percentile(grey, (1, 99))
    level = np.clip((grey - low) * 255 / max(high - low, 1.0), 0, 255).astype(np.uint8)
    return np.repeat(level[..., np.newaxis], 3, axis=2)


def title_strip(corners: Corners) -> Corners:
    """Return the corners of :data:`TITLE_STRIP` on the upright card between ``corners``."""
    left, top, right, bottom = TITLE_STRIP
    strip = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return geometry.transform(strip, geometry.unit_to_quad(corners))


def _beginning(line: Corners) -> Corners:
    """Return the first part of a line, :data:`TYPE_WORDS_WIDTH` times as wide as it is high at most."""
    whole = Line(line, 1.0)
    keep = min(1.0, TYPE_WORDS_WIDTH * whole.height / max(whole.width, 1.0))
    top, bottom = line[0] + keep * (line[1] - line[0]), line[3] + keep * (line[2] - line[3])
    return np.array([line[0], top, bottom, line[3]], np.float32)


def _rank(reading: TitleReading) -> tuple[float, float]:
    return reading.evidence, reading.text_score


def _title_lines(lines: Sequence[Line], band: Band) -> list[Line]:
    """Return the lines of a band that may be a title: of its height, the widest few."""
    width, _ = box_size(TITLE_BAND.box, BAND_FACE_HEIGHT)
    low, high = (share * BAND_FACE_HEIGHT for share in band.height)
    fitting = [line for line in lines if low <= line.height <= high and line.width >= 0.04 * width]
    return sorted(fitting, key=lambda line: -line.width)[:READ_PER_BAND]


def _reading_directions(corners: Corners, line: Line) -> list[Corners]:
    """Return the line as it stands, or, where it is upright in the picture, read upwards and downwards."""
    if line.height <= 1.3 * line.width:
        return [corners]
    return [np.roll(corners, turn, axis=0) for turn in (1, -1)]


def card_around(line: Corners, title_height_share: float = 0.058, left_share: float = 0.065) -> Corners:
    """Return where a card would lie whose title is ``line``: float32 (4, 2), a guess good to a tenth.

    Args:
        line: float32 (4, 2), the title in reading direction.
        title_height_share: height of a detected title line over the card's height.
        left_share: distance of the title's begin from the card's left edge, over the card's width.
    """
    along = line[1] - line[0] + line[2] - line[3]
    along = along / (np.linalg.norm(along) + 1e-6)
    down = np.array([-along[1], along[0]], np.float32)
    height = Line(line, 1.0).height / title_height_share
    width = height * 63 / 88
    start = line[[0, 3]].mean(0) - along * left_share * width - down * 0.07 * height
    corners = [start, start + along * width, start + along * width + down * height, start + down * height]
    return np.array(corners, np.float32)


def stands_as_title(line: Corners, card: Corners) -> bool:
    """Return whether ``line`` lies in ``card`` where titles stand, in its upright reading direction."""
    return HEAD.holds(line, card)
