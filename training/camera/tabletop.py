"""The table-top camera: flat faces in, a photo of cards on a table out, with the corners known exactly.

One number, the severity, scales all realism: 0 is a scanner's view, 0.2 a careful photo, 0.5 a quick
one by lamp light, 1 one to take again. ``closeup.py`` photographs a single face from close by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core import geometry
from engine.core.constants import CARD_ASPECT
from engine.core.values import Corners, Rgb
from training.camera import optics
from training.camera.optics import to_jpeg
from training.camera.surfaces import Surface, draw_surface

__all__ = ["Layout", "TablePhoto", "photograph", "to_jpeg"]

Mask = NDArray[np.uint8]
"""uint8 (H, W): 255 on the card, 0 outside its round corners."""
Matrix = NDArray[np.float64]
"""float64 (3, 3): a homography."""
Layout = Literal["table", "turned"]
"""``table``: all cards roughly upright; ``turned``: each also by a random number of quarter turns."""

# At severity 1:
TURN_DEG = 22.0
"""A card's own turn from its row."""
TILT_DEG = 42.0
"""The camera's lean from straight above."""
SWAY_DEG = 16.0
"""The camera's sideways lean, and its roll."""

CELL_FILL = 0.93
"""Share of its cell that a turned card takes, so that neighbours never touch."""
MARGIN = 0.045
"""Visible table around the outermost cards, as a fraction of the photo's shorter side."""
FOCAL = 1.35
"""Focal length over the photo's longer side: about a phone's main camera."""
SHADOW, SHADOW_REACH = 0.62, 0.016
"""Darkness of a card's shadow on the table, and its length and softness over the card's height."""
TABLE_GLOSS = 0.3
"""A table's shine over a card's."""
CORNER_RADIUS_MM, CARD_MM = 3.0, np.array([63.0, 88.0])


def _rounded_outline() -> NDArray[np.float32]:
    """Return a card's outline with its round corners, float32 (N, 2), fractions of its width and height."""
    arc = np.radians(np.linspace(180, 270, 5))
    quarter = np.stack([np.cos(arc), np.sin(arc)], 1) * CORNER_RADIUS_MM
    points = []
    for x, y, step in ((0, 0, 0), (1, 0, 1), (1, 1, 2), (0, 1, 3)):
        c, s = np.cos(step * np.pi / 2), np.sin(step * np.pi / 2)
        inward = CORNER_RADIUS_MM * np.array([1 - 2 * x, 1 - 2 * y])
        points.append(np.array([x, y]) * CARD_MM + inward + quarter @ np.array([[c, s], [-s, c]]))
    return np.asarray(np.concatenate(points) / CARD_MM, np.float32)


_ROUNDED = _rounded_outline()


@dataclass(frozen=True, slots=True, eq=False)
class TablePhoto:
    """A photo and the truth about it.

    Attributes:
        image: uint8 (H, W, 3).
        quads: for each face, in the order given: float32 (4, 2), photo pixels, clockwise from the card's own top left.
    """

    image: Rgb
    quads: tuple[Corners, ...]


def photograph(
    faces: Sequence[Rgb],
    masks: Sequence[Mask],
    rng: np.random.Generator,
    *,
    size: tuple[int, int] = (1600, 1200),
    layout: Layout = "table",
    severity: float = 0.2,
    table: Surface = "wood",
) -> TablePhoto:
    """Lay the cards on a table without overlaps and take a photo of all of them.

    Args:
        faces: upright faces, uint8 (h, w, 3), any sizes; at least one.
        masks: each face's shape, uint8 (h, w), 255 on the card.
        rng: source of all randomness; equal states give equal photos.
        size: width and height of the photo, pixels.
        layout: how the cards lie.
        severity: 0..1, scales tilt, turns, light, blur and noise alike.
        table: the surface they lie on.

    Raises:
        ValueError: no face, not one mask per face, or a severity outside 0..1.
    """
    if not faces or len(faces) != len(masks):
        raise ValueError(f"wanted at least one face and as many masks, not {len(faces)} and {len(masks)}")
    if not 0.0 <= severity <= 1.0:
        raise ValueError(f"severity must be in 0..1, not {severity}")
    on_table = _lay_out(len(faces), rng, size, layout, severity)
    view = _view_from_camera(rng, on_table, size, severity)
    quads = tuple(geometry.transform(quad, view) for quad in on_table)
    shot = optics.draw_shot(rng)
    photo = _draw_table(rng, view, size, table)
    photo *= _shadows(quads, size, shot.lamp)[..., np.newaxis]
    gloss = np.full(photo.shape[:2], TABLE_GLOSS, np.float32)
    for face, mask, quad in zip(faces, masks, quads, strict=True):
        _draw_card(photo, gloss, face, mask, quad)
    lit = optics.light(photo, shot, severity, gloss)
    return TablePhoto(optics.read_sensor(optics.blur(lit, shot, severity), shot, severity), quads)


