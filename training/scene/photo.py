"""Compose a photo of cards with known corners.

Everything is drawn at the photo's own size, and the card visible at each pixel is recorded, so that it is known how
much other cards, fingers and coloured sleeves hide.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.core import geometry
from engine.core.values import Corners, Rgb
from training.camera import degradations
from training.camera.degradations import Degradation, Pixels, jpeg_quality
from training.camera.optics import reencode_jpeg
from training.scene import pieces, places
from training.scene.laying import NOBODY, Owner, cover_card, draw_page, draw_piece
from training.scene.pieces import Case, Piece, encase
from training.scene.recipes import Recipe
from training.scene.stock import Stock
from training.scene.view import place_cards

CASES: dict[Case, float] = {"bare": 0.35, "sleeve": 0.38, "clear": 0.15, "toploader": 0.08, "slab": 0.04}
"""Share of each case in a photo with a mixture of them."""
MAX_COVERED = 2
"""Most cards of a photo with fingers or dice on them."""
SPARE = 1.15
"""Size of a face before warping over its size in the photo."""
REBORDERED = 0.12
"""Share of Magic faces with a new border: white ones are rarer among the faces than in photos."""
DARKEST = 24.0
"""The brightest twentieth of a photo is at least this bright, of 255: a camera adapts its exposure."""
DEGRADATIONS: dict[str, tuple[float, Degradation]] = {
    "shadow": (0.4, degradations.cast_shadow),
    "plastic": (0.08, degradations.add_plastic),
    "light": (1.0, degradations.change_light),
    "dim": (0.12, degradations.darken),
    "glare": (0.3, degradations.add_glare),
    "faded": (0.4, degradations.fade),
    "screened": (0.06, degradations.add_moire),
    "defocused": (0.8, degradations.defocus),
    "shaken": (0.25, degradations.motion_blur),
    "coarse": (0.5, degradations.lower_resolution),
    "noisy": (0.9, degradations.add_noise),
    "sharpened": (0.3, degradations.sharpen),
}
"""In the order in which light meets them, each with its probability at severity 1."""


@dataclass(frozen=True, slots=True, eq=False)
class SceneCard:
    """A card in a photo.

    Attributes:
        corners: float32 (4, 2), photo pixels, clockwise from the card's own top left; may be outside the photo.
        magic: whether it is the face of a Magic card, not a back or another game's card.
        visible: 0..1, share of the card that is visible in the photo.
        face: index of its face among the stock's Magic faces, or -1.
    """

    corners: Corners
    magic: bool
    visible: float
    face: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class ScenePhoto:
    """A composed photo.

    Attributes:
        image: uint8 (H, W, 3).
        cards: all cards, the lowest first, including fully hidden ones.
        owner: int16 (H, W): number of the card visible at each pixel, -1 for none.
        things: float32 (4, 2) each: outlines of flat objects other than cards, which cards may hide.
    """

    image: Rgb
    cards: tuple[SceneCard, ...]
    owner: Owner
    things: tuple[Corners, ...] = ()


def compose(stock: Stock, recipe: Recipe, rng: np.random.Generator, size: tuple[int, int]) -> ScenePhoto:
    """Compose a photo of ``size`` (width, height; pixels); equal states of ``rng`` give equal photos."""
    width, height = size
    quads = place_cards(recipe, rng, size)
    faces, numbers = _choose_faces(stock, recipe, rng, len(quads))
    canvas = _draw_ground(stock, recipe, rng, faces, size)
    things = tuple(_add_object(canvas, stock, rng) for _ in range(int(rng.integers(0, recipe.clutter + 1))))
    owner = np.full((height, width), NOBODY, np.int16)
    if recipe.layout == "page" and quads:
        draw_page(canvas, quads, rng)
    lamp, case = float(rng.uniform(0, 2 * np.pi)), recipe.case or _random_case(rng)
    for number, (face, quad) in enumerate(zip(faces, quads, strict=True)):
        own_case = case if rng.uniform() < 0.85 or recipe.case else _random_case(rng)
        # Reduced to about its size in the photo, because the cost of each step grows with the pixels.
        tall = min(face.shape[0], max(24, round(float(geometry.side_lengths(quad).max()) * SPARE)))
        if tall < face.shape[0]:
            shape = (max(16, round(face.shape[1] * tall / face.shape[0])), tall)
            face = np.asarray(cv2.resize(face, shape, interpolation=cv2.INTER_AREA), np.uint8)
        piece = encase(face, own_case, rng, foil=bool(rng.uniform() < recipe.foil))
        draw_piece(canvas, owner, number, piece, quad, None if recipe.flat else lamp)
        if number < MAX_COVERED and recipe.covered:
            canvas = cover_card(canvas, owner, number, quad, rng, recipe.covered)
    for name, (chance, degradation) in DEGRADATIONS.items():
        if name in recipe.degradations or rng.uniform() < chance * (recipe.severity if chance < 1 else 1.0):
            canvas = degradation(canvas, rng, recipe.severity)
    bright = float(np.percentile(canvas[::4, ::4].mean(2), 95))
    canvas = canvas * np.float32(max(1.0, DARKEST / max(bright, 1.0)))
    image = np.asarray(np.clip(canvas + 0.5, 0, 255), np.uint8)
    image = reencode_jpeg(image, jpeg_quality(rng, recipe.severity))
    visible = [float((owner == i).sum()) / max(geometry.area(quad), 1.0) for i, quad in enumerate(quads)]
    cards = [SceneCard(q, n >= 0, min(1.0, v), n) for q, n, v in zip(quads, numbers, visible, strict=True)]
    return ScenePhoto(image, tuple(cards), owner, things)


def _choose_faces(stock: Stock, recipe: Recipe, rng: np.random.Generator, count: int) -> tuple[list[Rgb], list[int]]:
    """Return ``count`` faces, and the index of each among the Magic faces, or -1."""
    faces, numbers = [], []
    for _ in range(count):
        strange = bool(rng.uniform() < recipe.strange)
        number = -1 if strange else int(rng.integers(len(stock.magic)))
        if not strange:
            face = stock.magic[number]
            faces.append(pieces.repaint_border(face, rng) if rng.uniform() < REBORDERED else face)
        elif stock.other and rng.uniform() < 0.55:
            faces.append(stock.other[int(rng.integers(len(stock.other)))])
        else:
            faces.append(pieces.draw_card_back(rng))
        numbers.append(number)
    return faces, numbers


def _draw_ground(
    stock: Stock, recipe: Recipe, rng: np.random.Generator, faces: list[Rgb], size: tuple[int, int]
) -> Pixels:
    """Return the ground below the cards, float32 (H, W, 3)."""
    width, height = size
    canvas = np.empty((height, width, 3), np.float32)
    if recipe.tone and faces:
        # White borders on a white table, black on black.
        edge = faces[0][2:6, 20:-20].reshape(-1, 3).mean(0) + rng.uniform(-14, 14, 3)
        grain = degradations.smooth_field(rng, height, width, 5)[..., np.newaxis] * np.float32(5)
        canvas[:] = edge
        return canvas + grain
    if recipe.flat and rng.uniform() < 0.7:
        canvas[:] = rng.choice([rng.uniform(10, 60), rng.uniform(200, 255)])
        return canvas
    if not recipe.flat and rng.uniform() < 0.12:
        # A playmat printed with a picture: a card's art, much enlarged.
        art = stock.magic[int(rng.integers(len(stock.magic)))]
        h, w = art.shape[:2]
        window = art[round(0.12 * h) : round(0.54 * h), round(0.1 * w) : round(0.9 * w)]
        large = cv2.resize(window, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
        return np.asarray(large + 5 * rng.standard_normal((height, width, 1), np.float32), np.float32)
    if not stock.places or rng.uniform() < 0.25:
        # White, black and grey are more common than any hue.
        grey = float(rng.choice([rng.uniform(215, 255), rng.uniform(3, 35), rng.uniform(40, 215)]))
        canvas[:] = np.clip(grey + rng.uniform(-1, 1, 3) * float(rng.choice([6.0, 40.0])), 0, 255)
        grain = 6 * degradations.smooth_field(rng, height, width, 3)[..., np.newaxis]
        return canvas + grain * np.float32(rng.uniform())
    part = places.crop_place(stock.places[int(rng.integers(len(stock.places)))], rng, width, height)
    return part * np.float32(rng.uniform(0.6, 1.25)) + rng.uniform(-12, 12, 3).astype(np.float32)


def _add_object(canvas: Pixels, stock: Stock, rng: np.random.Generator) -> Corners:
    """Draw a flat object other than a card and return its outline; ``canvas`` is changed in place."""
    height, width = canvas.shape[:2]
    thing = places.draw_clutter(rng, list(stock.places), int(rng.uniform(0.15, 0.8) * min(width, height)) + 16)
    opaque, corners = np.ones(thing.shape[:2], np.float32), geometry.rectangle(thing.shape[1], thing.shape[0])
    turn = float(rng.choice([rng.normal(0, 0.1), rng.uniform(0, 2 * np.pi)]))
    c, s = np.cos(turn), np.sin(turn)
    around = (corners - corners.mean(0)) @ np.array([[c, s], [-s, c]])
    quad = around * rng.uniform(0.85, 1.15, (4, 1)) + rng.uniform(0, 1, 2) * (width, height)
    piece = Piece(thing.astype(np.float32), opaque, opaque, corners)
    draw_piece(canvas, None, 0, piece, quad.astype(np.float32), float(rng.uniform(0, 6)))
    return np.asarray(quad, np.float32)


def _random_case(rng: np.random.Generator) -> Case:
    return list(CASES)[int(rng.choice(len(CASES), p=list(CASES.values())))]
