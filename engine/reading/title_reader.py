"""Read the title and the type line of a card: which line of it is the title, and whose title it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from engine.core import geometry
from engine.core.rectify import Box, box_size, box_to_photo, rectify
from engine.core.values import Corners, Rgb
from engine.reading.ocr import Line, LineFinder, Text, TextReader, crop_line
from engine.reading.title_matcher import TitleMatch, TitleMatcher, title_key
from engine.reading.title_positions import EDGE_TITLE_HEIGHT, FOOT_TITLE_HEIGHT, HEAD, TITLE_HEIGHT
from engine.reading.type_line import is_type_line, names_type_besides


@dataclass(frozen=True, slots=True)
class Band:
    """A part of a card that is searched for title lines; ``height`` is their range, as a share of the card's."""

    box: Box
    height: tuple[float, float] = TITLE_HEIGHT


TITLE_BAND = Band((-0.033, -0.036, 1.034, 0.155))
"""The usual position, with room for a quad that is a sleeve's or an inner frame's: 384 x 96 px."""
SIDE_BAND = Band((-0.033, -0.036, 1.985, 0.175), (TITLE_HEIGHT[0], EDGE_TITLE_HEIGHT[1]))
"""The whole head of a card on its side, in fractions of its left half: 724 x 106 px."""
FOOT_BAND = Band((-0.033, 0.83, 1.034, 1.0), FOOT_TITLE_HEIGHT)
"""The foot of the upright card: 384 x 85 px."""
BAND_FACE_HEIGHT = 502
"""Height in pixels of the face on which lines are found: a title is 20 px high on it. Titles are read larger."""
TITLE_STRIP: Box = (0.045, 0.034, 0.80, 0.104)
"""The title's position in nine of ten frames, if the quad is the card's own outline."""
READ_PER_BAND = 3
TYPE_BAND: Box = (0.0, 0.53, 0.98, 0.6575)
"""Position of type lines in all frames except sagas and classes: 352 x 64 px."""
WHOLE_FACE: Box = (-0.033, -0.024, 1.034, 1.024)
TYPE_WORDS_WIDTH = 6.5
"""Width over height of the start of a type line that holds the card types; races and classes follow."""
STRONG = 8.0
"""Evidence in nats from which a title is certain and the search for a better one ends."""
MAX_TITLE_LENGTH = 45
"""Letters; of 35,000 titles three are longer, but most rules text is."""
LINE_MARGIN, WIDE_LINE_MARGIN = (0.3, 0.12), (4.0, 0.2)
"""Margins with which a detected line is read: at its ends and at its sides, in line heights."""
WIDE_SQUEEZE = 0.6
"""Width of a line that is read with wide margins over its own: titles of half their width are still legible."""
MIN_STRAY_SIMILARITY = 0.78
"""Least similarity of a title outside all cards: below, even the longest one would lack evidence."""
ATTRIBUTION = ("-", "–", "—")
"""Starts of a flavour text's attribution; no title starts like this."""
OTHER_GAME = re.compile(r"×\s?\d|\bHP\s?\d|\d\s?HP\b", re.IGNORECASE)
"""What stands beside words on other games' cards only, such as ``Weakness ×2``: Weakness is a Magic card, too."""
MIN_TEXT_SCORE = 0.5
"""Recognition scores below this are noise."""


@dataclass(frozen=True, slots=True, eq=False)
class TitleReading:
    """The title read on one card.

    Attributes:
        text: the line as read, "" if none was.
        text_score: 0..1, mean probability of its characters.
        matches: possible names, best first.
        turn: quarter turns clockwise from the quad's first corner to the card's own top left.
        line: corners of the line, float32 (4, 2), photo pixels; None if none was read.
    """

    text: str = ""
    text_score: float = 0.0
    matches: tuple[TitleMatch, ...] = ()
    turn: int = 0
    line: Corners | None = None

    @property
    def evidence(self) -> float:
        """Nats for the best match, weighted by the text's score; 0 without a match."""
        return self.evidence_for(self.matches[0]) if self.matches else 0.0

    def evidence_for(self, match: TitleMatch) -> float:
        """Nats for one of the matches, weighted by the text's score."""
        return match.evidence * self.text_score


