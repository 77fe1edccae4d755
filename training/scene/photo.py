"""Compose a photo of cards and say where each lies: places, pieces and layouts through a camera.

Everything is drawn at the photo's own size, with each card's outline tracked pixel by pixel, so that
what is hidden by another card, a finger or a coloured sleeve is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from engine.core import geometry
from engine.core.values import Corners, Rgb
from training.camera import degradations
from training.camera.degradations import Pixels, jpeg_quality
from training.camera.optics import reencode_jpeg
from training.scene import pieces, places
from training.scene.laying import NOBODY, Owner, cover, lay, lay_page
from training.scene.pieces import Case, Piece, piece
from training.scene.recipes import Recipe
from training.scene.stock import Stock
from training.scene.view import place_cards

CASES: tuple[tuple[Case, float], ...] = (("bare", 0.35), ("sleeve", 0.38), ("clear", 0.15), ("toploader", 0.08),
                                         ("slab", 0.04))  # fmt: skip
"""How often each case comes where a photo has a mixture."""
MAX_COVERED = 2
"""Cards of a photo with fingers or dice on them."""
SPARE = 1.15
"""Pixels of a face over those the photo shows, so that warping has something to choose from."""
REBORDERED = 0.12
"""Share of Magic faces whose border is painted anew: white ones are rarer among the faces than in photos."""
DARKEST = 24.0
"""The brightest twentieth of a photo is at least this bright, of 255: a camera opens up."""


def _dim(pixels: Pixels, rng: np.random.Generator, severity: float) -> Pixels:
    """Return the photo in the dark: up to two stops and more below."""
    return cast("Pixels", pixels * np.float32(2.0 ** (-severity * rng.uniform(1.6, 2.6))))


DEGRADATIONS: dict[str, tuple[float, Callable[[Pixels, np.random.Generator, float], Pixels]]] = {
    "shadow": (0.4, degradations.cast_shadow),
    "plastic": (0.08, degradations.add_plastic),
    "light": (1.0, degradations.change_light),
    "dim": (0.12, _dim),
    "glare": (0.3, degradations.add_glare),
    "faded": (0.4, degradations.fade),
    "screened": (0.06, degradations.add_moire),
    "defocused": (0.8, degradations.defocus),
    "shaken": (0.25, degradations.motion_blur),
    "coarse": (0.5, degradations.lower_resolution),
    "noisy": (0.9, degradations.add_noise),
    "sharpened": (0.3, degradations.sharpen),
}
"""In the order in which light meets them, each with its chance at severity 1."""


@dataclass(frozen=True, slots=True, eq=False)
class SceneCard:
    """A card in a photo.

    Attributes:
        corners: float32 (4, 2), photo pixels, clockwise from the card's own top left; may lie outside.
        magic: whether it is a Magic card's face; backs and other games' cards are not.
        visible: 0..1, share of its face that shows in the photo.
        face: which of the stock's Magic faces it is, -1 for what is none of them.
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
        cards: all cards laid down, the lowest first, wholly hidden ones too.
        owner: int16 (H, W): at each pixel the number of the card that shows there, -1 where none does.
        things: float32 (4, 2) each: the outlines of flat things that are no cards; cards may hide them.
    """

    image: Rgb
    cards: tuple[SceneCard, ...]
    owner: Owner
    things: tuple[Corners, ...] = ()


def compose(stock: Stock, recipe: Recipe, rng: np.random.Generator, size: tuple[int, int]) -> ScenePhoto:
    """Compose a photo of ``size`` (width, height; pixels); equal states of ``rng`` give equal photos."""
    width, height = size
    faces, dealt = _dealt(stock, recipe, rng)
    quads = place_cards(recipe, rng, len(faces), size)
    canvas = _ground(stock, recipe, rng, faces, size)
    things = _strew(canvas, stock, recipe, rng)
    owner = np.full((height, width), NOBODY, np.int16)
    if recipe.layout == "page" and quads:
        lay_page(canvas, quads, rng)
    lamp, case = float(rng.uniform(0, 2 * np.pi)), recipe.case or _mixture(rng)
    for number, (face, quad) in enumerate(zip(faces, quads, strict=False)):
        of_this = case if rng.uniform() < 0.85 or recipe.case else _mixture(rng)
        one = piece(_fitting(face, quad), of_this, rng, foil=bool(rng.uniform() < recipe.foil))
        lay(canvas, owner, number, one, quad, None if recipe.flat else lamp)
        if number < MAX_COVERED and recipe.covered:
            canvas = cover(canvas, owner, number, quad, rng, recipe.covered)
    photo = _developed(canvas, recipe, rng)
    cards = [SceneCard(q, n >= 0, _visible(owner, i, q), n) for i, (q, n) in enumerate(zip(quads, dealt, strict=False))]
    return ScenePhoto(photo, tuple(cards), owner, things)


def _fitting(face: Rgb, quad: Corners) -> Rgb:
    """Return the face no larger than the photo shows it: all that is done to it costs by the pixel."""
    height = min(face.shape[0], max(24, round(float(geometry.side_lengths(quad).max()) * SPARE)))
    width = max(16, round(face.shape[1] * height / face.shape[0]))
    return (
        face
        if height == face.shape[0]
        else np.asarray(cv2.resize(face, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    )


def _dealt(stock: Stock, recipe: Recipe, rng: np.random.Generator) -> tuple[list[Rgb], list[int]]:
    """Return a face for each card of the photo, as many as a layout can have, and which of the Magic faces each is."""
    faces, dealt = [], []
    for _ in range(40 if recipe.layout != "none" else 0):
        strange = bool(rng.uniform() < recipe.strange)
        number = -1 if strange else int(rng.integers(len(stock.magic)))
        if not strange:
            face = stock.magic[number]
            faces.append(pieces.repaint_border(face, rng) if rng.uniform() < REBORDERED else face)
        elif stock.other and rng.uniform() < 0.55:
            faces.append(stock.other[int(rng.integers(len(stock.other)))])
        else:
            faces.append(pieces.draw_card_back(rng))
        dealt.append(number)
    return faces, dealt


def _ground(stock: Stock, recipe: Recipe, rng: np.random.Generator, faces: list[Rgb], size: tuple[int, int]) -> Pixels:
    width, height = size
    if recipe.tone and faces:
        # White borders on a white table, black on black.
        edge = faces[0][2:6, 20:-20].reshape(-1, 3).mean(0) + rng.uniform(-14, 14, 3)
        grain = degradations.smooth_field(rng, height, width, 5)[..., np.newaxis] * np.float32(5)
        return np.asarray(np.full((height, width, 3), edge, np.float32) + grain, np.float32)
    if recipe.flat and rng.uniform() < 0.7:
        return np.full((height, width, 3), rng.choice([rng.uniform(10, 60), rng.uniform(200, 255)]), np.float32)
    if not recipe.flat and rng.uniform() < 0.12:
        # A playmat printed with a picture: a card's art, much enlarged.
        art = stock.magic[int(rng.integers(len(stock.magic)))]
        h, w = art.shape[:2]
        window = art[round(0.12 * h) : round(0.54 * h), round(0.1 * w) : round(0.9 * w)]
        large = cv2.resize(window, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
        return np.asarray(large + 5 * rng.standard_normal((height, width, 1), np.float32), np.float32)
    return places.ground(rng, list(stock.places), width, height)


def _strew(canvas: Pixels, stock: Stock, recipe: Recipe, rng: np.random.Generator) -> tuple[Corners, ...]:
    """Lay things that are no cards on the table and return their outlines; ``canvas`` is changed."""
    height, width = canvas.shape[:2]
    things = []
    for _ in range(int(rng.integers(0, recipe.clutter + 1))):
        thing = places.clutter(rng, list(stock.places), int(rng.uniform(0.15, 0.8) * min(width, height)) + 16)
        flat = Piece(
            thing.astype(np.float32), *(np.ones(thing.shape[:2], np.float32),) * 2,
            (geometry.UNIT_SQUARE * np.array(thing.shape[1::-1], np.float32)).astype(np.float32),
        )  # fmt: skip
        turn = float(rng.choice([rng.normal(0, 0.1), rng.uniform(0, 2 * np.pi)]))
        c, s = np.cos(turn), np.sin(turn)
        around = (flat.corners - flat.corners.mean(0)) @ np.array([[c, s], [-s, c]])
        quad = around * rng.uniform(0.85, 1.15, (4, 1)) + rng.uniform(0, 1, 2) * (width, height)
        lay(canvas, None, 0, flat, quad.astype(np.float32), float(rng.uniform(0, 6)))
        things.append(quad.astype(np.float32))
    return tuple(things)


def _mixture(rng: np.random.Generator) -> Case:
    names = [name for name, _ in CASES]
    return names[int(rng.choice(len(names), p=[share for _, share in CASES]))]


def _developed(canvas: Pixels, recipe: Recipe, rng: np.random.Generator) -> Rgb:
    """Return the photo as its file has it."""
    for name, (chance, accident) in DEGRADATIONS.items():
        if name in recipe.degradations or rng.uniform() < chance * (recipe.severity if chance < 1 else 1.0):
            canvas = accident(canvas, rng, recipe.severity)
    bright = float(np.percentile(canvas[::4, ::4].mean(2), 95))
    canvas = canvas * np.float32(max(1.0, DARKEST / max(bright, 1.0)))
    image = np.asarray(np.clip(canvas + 0.5, 0, 255), np.uint8)
    return reencode_jpeg(image, jpeg_quality(rng, recipe.severity))


def _visible(owner: Owner, number: int, quad: Corners) -> float:
    return min(1.0, float((owner == number).sum()) / max(geometry.area(quad), 1.0))
