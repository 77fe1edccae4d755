"""The table-top camera: makes a photo of cards on a table, with exactly known corners, from flat faces.

The severity scales everything: 0 is a scan, 0.2 a careful photo, 0.5 a quick one by lamp light, 1 one to take again.
``closeup.py`` photographs a single face from close by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.constants import CARD_ASPECT
from engine.core.values import Corners, Rgb
from training.camera import optics
from training.camera.degradations import Field, Pixels
from training.camera.surfaces import Surface, draw_surface

Mask = NDArray[np.uint8]
"""uint8 (H, W): 255 on the card, 0 outside its round corners."""
Matrix = NDArray[np.float64]
"""float64 (3, 3): a homography."""

# At severity 1:
TURN_DEG = 22.0
"""Rotation of a card in its row."""
TILT_DEG = 42.0
"""Angle of the camera to the vertical."""
SWAY_DEG = 16.0
"""The camera's sideways tilt, and its roll."""

CELL_FILL = 0.93
"""Share of its cell that a turned card takes, so that neighbours never touch."""
MARGIN = 0.045
"""Visible table around the outermost cards, over the photo's shorter side."""
FOCAL = 1.35
"""Focal length over the photo's longer side: about that of a phone's main camera."""
SHADOW, SHADOW_REACH = 0.62, 0.016
"""Darkness of a card's shadow on the table, and its length and softness over the card's height."""
TABLE_GLOSS = 0.3
"""Gloss of a table over a card's."""
CORNER_RADIUS_MM, CARD_MM = 3.0, np.array([63.0, 88.0])


@dataclass(frozen=True, slots=True, eq=False)
class TablePhoto:
    """A photo and the true corners of its cards.

    Attributes:
        image: uint8 (H, W, 3).
        quads: of each face, in their order: float32 (4, 2), photo pixels, clockwise from the card's own top left.
    """

    image: Rgb
    quads: tuple[Corners, ...]


def photograph(
    faces: Sequence[Rgb],
    masks: Sequence[Mask],
    rng: np.random.Generator,
    *,
    size: tuple[int, int] = (1600, 1200),
    severity: float = 0.2,
    table: Surface = "wood",
) -> TablePhoto:
    """Lay cards on a table without overlaps, roughly upright, and take a photo of all of them.

    Args:
        faces: upright faces, uint8 (h, w, 3), any sizes; at least one.
        masks: each face's shape, uint8 (h, w), 255 on the card.
        rng: equal states give equal photos.
        size: width and height of the photo, pixels.
        severity: 0..1, scales tilt, turns, light, blur and noise.
        table: its surface.

    Raises:
        ValueError: no face, not one mask per face, or a severity outside 0..1.
    """
    if not faces or len(faces) != len(masks):
        raise ValueError(f"needs at least one face and as many masks, got {len(faces)} and {len(masks)}")
    if not 0.0 <= severity <= 1.0:
        raise ValueError(f"severity must be in 0..1, not {severity}")
    on_table = _lay_out(len(faces), rng, size, severity)
    view = _view_from_camera(rng, on_table, size, severity)
    quads = tuple(geometry.transform(quad, view) for quad in on_table)
    shot = optics.draw_shot(rng)
    # The part of the table that the photo shows.
    reach = geometry.transform(geometry.rectangle(*size), np.linalg.inv(view).astype(np.float64))
    low, high = reach.min(0), reach.max(0)
    fit = np.diag([(high[0] - low[0]) / size[0], (high[1] - low[1]) / size[1], 1.0])
    fit[:2, 2] = low
    top = draw_surface(table, rng, *size)
    seen = cv2.warpPerspective(top, view @ fit, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    photo = np.asarray(seen, np.float32) * _cast_shadows(quads, size, shot.lamp)[..., np.newaxis]
    gloss = np.full(photo.shape[:2], TABLE_GLOSS, np.float32)
    for face, mask, quad in zip(faces, masks, quads, strict=True):
        _draw_card(photo, gloss, face, mask, quad)
    lit = optics.light(photo, shot, severity, gloss)
    return TablePhoto(optics.read_sensor(optics.blur(lit, shot, severity), shot, severity), quads)


def _lay_out(count: int, rng: np.random.Generator, size: tuple[int, int], severity: float) -> list[Corners]:
    """Return the cards' quads on the table, without perspective: a loose grid of about the photo's size."""
    turns = np.radians(TURN_DEG * severity * rng.uniform(-1, 1, count))
    rng.integers(0, 4, count)  # no longer used, but drawn so that the photo of a seed stays the same
    shifts = rng.uniform(-1, 1, (count, 2)) * min(1.0, 2 * severity)
    # Width and height of the upright box around each card of height 1: (count, 2).
    c, s = np.abs(np.cos(turns)), np.abs(np.sin(turns))
    extents = np.stack([c * CARD_ASPECT + s, s * CARD_ASPECT + c], 1)
    largest = extents.max(0)
    # The number of columns with the largest cards.
    columns = max(
        range(1, count + 1),
        key=lambda n: min(size[0] / n / float(largest[0]), size[1] / -(-count // n) / float(largest[1])),
    )
    rows = -(-count // columns)
    cell = np.array([size[0] / columns, size[1] / rows])
    height = CELL_FILL * float((cell / largest).min())
    quads = []
    for i, (turn, extent, shift) in enumerate(zip(turns, extents, shifts, strict=True)):
        row, column = divmod(i, columns)
        in_row = min(columns, count - row * columns)
        middle = (np.array([column + (columns - in_row) / 2, row]) + 0.5) * cell
        slack = np.maximum(np.minimum(cell, 1.25 * height * largest) - height * extent, 0) / 2
        upright = (geometry.UNIT_SQUARE - 0.5) * np.array([height * CARD_ASPECT, height])
        cos, sin = np.cos(float(turn)), np.sin(float(turn))
        turned = upright @ np.array([[cos, sin], [-sin, cos]])
        quads.append(np.asarray(turned + middle + shift * CELL_FILL * slack, np.float32))
    return quads


def _view_from_camera(
    rng: np.random.Generator, quads: Sequence[Corners], size: tuple[int, int], severity: float
) -> Matrix:
    """Return the homography from table to photo of a tilted camera that sees all cards."""
    lean = np.radians(TILT_DEG) * severity * float(rng.uniform(0.5, 1))
    sway, roll = np.radians(SWAY_DEG) * severity * rng.uniform(-1, 1, 2)
    turn_x, turn_y, turn_z = (
        cv2.Rodrigues(np.array(axis, np.float64))[0] for axis in ((lean, 0, 0), (0, sway, 0), (0, 0, roll))
    )
    focal = FOCAL * max(size)
    pose = (turn_x @ turn_y @ turn_z)[:, :2]
    tilted = np.diag([focal, focal, 1.0]) @ np.column_stack([pose, [0, 0, focal]])
    homography = tilted @ np.array([[1, 0, -size[0] / 2], [0, 1, -size[1] / 2], [0, 0, 1]])
    points = geometry.transform(np.concatenate(quads), homography)
    low, high = points.min(0).astype(np.float64), points.max(0).astype(np.float64)
    zoom = float(((np.array(size) - 2 * MARGIN * min(size)) / (high - low)).min())
    shift = np.array(size) / 2 - zoom * (low + high) / 2
    return np.asarray(np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]], [0, 0, 1]]) @ homography)


