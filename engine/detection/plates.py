"""Find name plates: the bars with a card's title and mana cost, whether or not the rest of the card is visible.

The plate network divides the photo into cells of :data:`STRIDE` pixels and predicts for each

- ``parts`` (2, h, w): 0..1, how much of the cell is the middle of a title's line, and of a mana cost;
- ``shape`` (3, h, w): cosine and sine of the reading direction (x to the right, y downwards), and the binary logarithm
  of the line's height in units of :data:`UNIT` pixels.

Lines are the connected cells of a title, as in text detectors (Differentiable Binarization, Liao et al. 2020), but each
has a reading direction. Engine and training share this definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.onnx_session import OnnxModel
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Plate, Quad, Rgb
from engine.detection.detector import STEP_PX, finder_input
from engine.image.photo import Photo

Map = NDArray[np.float32]

STRIDE, UNIT = 4, 16.0
PARTS, SHAPE = "parts", "shape"
"""Names of the network's outputs."""
CORE = 0.6
"""Height of the marked middle of a line over the line's height; its ends are as far from the line's own ends as its
sides are from the line's sides."""
MIN_HEAT = 0.12
"""Value from which a cell belongs to a line."""
MIN_SCORE = 0.35
"""Least mean value of a line's better half of cells."""
MIN_WIDTH = 0.8
"""Least width of a line over its height: the shortest titles have two letters."""
MAX_GAP, MAX_SHIFT = 1.0, 0.5
"""Largest gap between two parts of one line, and how much higher or lower they may be, in line heights."""
MAX_COST_GAP = 14.0
"""The same gap between a title and its mana cost; the bar is 14 times as long as it is high."""
MAX_TURN = np.cos(np.radians(25.0))
"""Cosine of the largest angle between the directions of two parts of a plate."""
TITLE_HEIGHT = 0.044
"""Height of a title's line over a whole card's."""
SIDE_PX = 384
"""Longer side of the photo in the first pass."""
LEGIBLE_PX = 10.0
"""Height of a line, in the network's pixels, from which it is found reliably: smaller ones call for a second pass."""
WANTED_PX = 15.0
"""Height that the second pass gives to the smallest of the common lines."""
CLEAR_OUTLINE = 0.5
"""Score from which a rough outline tells how large cards are; lower ones lie around parts of hands."""
MAX_PASS_SIDE_PX = 4096
TILE_PX, TILE_OVERLAP_PX = 640, 128
"""Side of a tile of the second pass, and the overlap of neighbours: a plate is at most about as long."""
SAME_COVERED = 0.5
"""Share of the smaller line from which two found in different passes are the same."""
MAX_PLATES = 160


class PlateFinder:
    """Finds name plates; thread-safe."""

    def __init__(self, model: Path, *, threads: int | None = None) -> None:
        self._model = OnnxModel(model, threads=threads)

    def find(self, photo: Photo, clock: Stopwatch, outlines: Sequence[Quad] = ()) -> list[Plate]:
        """Return at most :data:`MAX_PLATES` plates in photo pixels, best first.

        Args:
            photo: where to search.
            clock: counts the time.
            outlines: of cards. If most clear ones have no plate, their titles are too small for the first pass.
        """
        with clock.time("decode"):
            view = photo.view(SIDE_PX)
        with clock.time("detect"):
            found = [plate.moved(1 / view.scale) for plate in self._run(view.pixels)]
        heights = [plate.height for plate in found]
        clear = [quad for quad in outlines if quad.score >= CLEAR_OUTLINE]
        bare = [quad for quad in clear if not any(_lies_in(plate, quad) for plate in found)]
        if len(bare) > len(found):
            heights += [quad.height * TITLE_HEIGHT for quad in bare]
        longer = max(photo.width, photo.height)
        if heights:
            common = float(np.percentile(heights, 20))
            scale = min(1.0, WANTED_PX / common, MAX_PASS_SIDE_PX / longer)
            if common * view.scale < LEGIBLE_PX and scale > 1.2 * view.scale:
                large = [plate for plate in found if plate.height * view.scale > WANTED_PX]
                found = self._find_in_tiles(photo, scale, clock) + large
        return without_doubles(found)[:MAX_PLATES]

    def _find_in_tiles(self, photo: Photo, scale: float, clock: Stopwatch) -> list[Plate]:
        """Return the plates of the photo reduced by ``scale``, searched tile by tile, in photo pixels."""
        with clock.time("decode"):
            view = photo.at_scale(scale)
        with clock.time("detect"):
            pixels, reduction = view.pixels, scale / view.scale
            if reduction < 1:
                size = [max(STEP_PX, round(side * reduction)) for side in pixels.shape[1::-1]]
                pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
            back = np.divide((photo.width, photo.height), pixels.shape[1::-1], dtype=np.float32)
            found = []
            for left, top in tiles(pixels.shape[1], pixels.shape[0]):
                tile = pixels[top : top + TILE_PX, left : left + TILE_PX]
                corner = np.array([left, top], np.float32)
                found += [plate.moved(1.0, corner).moved(back) for plate in self._run(tile)]
        return found

    def _run(self, pixels: Rgb) -> list[Plate]:
        """Return the plates of a picture, in its pixels."""
        height, width = pixels.shape[:2]
        padded = cv2.copyMakeBorder(pixels, 0, -height % STEP_PX, 0, -width % STEP_PX, cv2.BORDER_REPLICATE)
        padded_input = finder_input(np.asarray(padded, np.uint8))
        parts, shape = (output[0] for output in self._model.run(padded_input, (PARTS, SHAPE)))
        return decode_plates(parts, shape)


