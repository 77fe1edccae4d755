"""Photo -> quads: where in a photo there are cards, their corners to the pixel, the right way up.

The seam is :class:`Detector`. The one here looks three times: at the whole photo, reduced; where cards
are small, at parts of it at a higher resolution; and at each card found, straightened, for its corners.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.artifacts import Artifacts
from engine.core.constants import CARD_ASPECT, LIKELY_MAGIC
from engine.core.onnx_session import OnnxModel
from engine.core.timing import Stopwatch
from engine.core.values import Corners, Quad, Rgb
from engine.detection.corners import MAGIC, NOTHING, PATCH_HEIGHT, CornerRefiner, extract_patch
from engine.detection.edges import FACE_PX, snap_to_edges
from engine.detection.heatmaps import CORNERS, HEAT, SAME_IOU, SECTOR, decode_quads, suppress_overlaps
from engine.image.photo import Photo, View, open_photo

LOOK_SIDE_PX = 384
"""Longer side of the picture the finder sees."""
STEP_PX = 32
"""The finder's coarsest stride: sides of what it sees are multiples of this."""
SMALL_PX = 72.0
"""Height, in the finder's pixels, below which cards deserve a second look at a higher resolution."""
PARTS, OVERLAP = 2, 0.3
"""A second look divides each side in two, which share this much of it."""
MIN_GAIN = 1.25
"""Least gain of resolution that is worth a second look."""
DOUBLE_IOU = 0.55
"""Overlap from which finds of two looks are one card, the larger one cut off at a part's edge."""
SURE = 0.5
"""Probability of being no card from which a find is dropped."""
LEAST_SCORE = 0.19
"""Heat of a find, times how sure both closer looks were of it, from which it is a card: of composed cards a third
hidden hardly one in a hundred has less, of what is taken for a card where none is, half."""
FIRST_GROWTH = 0.1
"""A first look is at the quad grown by this on every side: perspective may have moved a corner well outside it."""
SCAN_SHAPE, SCAN_IOU = 0.02, 0.8
"""A picture whose shape is a card's to so much, and that a card fills so far, is a scan."""
PART_AREA, PART_COVERED = 0.35, 0.8
"""A find so much smaller than a surer one, so much of it inside that one, is a part of it."""
ROOM, GREY = 0.1, 128
"""Width of the frame over the photo's longer side, and its shade, in which a photo is looked at again where nothing was
found: of a card that is cut off on several sides too few edges show otherwise."""
ROOM_SIDE_PX = 1024
"""Longer side of that photo."""
LEAST_FILLED = 0.4
"""Share of the photo that a card fills which is cut off so: what is smaller is taken for a card where none is."""
MAX_QUADS = 80
"""Quads handed on, best first."""