def _cast_shadows(quads: Sequence[Corners], size: tuple[int, int], lamp: float) -> Field:
    """Return the share of light that reaches the table: less beside the cards, away from the lamp."""
    # A card's outline with its round corners, as fractions of its width and height.
    arc = np.radians(np.linspace(180, 270, 5))
    quarter = np.stack([np.cos(arc), np.sin(arc)], 1) * CORNER_RADIUS_MM
    points = []
    for step, (x, y) in enumerate(((0, 0), (1, 0), (1, 1), (0, 1))):
        c, s = np.cos(step * np.pi / 2), np.sin(step * np.pi / 2)
        inward = CORNER_RADIUS_MM * np.array([1 - 2 * x, 1 - 2 * y])
        points.append(np.array([x, y]) * CARD_MM + inward + quarter @ np.array([[c, s], [-s, c]]))
    rounded = np.asarray(np.concatenate(points) / CARD_MM, np.float32)
    outlines = [geometry.transform(rounded, geometry.unit_to_quad(quad)) for quad in quads]
    tall = float(np.mean([geometry.side_lengths(quad)[[1, 3]].mean() for quad in quads]))
    away = -np.array([np.cos(lamp), np.sin(lamp)]) * SHADOW_REACH * tall
    shade = np.ones(size[::-1], np.float32)
    for offset, softness in ((away, SHADOW_REACH), (away * 0.2, SHADOW_REACH / 4)):
        cover = np.zeros(size[::-1], np.uint8)
        for outline in outlines:
            cv2.fillConvexPoly(cover, np.round((outline + offset) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(cover, (0, 0), max(0.5, softness * tall)).astype(np.float32)
        shade *= 1 - SHADOW * soft / 255
    return shade


def _draw_card(photo: Pixels, gloss: Field, face: Rgb, mask: Mask, quad: Corners) -> None:
    """Draw a card into ``photo`` and mark it in ``gloss``; both are changed in place."""
    left, top = np.maximum(np.floor(quad.min(0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(quad.max(0)).astype(int) + 2, photo.shape[1::-1])
    # Reduced first, because warping would alias.
    scale = float(geometry.side_lengths(quad).max()) / face.shape[0]
    if scale < 1:
        reduced = (max(2, round(face.shape[1] * scale)), max(2, round(face.shape[0] * scale)))
        face, mask = (cv2.resize(layer, reduced, interpolation=cv2.INTER_AREA) for layer in (face, mask))
    corners = geometry.rectangle(face.shape[1], face.shape[0])
    # Quads and faces are measured from the pixels' outer corners; a pixel's centre is at 0.5.
    homography = cv2.getPerspectiveTransform(corners - 0.5, (quad - (left, top) - 0.5).astype(np.float32))
    size = (int(right - left), int(bottom - top))
    colours = cv2.warpPerspective(face, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpPerspective(mask, homography, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    part = photo[top:bottom, left:right]
    part += (colours - part) * share[..., np.newaxis]
    gloss[top:bottom, left:right] += (1 - gloss[top:bottom, left:right]) * share