def tiles(width: int, height: int) -> Iterator[tuple[int, int]]:
    """Yield left and top of overlapping tiles that cover a picture."""
    step = TILE_PX - TILE_OVERLAP_PX
    for top in range(0, max(height - TILE_OVERLAP_PX, 1), step):
        for left in range(0, max(width - TILE_OVERLAP_PX, 1), step):
            yield left, top


def decode_plates(parts: Map, shape: Map) -> list[Plate]:
    """Return the plates of the network's maps, best first, in pixels of its input.

    Args:
        parts: float32 (2, h, w), 0..1.
        shape: float32 (3, h, w).
    """
    titles, costs = (_decode_lines(part, shape) for part in parts)
    costs = [cost for cost in costs if cost.score >= MIN_SCORE]
    plates = []
    for line in _join_lines(titles, costs):
        if line.score >= MIN_SCORE and line.width >= MIN_WIDTH * line.height:
            cost = min((c for c in costs if line.has_cost(c)), key=lambda c: line.along(c.middle), default=None)
            plates.append(Plate(line.corners(), line.score, None if cost is None else cost.corners()))
    return sorted(plates, key=lambda plate: -plate.score)


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A line in the network's pixels: its middle (2,), unit direction (2,), width, height and score."""

    middle: NDArray[np.float64]
    direction: NDArray[np.float64]
    width: float
    height: float
    score: float

    def along(self, point: NDArray[np.float64]) -> float:
        """Return how far a point is from the middle, in reading direction."""
        return float((point - self.middle) @ self.direction)

    def gap(self, other: _Line) -> float:
        """Return the gap to a line that continues this one, in this one's heights; infinite if it doesn't."""
        away = other.middle - self.middle
        across = abs(float(away @ (-self.direction[1], self.direction[0])))
        if float(self.direction @ other.direction) < MAX_TURN or across > MAX_SHIFT * self.height:
            return np.inf
        return (float(away @ self.direction) - (self.width + other.width) / 2) / self.height

    def has_cost(self, cost: _Line) -> bool:
        """Return whether a mana cost may be this title's."""
        return -1.0 < self.gap(cost) < MAX_COST_GAP and self.along(cost.middle) > 0

    def corners(self) -> Corners:
        """Return the corners, float32 (4, 2), in reading direction."""
        along = self.direction * self.width / 2
        down = np.array([-self.direction[1], self.direction[0]]) * self.height / 2
        m = self.middle
        return np.array([m - along - down, m + along - down, m + along + down, m - along + down], np.float32)