class Detector(Protocol):
    """Anything that finds cards in a photo."""

    def detect(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return the quads that may be cards, in photo pixels, best first."""

    def refine(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[Quad]:
        """Return rough quads with their corners put right, best first; what is no card is dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class _Area:
    """A part of the photo, in photo pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A quad after a closer look, and how sure that was of it, 0..1."""

    quad: Quad
    sure: float


class CardDetector:
    """Finds cards with two networks; thread-safe.

    Args:
        finder: tells where cards lie, see ``engine/detection/heatmaps.py``.
        corners: looks closer at each.
    """

    def __init__(self, finder: OnnxModel, corners: CornerRefiner) -> None:
        self._finder, self._corners = finder, corners

    def detect(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return at most :data:`MAX_QUADS` quads in photo pixels, best first, each beginning at the card's top left.

        ``magic`` of each says how likely it is a Magic card's face and no back or other game's card.
        """
        found = self._found(photo, clock) or self._found_in_room(photo, clock)
        return [_as_scan(quad, photo) for quad in _outer(found)]

    def _found(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        whole = _Area(0, 0, photo.width, photo.height)
        with clock.time("decode"):
            view = photo.view(LOOK_SIDE_PX)
        with clock.time("detect"):
            rough = self._look(view, whole)
        if _crowded(rough, photo):
            rough = self._look_again(photo, rough, clock)
        return self.refine(photo, rough[:MAX_QUADS], clock)

    def _found_in_room(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return the cards that fill the photo, found with grey around it."""
        with clock.time("decode"):
            view = photo.view(ROOM_SIDE_PX)
        room = round(ROOM * max(view.pixels.shape))
        framed = cv2.copyMakeBorder(view.pixels, room, room, room, room, cv2.BORDER_CONSTANT, value=(GREY,) * 3)
        found = self._found(open_photo(np.asarray(framed, np.uint8)), clock)
        moved = [replace(quad, corners=(quad.corners - np.float32(room)) / np.float32(view.scale)) for quad in found]
        frame = geometry.rectangle(photo.width, photo.height)
        return [quad for quad in moved if geometry.coverage(frame, quad.corners) >= LEAST_FILLED]

    def _look(self, view: View, area: _Area) -> list[Quad]:
        """Return what the finder sees in a part of the photo, in photo pixels."""
        pixels = resize_for_finder(_cut(view, area))
        found = self._finder.run(finder_input(pixels), (HEAT, SECTOR, CORNERS))
        heat, sectors, corners = (output[0] for output in found)
        scale = np.array([area.width / pixels.shape[1], area.height / pixels.shape[0]], np.float32)
        shift = np.array([area.left, area.top], np.float32)
        quads = decode_quads(heat.max(0), sectors, corners)
        return [replace(quad, corners=quad.corners * scale + shift) for quad in quads]

    def _look_again(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[Quad]:
        """Return the finds of a look at each part of the region in which cards lie, and of the first look."""
        found = list(rough)
        for area in _parts(_region(rough, photo)):
            with clock.time("decode"):
                view = photo.at_scale(min(1.0, LOOK_SIDE_PX / max(area.width, area.height)))
            with clock.time("detect"):
                found += [quad for quad in self._look(view, area) if not _cut_off(quad, area, photo)]
        return suppress_overlaps(found, DOUBLE_IOU)

    def refine(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[Quad]:
        """Return rough quads with their corners put right by two looks; what is no card is dropped."""
        seen = self._seen_twice(photo, rough, clock)
        scored = [replace(one.quad, score=one.quad.score * one.sure**2) for one in seen]
        kept = suppress_overlaps([quad for quad in scored if quad.score >= LEAST_SCORE], SAME_IOU)
        return [self._snap_to_edges(photo, quad, clock) for quad in kept]

    def _seen_twice(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[_Seen]:
        grown = [replace(quad, corners=geometry.expand(quad.corners, FIRST_GROWTH)) for quad in rough]
        nearly = [one.quad for one in self._seen(photo, grown, clock)]
        return self._seen(photo, suppress_overlaps(nearly, SAME_IOU), clock)

    def _seen(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[_Seen]:
        """Return the quads after a closer look, the right way up, without those that are no card."""
        patches = [self._patch(photo, quad, clock) for quad in rough]
        with clock.time("detect"):
            look = self._corners.predict(patches, [quad.corners for quad in rough])
        seen = []
        for n, quad in enumerate(rough):
            corners, no_card = look.corners[n], float(look.kinds[n, NOTHING])
            if no_card <= SURE and _is_sound(corners):
                magic = min(1.0, float(look.kinds[n, MAGIC]) / (1 - no_card))
                found = Quad(corners, quad.score, upright_known=True, magic=magic).rotate(int(look.turns[n].argmax()))
                seen.append(_Seen(found, min(1.0, (1 - no_card) * float(look.sureness[n].mean()))))
        return seen

    def _snap_to_edges(self, photo: Photo, quad: Quad, clock: Stopwatch) -> Quad:
        """Return the quad with its sides on the edges of the card, where edges are to be seen."""
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, FACE_PX / max(quad.height, 1.0)))
        with clock.time("detect"):
            part, corners, shift, scale = _reduced(view, quad, FACE_PX)
            moved = (snap_to_edges(part, corners) / scale + shift) / np.float32(view.scale)
        return replace(quad, corners=moved.astype(np.float32)) if _is_sound(moved.astype(np.float32)) else quad

    def _patch(self, photo: Photo, quad: Quad, clock: Stopwatch) -> Rgb:
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, PATCH_HEIGHT / max(quad.height, 1.0)))
        with clock.time("detect"):
            part, corners, _, _ = _reduced(view, quad, PATCH_HEIGHT)
            return extract_patch(part, corners)


def open_detector(artifacts: Artifacts, *, threads: int | None = None) -> CardDetector:
    """Return the detector of an artifact folder; raises :class:`ArtifactDamaged` where a model can't be opened."""
    return open_networks(artifacts.finder, artifacts.corners, threads=threads)


def open_networks(finder: Path, corners: Path, *, threads: int | None = None) -> CardDetector:
    """Return the detector of two model files; raises :class:`ArtifactDamaged` where one can't be opened."""
    return CardDetector(OnnxModel(finder, threads=threads), CornerRefiner(corners, threads=threads))


def is_magic(quad: Quad) -> bool:
    """Return whether a quad is rather a Magic card's face than a back or another game's card."""
    return quad.magic >= LIKELY_MAGIC


def resize_for_finder(pixels: Rgb) -> Rgb:
    """Return a picture as the finder takes it: longer side :data:`LOOK_SIDE_PX`, both multiples of :data:`STEP_PX`."""
    height, width = pixels.shape[:2]
    scale = LOOK_SIDE_PX / max(height, width)
    size = [max(STEP_PX, round(side * scale / STEP_PX) * STEP_PX) for side in (width, height)]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def finder_input(pixels: Rgb) -> NDArray[np.float32]:
    """Return a picture as float32 (1, 3, H, W), 0..255."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis], np.float32)


def _cut(view: View, area: _Area) -> Rgb:
    left, top = round(area.left * view.scale), round(area.top * view.scale)
    right, bottom = round((area.left + area.width) * view.scale), round((area.top + area.height) * view.scale)
    return view.pixels[top : max(bottom, top + 1), left : max(right, left + 1)]


def _crowded(quads: Sequence[Quad], photo: Photo) -> bool:
    """Return whether cards are so small in the finder's picture that a second look will show more."""
    if not quads or max(photo.width, photo.height) < MIN_GAIN * LOOK_SIDE_PX:
        return False
    scale = LOOK_SIDE_PX / max(photo.width, photo.height)
    return float(np.median([quad.height for quad in quads])) * scale < SMALL_PX


def _region(quads: Sequence[Quad], photo: Photo) -> _Area:
    """Return the part of the photo in which cards lie, with a card's room around it."""
    points = np.concatenate([quad.corners for quad in quads])
    room = float(np.median([quad.height for quad in quads]))
    low = np.clip(points.min(0) - room, 0, (photo.width, photo.height))
    high = np.clip(points.max(0) + room, 0, (photo.width, photo.height))
    return _Area(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def _parts(region: _Area) -> Iterator[_Area]:
    """Yield overlapping parts of a region, at least as wide as they share."""
    share = 1 / (PARTS - (PARTS - 1) * OVERLAP)
    width, height = region.width * share, region.height * share
    for row in range(PARTS):
        for column in range(PARTS):
            left = region.left + column * (region.width - width) / (PARTS - 1)
            yield _Area(left, region.top + row * (region.height - height) / (PARTS - 1), width, height)


def _cut_off(quad: Quad, area: _Area, photo: Photo) -> bool:
    """Return whether a quad reaches beyond a part's edge that isn't the photo's own."""
    slack = 0.02 * quad.height
    low, high = quad.corners.min(0), quad.corners.max(0)
    return bool(
        (low[0] < area.left - slack and area.left > 1)
        or (low[1] < area.top - slack and area.top > 1)
        or (high[0] > area.left + area.width + slack and area.left + area.width < photo.width - 1)
        or (high[1] > area.top + area.height + slack and area.top + area.height < photo.height - 1)
    )


def _reduced(view: View, quad: Quad, height_px: float) -> tuple[Rgb, Corners, NDArray[np.float32], NDArray[np.float32]]:
    """Return the surroundings of a quad in which it is about ``height_px`` high, where the view has as much.

    Returns:
        The pixels; the quad in them; and what leads back to the view: ``corners / scale + shift``.
    """
    corners = quad.corners * np.float32(view.scale)
    room = 0.4 * max(quad.height * view.scale, 8.0)
    bounds = np.array(view.pixels.shape[1::-1])
    low = np.clip(np.floor(corners.min(0) - room), 0, bounds - 1).astype(int)
    high = np.clip(np.ceil(corners.max(0) + room), low + 1, bounds).astype(int)
    part, shift = view.pixels[low[1] : high[1], low[0] : high[0]], low.astype(np.float32)
    reduction = 1.25 * height_px / max(quad.height * view.scale, 1.0)
    if reduction < 1:
        size = [max(2, round(side * reduction)) for side in part.shape[1::-1]]
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    scale = np.array(part.shape[1::-1], np.float32) / (high - low).astype(np.float32)
    return part, ((corners - shift) * scale).astype(np.float32), shift, scale


def _as_scan(quad: Quad, photo: Photo) -> Quad:
    """Return the picture's own outline for a card that nearly fills a picture of a card's very shape: a scan.

    There is nothing beyond its edges for the networks to see them by.
    """
    frame = geometry.rectangle(photo.width, photo.height)
    shape = abs(photo.width / photo.height / CARD_ASPECT - 1)
    if shape > SCAN_SHAPE or geometry.iou(quad.corners, frame) < SCAN_IOU:
        return quad
    turns = [float(np.abs(np.roll(frame, turn, axis=0) - quad.corners).sum()) for turn in range(4)]
    return replace(quad, corners=np.roll(frame, int(np.argmin(turns)), axis=0))


def _outer(quads: Sequence[Quad]) -> list[Quad]:
    """Return the quads without small ones inside surer ones: cards on a table are about equally large."""
    return [
        quad
        for n, quad in enumerate(quads)
        if not any(
            quad.area < PART_AREA * other.area and geometry.coverage(quad.corners, other.corners) > PART_COVERED
            for other in quads[:n]
        )
    ]


def _is_sound(corners: Corners) -> bool:
    return bool(
        np.isfinite(corners).all() and cv2.isContourConvex(corners) and geometry.side_lengths(corners).min() > 4
    )