def _lay_out(
    count: int, rng: np.random.Generator, size: tuple[int, int], layout: Layout, severity: float
) -> list[Corners]:
    """Return the cards' quads on the table, before any perspective: a loose grid of about the photo's size."""
    turns = np.radians(TURN_DEG * severity * rng.uniform(-1, 1, count))
    quarters = rng.integers(0, 4, count)
    shifts = rng.uniform(-1, 1, (count, 2)) * min(1.0, 2 * severity)
    if layout == "turned":
        turns += quarters * (np.pi / 2)
    # Width and height of the upright box around each card, for cards of height 1: (count, 2).
    c, s = np.abs(np.cos(turns)), np.abs(np.sin(turns))
    extents = np.stack([c * CARD_ASPECT + s, s * CARD_ASPECT + c], 1)
    largest = extents.max(0)
    # As many columns as leave the cards largest.
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
    """Return the homography from table to photo: a tilted camera, framed so that every card is in the picture."""
    lean = np.radians(TILT_DEG) * severity * float(rng.uniform(0.5, 1))
    sway, roll = np.radians(SWAY_DEG) * severity * rng.uniform(-1, 1, 2)
    turn_x, turn_y, turn_z = (
        cv2.Rodrigues(np.array(axis, np.float64))[0] for axis in ((lean, 0, 0), (0, sway, 0), (0, 0, roll))
    )
    focal = FOCAL * max(size)
    pose = (turn_x @ turn_y @ turn_z)[:, :2]
    tilted = np.diag([focal, focal, 1.0]) @ np.column_stack([pose, [0, 0, focal]])
    centred = np.array([[1, 0, -size[0] / 2], [0, 1, -size[1] / 2], [0, 0, 1]])
    homography = tilted @ centred
    points = geometry.transform(np.concatenate(quads), homography)
    margin = MARGIN * min(size)
    low, high = points.min(0).astype(np.float64), points.max(0).astype(np.float64)
    zoom = float(((np.array(size) - 2 * margin) / (high - low)).min())
    shift = np.array(size) / 2 - zoom * (low + high) / 2
    return np.asarray(np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]], [0, 0, 1]]) @ homography)


def _draw_table(rng: np.random.Generator, view: Matrix, size: tuple[int, int], table: Surface) -> NDArray[np.float32]:
    """Return the empty table through the camera, float32 (H, W, 3)."""
    width, height = size
    frame = geometry.rectangle(*size)
    reach = geometry.transform(frame, np.linalg.inv(view).astype(np.float64))
    low, high = reach.min(0), reach.max(0)
    fit = np.diag([(high[0] - low[0]) / width, (high[1] - low[1]) / height, 1.0])
    fit[:2, 2] = low
    top = draw_surface(table, rng, width, height)
    seen = cv2.warpPerspective(top, view @ fit, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(seen, np.float32)


def _shadows(quads: Sequence[Corners], size: tuple[int, int], lamp: float) -> NDArray[np.float32]:
    """Return the share of light that reaches the table, float32 (H, W): less beside the cards, away from the lamp."""
    width, height = size
    tall = float(np.mean([geometry.side_lengths(quad)[[1, 3]].mean() for quad in quads]))
    away = -np.array([np.cos(lamp), np.sin(lamp)]) * SHADOW_REACH * tall
    shade = np.ones((height, width), np.float32)
    for offset, softness, dark in ((away, SHADOW_REACH, SHADOW), (away * 0.2, SHADOW_REACH / 4, SHADOW)):
        cover = np.zeros((height, width), np.uint8)
        for quad in quads:
            outline = geometry.transform(_ROUNDED, geometry.unit_to_quad(quad)) + offset
            cv2.fillConvexPoly(cover, np.round(outline * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(cover, (0, 0), max(0.5, softness * tall)).astype(np.float32)
        shade *= 1 - dark * soft / 255
    return shade


def _draw_card(photo: NDArray[np.float32], gloss: NDArray[np.float32], face: Rgb, mask: Mask, quad: Corners) -> None:
    """Draw a card into ``photo`` and mark it in ``gloss``; both are changed."""
    left, top = np.maximum(np.floor(quad.min(0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(quad.max(0)).astype(int) + 2, photo.shape[1::-1])
    # No larger than needed, or warping would alias.
    scale = float(geometry.side_lengths(quad).max()) / face.shape[0]
    small, small_mask = face, mask
    if scale < 1:
        reduced = (max(2, round(face.shape[1] * scale)), max(2, round(face.shape[0] * scale)))
        small = np.asarray(cv2.resize(face, reduced, interpolation=cv2.INTER_AREA), np.uint8)
        small_mask = np.asarray(cv2.resize(mask, reduced, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = small.shape[:2]
    corners = geometry.rectangle(width, height)
    # A pixel's middle is at a half: quads and faces are measured from the pixels' outer corners.
    homography = cv2.getPerspectiveTransform(corners - 0.5, (quad - (left, top) - 0.5).astype(np.float32))
    size = (int(right - left), int(bottom - top))
    colours = cv2.warpPerspective(small, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpPerspective(small_mask, homography, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    part = photo[top:bottom, left:right]
    part += (colours - part) * share[..., np.newaxis]
    gloss[top:bottom, left:right] += (1 - gloss[top:bottom, left:right]) * share