def _decode_lines(part: Map, shape: Map) -> list[_Line]:
    """Return the lines of one of the two parts."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((part >= MIN_HEAT).astype(np.uint8), connectivity=8)
    lines = []
    for number in range(1, count):
        left, top, width, height = stats[number, :4].tolist()
        window = slice(top, top + height), slice(left, left + width)
        rows, columns = np.nonzero(labels[window] == number)
        heat = part[window][rows, columns].astype(np.float64)
        cells = (np.stack([columns + left, rows + top], 1) + 0.5) * STRIDE
        cosine, sine, log_height = (shape[:, top:, left:][:, rows, columns] @ heat / heat.sum()).astype(np.float64)
        tall = float(UNIT * 2 ** np.clip(log_height, -3, 4))
        lines.append(_fit_line(cells, heat, np.array([cosine, sine]), tall))
    return lines


def _fit_line(
    cells: NDArray[np.float64], heat: NDArray[np.float64], direction: NDArray[np.float64], tall: float
) -> _Line:
    """Return the line of cells (N, 2); a long one's direction is fitted to them, except for its sign."""
    direction = direction / (np.linalg.norm(direction) + 1e-9)
    middle = heat @ cells / heat.sum()
    away = cells - middle
    if np.ptp(away @ direction) > 3 * tall:
        values, axes = np.linalg.eigh((away * heat[:, np.newaxis]).T @ away)
        fitted = axes[:, int(np.argmax(values))]
        fitted = fitted if fitted @ direction >= 0 else -fitted
        direction = fitted if fitted @ direction >= MAX_TURN else direction
    along = away @ direction
    # The marked middle ends before the line does, and within its last cell.
    margin = tall * (1 - CORE) / 2 + STRIDE / 4
    start, end = float(along.min()) - margin, float(along.max()) + margin
    return _Line(
        middle + direction * (start + end) / 2,
        direction,
        end - start,
        tall,
        float(heat[heat >= np.median(heat)].mean()),
    )


def _join_lines(titles: Sequence[_Line], costs: Sequence[_Line]) -> list[_Line]:
    """Return the titles, with parts of one that a finger divides joined; a mana cost never stands within a title."""
    lines = sorted(titles, key=lambda line: -line.width)
    joined: list[_Line] = []
    while lines:
        line = lines.pop(0)
        for other in lines:
            first, second = (line, other) if line.along(other.middle) > 0 else (other, line)
            gap = first.gap(second)
            between = any(0 < first.along(c.middle) < first.along(second.middle) and first.has_cost(c) for c in costs)
            if -1.0 < gap < MAX_GAP and not between and 0.6 < first.height / second.height < 1.6:
                lines.remove(other)
                lines.insert(0, _join(first, second))
                break
        else:
            joined.append(line)
    return joined


def _join(first: _Line, second: _Line) -> _Line:
    """Return the line from the start of one to the end of another."""
    start, end = (line.middle + side * line.direction * line.width / 2 for line, side in ((first, -1), (second, 1)))
    width = float(np.linalg.norm(end - start))
    share = first.width / (first.width + second.width)
    score, height = (
        share * a + (1 - share) * b for a, b in ((first.score, second.score), (first.height, second.height))
    )
    return _Line((start + end) / 2, (end - start) / max(width, 1e-9), width, height, score)


def without_doubles(plates: Sequence[Plate]) -> list[Plate]:
    """Return the plates, best first, each once; of two that overlap the wider one is kept, cut at no tile's edge."""
    kept: list[Plate] = []
    for plate in sorted(plates, key=lambda p: -p.score * float(geometry.side_lengths(p.title)[0])):
        if all(_overlap(plate.title, other.title) < SAME_COVERED for other in kept):
            kept.append(plate)
    return sorted(kept, key=lambda plate: -plate.score)


def _lies_in(plate: Plate, outline: Quad) -> bool:
    x, y = plate.title.mean(0).tolist()
    return cv2.pointPolygonTest(outline.corners, (x, y), measureDist=False) >= 0


def _overlap(one: Corners, other: Corners) -> float:
    """Return the share of the smaller of two lines that the other covers."""
    if np.abs(one.mean(0) - other.mean(0)).sum() > np.ptp(one, axis=0).sum() + np.ptp(other, axis=0).sum():
        return 0.0
    return geometry.intersection_area(one, other) / max(min(geometry.area(one), geometry.area(other)), 1e-6)