NOTHING_READ = TitleReading()


class TitleReader:
    """Reads the titles and type lines of cards."""

    def __init__(self, finder: LineFinder, reader: TextReader, matcher: TitleMatcher) -> None:
        self._finder, self._reader, self._matcher = finder, reader, matcher

    def read_band(
        self, pixels: Rgb, corners: Corners, turns: Sequence[int] = (0, 2), band: Band = TITLE_BAND
    ) -> TitleReading:
        """Read the title band of the card between ``corners`` at each of the given quarter turns."""
        min_width = 0.04 * box_size(TITLE_BAND.box, BAND_FACE_HEIGHT)[0]
        best = NOTHING_READ
        for turn in turns:
            turned = np.roll(corners, -turn, axis=0)
            lines = self._find_lines(pixels, turned, band.box, band.height)
            widest = sorted((x for x in lines if x.width >= min_width), key=lambda x: -x.width)[:READ_PER_BAND]
            places = [box_to_photo(line.corners, turned, band.box, BAND_FACE_HEIGHT) for line in widest]
            best = max(best, self._best((turn, place, crop_line(pixels, place)) for place in places), key=_rank)
            if best.evidence >= STRONG:
                break
        return best

    def read_strips(self, pictures: Sequence[Rgb], outlines: Sequence[Corners]) -> list[TitleReading]:
        """Read the strip where most frames have the title, of one card in each picture, without finding lines first."""
        places = [title_strip(corners) for corners in outlines]
        return self._read_all([(0, at, crop_line(pixels, at)) for pixels, at in zip(pictures, places, strict=True)])

    def read_plates(self, pixels: Rgb, lines: Sequence[Corners], doubtful: Sequence[bool]) -> list[TitleReading]:
        """Read titles of which the lines are known; ``turn`` is 2 if one reads the other way round.

        Where that is not certain, a line is also read in higher contrast, with more room at its ends, and upside down.
        What may be a part of a longer title is read with its surroundings, too. So is a ``doubtful`` line, which may
        be a part of a type line; its title counts only if it is read there again.
        """
        usual = [crop_line(pixels, expand_line(line, *LINE_MARGIN)) for line in lines]
        best = self._read_all([(0, line, crop) for line, crop in zip(lines, usual, strict=True)])
        # A doubtful line in which nothing can be read is none.
        open_ones = [n for n, reading in enumerate(best) if reading.matches or not doubtful[n]]
        weak = [n for n in open_ones if best[n].evidence < STRONG]
        self._improve(best, weak, [(0, lines[n], stretch_contrast(usual[n])) for n in weak])
        unread = [n for n in weak if not best[n].matches]
        self._improve(best, unread, [(2, np.roll(lines[n], 2, axis=0), _turned(usual[n])) for n in unread])
        unsure = [
            n
            for n in open_ones
            if doubtful[n] or best[n].evidence < STRONG or self._matcher.is_part(best[n].matches[0].title)
        ]
        wider = {n: expand_line(lines[n], *WIDE_LINE_MARGIN) for n in unsure}
        places = [(0, lines[n], crop_line(pixels, wide, squeeze=WIDE_SQUEEZE)) for n, wide in wider.items()]
        for n, wide in zip(unsure, self._read_all(places), strict=True):
            best[n] = _confirm(best[n], wide, doubtful=doubtful[n])
        return best

    def _improve(
        self, best: list[TitleReading], which: Sequence[int], crops: Sequence[tuple[int, Corners, Rgb]]
    ) -> None:
        """Read crops, and keep each that is better than the reading at its position."""
        for n, reading in zip(which, self._read_all(crops), strict=True):
            best[n] = max(best[n], reading, key=_rank)

    def read_faint_strips(self, pixels: Rgb, corners: Corners) -> TitleReading:
        """Read the title strip with its contrast stretched, and upside down; :meth:`read_strips` reads it as it is.

        Line detection misses faint and blurred titles that recognition can still read.
        """
        places = [(turn, title_strip(np.roll(corners, -turn, axis=0))) for turn in (0, 2)]
        upright, turned = ((turn, place, crop_line(pixels, place)) for turn, place in places)
        faint = ((turn, place, stretch_contrast(crop)) for turn, place, crop in (upright, turned))
        return self._best([turned, *faint])

    def find_similar(self, text: str, min_similarity: float) -> list[TitleMatch]:
        """Return titles of at least some similarity (0..1) to a text, best first."""
        return self._matcher.match(text, min_similarity=min_similarity)

    def edits_by_language(self, text: str, card_id: int) -> dict[str, int]:
        """Return by language how many edits a text is away from the card's title, where that is similar."""
        return self._matcher.edits_by_language(text, card_id)

    def prefer_namesake(self, reading: TitleReading, fits: Callable[[int], bool]) -> TitleReading:
        """Return the reading with its best title's first namesake that ``fits``, a predicate of card ids."""
        if not reading.matches or fits(reading.matches[0].title.card_id):
            return reading
        best, *others = reading.matches
        titles = [title for title in self._matcher.namesakes(best.title) if fits(title.card_id)]
        return replace(reading, matches=(replace(best, title=titles[0]), *others)) if titles else reading

    def read_type_line(self, pixels: Rgb, corners: Corners) -> str:
        """Return the start of the type line of the upright card between ``corners``, "" if none is legible."""
        lines = self._find_lines(pixels, corners, TYPE_BAND)[:READ_PER_BAND]
        return self._first_type_line(pixels, corners, TYPE_BAND, lines)

    def find_type_line(self, pixels: Rgb, corners: Corners) -> str:
        """Search the whole upright face for a type line: sagas and others have it at an unusual position."""
        # It is as high as a title.
        lines = self._find_lines(pixels, corners, WHOLE_FACE, TITLE_HEIGHT)
        return self._first_type_line(pixels, corners, WHOLE_FACE, lines, first_word=True)

    def read_lines(self, pixels: Rgb, lines: Sequence[Line]) -> list[TitleReading]:
        """Read lines found anywhere in a photo; the ``line`` of each reading is in reading direction."""
        # A line that is vertical in the picture is read upwards and downwards.
        found = [
            (i, np.roll(line.corners, turn, axis=0))
            for i, line in enumerate(lines)
            for turn in ((0,) if line.height <= 1.3 * line.width else (1, -1))
        ]
        texts = self._reader.read([crop_line(pixels, corners) for _, corners in found])
        readings = [NOTHING_READ] * len(lines)
        for (i, corners), text in zip(found, texts, strict=True):
            readings[i] = max(readings[i], self._match(text, 0, corners, MIN_STRAY_SIMILARITY), key=_rank)
        return readings

    def _find_lines(
        self, pixels: Rgb, corners: Corners, box: Box, height: tuple[float, float] = (0.0, np.inf)
    ) -> list[Line]:
        """Return the lines in a box of the card, pixels of the box; ``height`` is a range, as a share of the card's."""
        low, high = (share * BAND_FACE_HEIGHT for share in height)
        lines = self._finder.find_lines(rectify(pixels, corners, box, face_height=BAND_FACE_HEIGHT))
        return [line for line in lines if low <= line.height <= high]

    def _first_type_line(
        self, pixels: Rgb, corners: Corners, box: Box, lines: Sequence[Line], *, first_word: bool = False
    ) -> str:
        for line in lines:
            place = box_to_photo(line.corners, corners, box, BAND_FACE_HEIGHT)
            whole = Line(place, 1.0)
            start = whole.start(TYPE_WORDS_WIDTH * whole.height)
            (text,) = self._reader.read([crop_line(pixels, start)])
            if is_type_line(text.text, first_word=first_word):
                return text.text
        return ""

    def _read_all(self, found: Sequence[tuple[int, Corners, Rgb]]) -> list[TitleReading]:
        """Read crops (turn, corners, pixels) together."""
        texts = self._reader.read([crop for _, _, crop in found])
        return [self._match(text, turn, line) for (turn, line, _), text in zip(found, texts, strict=True)]

    def _best(self, found: Iterable[tuple[int, Corners, Rgb]]) -> TitleReading:
        """Read crops (turn, corners, pixels) until one is certainly a title; return the best reading."""
        best = NOTHING_READ
        for turn, corners, crop in found:
            (text,) = self._reader.read([crop])
            best = max(best, self._match(text, turn, corners), key=_rank)
            if best.evidence >= STRONG:
                break
        return best

    def _match(self, text: Text, turn: int, corners: Corners, min_similarity: float | None = None) -> TitleReading:
        is_noise = text.score < MIN_TEXT_SCORE or text.text.startswith(ATTRIBUTION) or OTHER_GAME.search(text.text)
        if is_noise or not 2 <= len(title_key(text.text)) <= MAX_TITLE_LENGTH:
            return NOTHING_READ
        matches = self._matcher.match(text.text, min_similarity=min_similarity)
        return TitleReading(text.text, text.score, tuple(matches), turn, corners)


