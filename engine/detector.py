"""Photo -> quads: where in a photo there are cards, their corners to the pixel, the right way up.

The seam is :class:`Detector`. The one here looks three times: at the whole photo, reduced; where cards
are small, at parts of it at a higher resolution; and at each card found, straightened, for its corners.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from engine import geometry
from engine.corners import MAGIC, NOTHING, PATCH_HEIGHT, CornerFinder, patch_of
from engine.finding import CORNERS, HEAT, SAME_IOU, SECTOR, quads_of
from engine.image import Photo, View
from engine.onnx_session import OnnxModel
from engine.stopwatch import Stopwatch
from engine.values import Corners, Quad, Rgb

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
FAR = 0.05
"""Corners that moved farther than this, in card heights, are looked at once more from where they are now."""
MAX_QUADS = 80
"""Quads handed on, best first."""


class Detector(Protocol):
    """Anything that finds cards in a photo."""

    def __call__(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return the quads that may be cards, in photo pixels, best first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Area:
    """A part of the photo, in photo pixels."""

    left: float
    top: float
    width: float
    height: float


class CardDetector:
    """Finds cards with two networks; thread-safe.

    Args:
        finder: tells where cards lie, see ``engine/finding.py``.
        corners: looks closer at each.
    """

    def __init__(self, finder: OnnxModel, corners: CornerFinder) -> None:
        self._finder, self._corners = finder, corners

    def __call__(self, photo: Photo, clock: Stopwatch) -> list[Quad]:
        """Return at most :data:`MAX_QUADS` quads in photo pixels, best first, each beginning at the card's top left.

        ``magic`` of each says how likely it is a Magic card's face and no back or other game's card.
        """
        whole = _Area(0, 0, photo.width, photo.height)
        with clock.time("decode"):
            view = photo.view(LOOK_SIDE_PX)
        with clock.time("detect"):
            rough = self._look(view, whole)
        if _crowded(rough, photo):
            rough = self._look_again(photo, rough, clock)
        return self._closer(photo, rough[:MAX_QUADS], clock)

    def _look(self, view: View, area: _Area) -> list[Quad]:
        """Return what the finder sees in a part of the photo, in photo pixels."""
        pixels = fitted(_cut(view, area))
        found = self._finder.run(finder_input(pixels), (HEAT, SECTOR, CORNERS))
        heat, sectors, corners = (output[0] for output in found)
        scale = np.array([area.width / pixels.shape[1], area.height / pixels.shape[0]], np.float32)
        shift = np.array([area.left, area.top], np.float32)
        quads = quads_of(heat.max(0), sectors, corners)
        return [replace(quad, corners=quad.corners * scale + shift) for quad in quads]

    def _look_again(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[Quad]:
        """Return the finds of a look at each part of the region in which cards lie, and of the first look."""
        found = list(rough)
        for area in _parts(_region(rough, photo)):
            with clock.time("decode"):
                view = photo.at_scale(min(1.0, LOOK_SIDE_PX / max(area.width, area.height)))
            with clock.time("detect"):
                found += [quad for quad in self._look(view, area) if not _cut_off(quad, area, photo)]
        return _distinct(found, DOUBLE_IOU)

    def _closer(self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch) -> list[Quad]:
        """Return the quads with their corners put right; what is no card is dropped."""
        quads, moved = self._corrected(photo, rough, clock)
        again = [n for n, far in enumerate(moved) if far > FAR]
        if again:
            better, _ = self._corrected(photo, [quads[n] for n in again], clock)
            for n, quad in zip(again, better, strict=True):
                quads[n] = quad
        return _distinct([quad for quad in quads if quad.score > 0], SAME_IOU)

    def _corrected(
        self, photo: Photo, rough: Sequence[Quad], clock: Stopwatch
    ) -> tuple[list[Quad], NDArray[np.float32]]:
        """Return each quad after a closer look, score 0 where it is no card, and how far its corners moved."""
        patches = [self._patch(photo, quad, clock) for quad in rough]
        with clock.time("detect"):
            look = self._corners(patches, [quad.corners for quad in rough])
        quads, moved = [], np.zeros(len(rough), np.float32)
        for n, quad in enumerate(rough):
            corners = look.corners[n]
            if not _is_sound(corners):
                corners = quad.corners
            moved[n] = np.linalg.norm(corners - quad.corners, axis=1).max() / max(quad.height, 1.0)
            no_card = float(look.kinds[n, NOTHING])
            score = 0.0 if no_card > SURE else quad.score * (1 - no_card)
            magic = float(look.kinds[n, MAGIC]) / max(1 - no_card, 1e-6)
            turned = Quad(corners, score, upright_known=True, magic=min(magic, 1.0)).turned(int(look.turns[n].argmax()))
            quads.append(turned)
        return quads, moved

    def _patch(self, photo: Photo, quad: Quad, clock: Stopwatch) -> Rgb:
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, PATCH_HEIGHT / max(quad.height, 1.0)))
        with clock.time("detect"):
            return patch_of(*_reduced(view, quad))


def fitted(pixels: Rgb) -> Rgb:
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


def _reduced(view: View, quad: Quad) -> tuple[Rgb, Corners]:
    """Return the surroundings of a quad no larger than twice a patch's size, and the quad in them."""
    corners = quad.corners * np.float32(view.scale)
    room = 0.4 * max(quad.height * view.scale, 8.0)
    bounds = np.array(view.pixels.shape[1::-1])
    low = np.clip(np.floor(corners.min(0) - room), 0, bounds - 1).astype(int)
    high = np.clip(np.ceil(corners.max(0) + room), low + 1, bounds).astype(int)
    part = view.pixels[low[1] : high[1], low[0] : high[0]]
    scale = min(1.0, 1.25 * PATCH_HEIGHT / max(quad.height * view.scale, 1.0))
    local = corners - low.astype(np.float32)
    if scale < 1:
        size = [max(2, round(side * scale)) for side in part.shape[1::-1]]
        local = local * (np.array(size, np.float32) / np.array(part.shape[1::-1], np.float32))
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    return part, local.astype(np.float32)


def _is_sound(corners: Corners) -> bool:
    return bool(
        np.isfinite(corners).all() and cv2.isContourConvex(corners) and geometry.side_lengths(corners).min() > 4
    )


def _distinct(quads: Sequence[Quad], same: float) -> list[Quad]:
    """Return the quads without second finds of one card, best first."""
    kept: list[Quad] = []
    for quad in sorted(quads, key=lambda q: -q.score):
        if all(geometry.iou(quad.corners, other.corners) < same for other in kept):
            kept.append(quad)
    return kept
