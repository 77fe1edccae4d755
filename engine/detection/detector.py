"""Find the cards of a photo: quads with their corners to the pixel, the right way up.

The finder network sees the whole photo, reduced; where cards are small, it sees parts of it again at a higher
resolution. Then the corner network sees each card found, rectified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.constants import CARD_ASPECT, LIKELY_MAGIC, MAX_CARDS
from engine.core.onnx_session import OnnxModel
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Quad, Rgb
from engine.detection.corners import MAGIC, NOTHING, PATCH_HEIGHT, CornerRefiner, extract_patch
from engine.detection.edges import FACE_PX, snap_to_edges
from engine.detection.heatmaps import CORNERS, HEAT, SAME_IOU, SECTOR, decode_quads, suppress_overlaps
from engine.image.photo import Photo, View, open_photo

FINDER_SIDE_PX = 384
"""Longer side of the finder's input."""
LEAST_SIDE_PX = 224
"""Longer side to which a smaller picture is enlarged for the finder: more finds no more cards (171 photos of single
cards, reduced to 160, 240 and 320 pixels) and takes up to three times as long."""
STEP_PX = 32
"""The finder's coarsest stride: the sides of its input are multiples of this."""
SMALL_PX = 72.0
"""Median card height, in the finder's pixels, below which a second pass at a higher resolution is made."""
PARTS, OVERLAP = 2, 0.3
"""A second pass divides each side in two, with this share of overlap."""
MIN_GAIN = 1.25
"""Least gain of resolution that is worth a second pass."""
DOUBLE_IOU = 0.55
"""IoU from which detections of two passes are one card, the larger one cut off at a part's edge."""
MAX_NO_CARD = 0.5
"""Probability of not being a card above which a detection is dropped."""
MIN_REFINED_SCORE = 0.19
"""Least heat times squared certainty of the refinement: 1% of composed cards that are a third hidden score less, and
half of the false detections do."""
FIRST_EXPANSION = 0.1
"""The first refinement sees the quad expanded by this on every side: perspective may put a corner well outside it."""
SCAN_SHAPE, SCAN_IOU = 0.02, 0.8
"""A picture is a scan if its shape is within this of a card's, and a card fills it to this IoU."""
PART_AREA, PART_COVERED = 0.35, 0.8
"""A detection this much smaller than a better one, and covered by it to this share, is a part of that card."""
BORDER, GREY = 0.1, 128
"""Width of the frame, over the photo's longer side, and its shade, added to a photo without detections: a card that is
cut off on several sides shows too few edges otherwise."""
BORDERED_SIDE_PX = 1024
"""Longer side of that photo, without the frame."""
MIN_FILLED = 0.4
"""Share of the photo that a card found only with the frame must fill; smaller ones are false detections."""