def _confirm(reading: TitleReading, wide: TitleReading, *, doubtful: bool) -> TitleReading:
    """Return the title of a line that was read again with its surroundings, or only its text if they contradict it."""
    whole = max(reading, wide, key=_rank_longer)
    if not whole.matches:
        return reading
    if names_type_besides(wide.text, whole.matches[0].title.text):
        return NOTHING_READ
    again = any(match.title.card_id == whole.matches[0].title.card_id for match in wide.matches)
    return replace(reading, matches=()) if doubtful and not again else whole


def expand_line(line: Corners, ends: float, sides: float) -> Corners:
    """Return a line with margins at both ends and both sides, in line heights."""
    whole = Line(line, 1.0)
    along = whole.direction * np.float32(whole.height)
    down = np.array([-along[1], along[0]], np.float32)
    steps = [-ends * along - sides * down, ends * along - sides * down]
    return np.asarray(line + np.stack([*steps, -steps[0], -steps[1]]), np.float32)


def stretch_contrast(crop: Rgb) -> Rgb:
    """Return the crop in grey, stretched to the full range: for white titles on pale old frames."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    low, high = np.percentile(grey, (1, 99))
    level = np.clip((grey - low) * 255 / max(high - low, 1.0), 0, 255).astype(np.uint8)
    return np.repeat(level[..., np.newaxis], 3, axis=2)


def _turned(crop: Rgb) -> Rgb:
    """Return a crop upside down."""
    return np.ascontiguousarray(crop[::-1, ::-1])


def title_strip(corners: Corners) -> Corners:
    """Return the corners of :data:`TITLE_STRIP` on the upright card between ``corners``."""
    left, top, right, bottom = TITLE_STRIP
    strip = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return geometry.transform(strip, geometry.unit_to_quad(corners))


def card_around(line: Corners, title_height_share: float = 0.058, left_share: float = 0.065) -> Corners:
    """Return the estimated corners of the card with the title ``line``: float32 (4, 2), accurate to a tenth.

    Args:
        line: float32 (4, 2), the title in reading direction.
        title_height_share: height of a detected title line over the card's height.
        left_share: distance of the title's left end from the card's left edge, over the card's width.
    """
    title = Line(line, 1.0)
    along = title.direction
    down = np.array([-along[1], along[0]], np.float32)
    height = title.height / title_height_share
    width = height * 63 / 88
    start = line[[0, 3]].mean(0) - along * left_share * width - down * 0.07 * height
    corners = [start, start + along * width, start + along * width + down * height, start + down * height]
    return np.array(corners, np.float32)


def stands_as_title(line: Corners, card: Corners) -> bool:
    """Return whether ``line``, in reading direction, is where upright cards have their title."""
    return HEAD.contains(line, card)


def _rank(reading: TitleReading) -> tuple[float, float]:
    return reading.evidence, reading.text_score


def _rank_longer(reading: TitleReading) -> float:
    """Return the evidence without its upper limit: of two certain titles the longer one is no chance."""
    if not reading.matches:
        return 0.0
    best = reading.matches[0]
    return max(best.evidence, len(best.title.folded) * (2 * best.similarity - 1)) * reading.text_score