@dataclass(frozen=True, slots=True, eq=False)
class _Area:
    """A part of the photo, in photo pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class _Crop:
    """The surroundings of a quad, reduced so that it has about the wanted height, where the photo has as much.

    Attributes:
        pixels: uint8 (h, w, 3).
        corners: the quad in them.
        shift, scale: float32 (2,), the crop's top left in the view, and crop pixels per view pixel.
        view_scale: view pixels per photo pixel.
    """

    pixels: Rgb
    corners: Corners
    shift: NDArray[np.float32]
    scale: NDArray[np.float32]
    view_scale: float

    def to_photo(self, corners: Corners) -> Corners:
        """Map corners in the crop to photo pixels."""
        return ((corners / self.scale + self.shift) / np.float32(self.view_scale)).astype(np.float32)


class Detector:
    """Finds cards with two networks; thread-safe."""

    def __init__(self, finder: OnnxModel, corners: CornerRefiner) -> None:
        self._finder, self._corners = finder, corners

    def detect(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return at most :data:`~engine.core.constants.MAX_CARDS` quads in photo pixels, best first.

        Each starts at the card's top left. Their ``magic`` is the probability of being a Magic card's face, not a back
        or another game's card.
        """
        return self._detect_once(photo, clock) or self.detect_cut_off(photo, clock)

    def find(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return rough quads in photo pixels, best first: the finder's own, for :meth:`outline` to correct."""
        with clock.time("decode"):
            view = photo.view(FINDER_SIDE_PX)
        with clock.time("detect"):
            return self._run_finder(view, _Area(0, 0, photo.width, photo.height))[:MAX_CARDS]

    def find_small(
        self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch, card_height: float | None = None
    ) -> list[Quad]:
        """Return rough quads with those that a second pass at a higher resolution finds, if cards are small.

        ``card_height`` in photo pixels is the median of the quads' unless it is known better.
        """
        found, areas = list(rough), _second_pass_areas(rough, photo, card_height)
        for area in areas:
            with clock.time("decode"):
                view = photo.showing(max(area.width, area.height), FINDER_SIDE_PX)
            with clock.time("detect"):
                found += [quad for quad in self._run_finder(view, area) if not _is_cut_off(quad, area, photo)]
        return suppress_overlaps(found, DOUBLE_IOU)[:MAX_CARDS] if areas else found

    def outline(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[Quad]:
        """Return the cards among rough quads as :meth:`detect` does."""
        found = self.refine(photo, rough, clock)
        # Cards on a table are about the same size: a much smaller quad inside a better one is a part of it.
        return [
            _as_scan(quad, photo)
            for n, quad in enumerate(found)
            if not any(
                quad.area < PART_AREA * other.area and geometry.coverage(quad.corners, other.corners) > PART_COVERED
                for other in found[:n]
            )
        ]

    def detect_cut_off(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return the cards that fill much of the photo and are cut off at its edges: with a frame they are found."""
        with clock.time("decode"):
            view = photo.view(BORDERED_SIDE_PX)
        edge = round(BORDER * max(view.pixels.shape))
        framed = cv2.copyMakeBorder(view.pixels, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(GREY,) * 3)
        wider = open_photo(np.asarray(framed, np.uint8))
        quads = self._detect_once(wider, clock)
        moved = [replace(q, corners=(q.corners - np.float32(edge)) / np.float32(view.scale)) for q in quads]
        frame = geometry.rectangle(photo.width, photo.height)
        return [_as_scan(quad, photo) for quad in moved if geometry.coverage(frame, quad.corners) >= MIN_FILLED]

    def refine(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[Quad]:
        """Return rough quads with corrected corners, best first, without those that are not cards.

        The network corrects them twice; then they are snapped to edges.
        """
        expanded = [replace(quad, corners=geometry.expand(quad.corners, FIRST_EXPANSION)) for quad in rough]
        first = [quad for quad, _ in self._refine_once(photo, expanded, clock)]
        second = self._refine_once(photo, suppress_overlaps(first, SAME_IOU), clock)
        scored = [replace(quad, score=quad.score * certainty**2) for quad, certainty in second]
        refined = []
        for quad in suppress_overlaps([quad for quad in scored if quad.score >= MIN_REFINED_SCORE], SAME_IOU):
            crop = _crop(photo, quad, FACE_PX, clock)
            with clock.time("detect"):
                corners = crop.to_photo(snap_to_edges(crop.pixels, crop.corners))
            refined.append(replace(quad, corners=corners) if _is_sound(corners) else quad)
        return refined

    def _detect_once(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        return self.outline(photo, self.find_small(photo, self.find(photo, clock), clock), clock)

    def _run_finder(self, view: View, area: _Area) -> list[Quad]:
        """Return what the finder detects in a part of the photo, in photo pixels."""
        left, top = round(area.left * view.scale), round(area.top * view.scale)
        right, bottom = round((area.left + area.width) * view.scale), round((area.top + area.height) * view.scale)
        pixels = resize_for_finder(view.pixels[top : max(bottom, top + 1), left : max(right, left + 1)])
        heat, sectors, corners = (
            output[0] for output in self._finder.run(finder_input(pixels), (HEAT, SECTOR, CORNERS))
        )
        scale = np.array([area.width / pixels.shape[1], area.height / pixels.shape[0]], np.float32)
        shift = np.array([area.left, area.top], np.float32)
        quads = decode_quads(heat.max(0), sectors, corners)
        return [replace(quad, corners=quad.corners * scale + shift) for quad in quads]

    def _refine_once(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[tuple[Quad, float]]:
        """Return the quads that are cards, corrected and the right way up, each with the network's certainty, 0..1."""
        patches = []
        for quad in rough:
            crop = _crop(photo, quad, PATCH_HEIGHT, clock)
            with clock.time("detect"):
                patches.append(extract_patch(crop.pixels, crop.corners))
        with clock.time("detect"):
            predicted = self._corners.predict(patches, [quad.corners for quad in rough])
        refined = []
        for n, quad in enumerate(rough):
            corners, no_card = predicted.corners[n], float(predicted.kinds[n, NOTHING])
            if no_card <= MAX_NO_CARD and _is_sound(corners):
                magic = min(1.0, float(predicted.kinds[n, MAGIC]) / (1 - no_card))
                found = Quad(corners, quad.score, magic=magic)
                certainty = min(1.0, (1 - no_card) * float(predicted.certainty[n].mean()))
                refined.append((found.rotate(int(predicted.turns[n].argmax())), certainty))
        return refined


def open_detector(finder: Path, corners: Path, *, threads: int | None = None) -> Detector:
    """Return the detector of two model files; raises :class:`ArtifactDamaged` if one can't be opened."""
    return Detector(OnnxModel(finder, threads=threads), CornerRefiner(corners, threads=threads))


def is_magic(quad: Quad) -> bool:
    """Return whether a quad is more likely a Magic card's face than a back or another game's card."""
    return quad.magic >= LIKELY_MAGIC


def resize_for_finder(pixels: Rgb) -> Rgb:
    """Resize a picture for the finder, both sides to multiples of :data:`STEP_PX`.

    Its longer side becomes :data:`FINDER_SIDE_PX` at most, and :data:`LEAST_SIDE_PX` at least.
    """
    height, width = pixels.shape[:2]
    longer = max(height, width)
    scale = min(FINDER_SIDE_PX, max(LEAST_SIDE_PX, longer)) / longer
    size = [max(STEP_PX, round(side * scale / STEP_PX) * STEP_PX) for side in (width, height)]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def finder_input(pixels: Rgb) -> NDArray[np.float32]:
    """Return a picture as float32 (1, 3, H, W), 0..255."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis], np.float32)


def _second_pass_areas(quads: Sequence[Quad], photo: Photo, card_height: float | None) -> list[_Area]:
    """Return overlapping parts of the region with cards to search at a higher resolution, none if that gains little.

    The region has a margin of one card's height.
    """
    longer = max(photo.width, photo.height)
    if not quads or longer < MIN_GAIN * FINDER_SIDE_PX:
        return []
    card_height = card_height or float(np.median([quad.height for quad in quads]))
    if card_height * (FINDER_SIDE_PX / longer) >= SMALL_PX:
        return []
    points = np.concatenate([quad.corners for quad in quads])
    low = np.clip(points.min(0) - card_height, 0, (photo.width, photo.height))
    high = np.clip(points.max(0) + card_height, 0, (photo.width, photo.height))
    (left, top), (region_width, region_height) = low.tolist(), (high - low).tolist()
    share = 1 / (PARTS - (PARTS - 1) * OVERLAP)
    width, height = region_width * share, region_height * share
    return [
        _Area(
            left + column * (region_width - width) / (PARTS - 1),
            top + row * (region_height - height) / (PARTS - 1),
            width,
            height,
        )
        for row in range(PARTS)
        for column in range(PARTS)
    ]


def _is_cut_off(quad: Quad, area: _Area, photo: Photo) -> bool:
    """Return whether a quad crosses an edge of the area that is not the photo's own edge."""
    slack = 0.02 * quad.height
    low, high = quad.corners.min(0), quad.corners.max(0)
    return bool(
        (low[0] < area.left - slack and area.left > 1)
        or (low[1] < area.top - slack and area.top > 1)
        or (high[0] > area.left + area.width + slack and area.left + area.width < photo.width - 1)
        or (high[1] > area.top + area.height + slack and area.top + area.height < photo.height - 1)
    )


def _crop(photo: Photo, quad: Quad, height_px: float, clock: Stopwatch) -> _Crop:
    with clock.time("decode"):
        view = photo.showing(quad.height, height_px)
    with clock.time("detect"):
        corners = quad.corners * np.float32(view.scale)
        margin = 0.4 * max(quad.height * view.scale, 8.0)
        bounds = np.array(view.pixels.shape[1::-1])
        low = np.clip(np.floor(corners.min(0) - margin), 0, bounds - 1).astype(int)
        high = np.clip(np.ceil(corners.max(0) + margin), low + 1, bounds).astype(int)
        part, shift = view.pixels[low[1] : high[1], low[0] : high[0]], low.astype(np.float32)
        reduction = 1.25 * height_px / max(quad.height * view.scale, 1.0)
        if reduction < 1:
            size = [max(2, round(side * reduction)) for side in part.shape[1::-1]]
            part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.array(part.shape[1::-1], np.float32) / (high - low).astype(np.float32)
        return _Crop(part, ((corners - shift) * scale).astype(np.float32), shift, scale, view.scale)


def _as_scan(quad: Quad, photo: Photo) -> Quad:
    """Return the picture's own outline for a card that nearly fills a picture of a card's shape, such as a scan.

    There is nothing beyond the card's edges for the networks to see them by.
    """
    frame = geometry.rectangle(photo.width, photo.height)
    shape = abs(photo.width / photo.height / CARD_ASPECT - 1)
    if shape > SCAN_SHAPE or geometry.iou(quad.corners, frame) < SCAN_IOU:
        return quad
    distances = [float(np.abs(np.roll(frame, turn, axis=0) - quad.corners).sum()) for turn in range(4)]
    return replace(quad, corners=np.roll(frame, int(np.argmin(distances)), axis=0))


def _is_sound(corners: Corners) -> bool:
    return bool(
        np.isfinite(corners).all() and cv2.isContourConvex(corners) and geometry.side_lengths(corners).min() > 4
    )
