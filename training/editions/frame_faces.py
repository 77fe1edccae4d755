"""Faces with the frames and borders that they may have, and faces made over to have others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.errors import PhotoError
from engine.core.values import Rgb
from engine.printings.expected_look import LOOKS, expected_looks
from training.data.face_list import read_faces_csv, read_picture
from training.data.held_out import is_held_out

FACE_SIZE = (224, 160)
"""Height and width at which faces are kept."""
LIKELY = 0.1
"""Probability from which a printing may have a look."""
RIM = (0.032, 0.045)
"""Width of a border over the card's height, at top and bottom, and over its width, at the sides."""
BORDERS = {
    "white": ((226, 226, 222), 16), "gold": ((186, 152, 84), 22), "silver": ((170, 174, 180), 18),
}  # fmt: skip
"""Colours of borders with their deviation."""
ART = (0.075, 0.115, 0.925, 0.55)
"""The picture on a card of 2015: left, top, right, bottom."""


@dataclass(frozen=True, slots=True, eq=False)
class LookFace:
    """A face.

    Attributes:
        pixels: uint8 (224, 160, 3).
        looks: bool (looks,): those that it may have; the list of faces does not tell which printing it is, or the
            catalogue does not tell how that looks.
        held_out: whether it is only measured on.
    """

    pixels: Rgb
    looks: NDArray[np.bool_]
    held_out: bool

    def has_only(self, look: str) -> bool:
        """Return whether a look is the only possible one."""
        return bool(self.looks[LOOKS.index(look)]) and int(self.looks.sum()) == 1


def read_look_faces(lists: Sequence[Path]) -> list[LookFace]:
    """Return the listed faces whose names are known."""
    faces = []
    catalogue = Catalogue.open(open_artifacts(SHIPPED).catalogue)
    for row in (row for path in lists for row in read_faces_csv(path)):
        card_id = catalogue.find(row.name)
        printings = [] if card_id is None else catalogue.printings(card_id)
        expected = expected_looks(printings) if printings else np.zeros((0, len(LOOKS)))
        same = [n for n, one in enumerate(printings) if one.set == row.set]
        exact = [n for n in same if printings[n].collector_number == row.collector_number]
        looks = np.asarray((expected[exact or same or slice(None)] >= LIKELY).any(axis=0), np.bool_)
        if not looks.any():
            continue
        try:
            pixels = cv2.resize(read_picture(row.path), FACE_SIZE[::-1], interpolation=cv2.INTER_AREA)
        except PhotoError:
            continue
        faces.append(LookFace(np.asarray(pixels, np.uint8), looks, is_held_out(row.name)))
    catalogue.close()
    return faces


def only(look: str) -> NDArray[np.bool_]:
    """Return a set of looks with one member, bool (looks,)."""
    return np.array([one == look for one in LOOKS], np.bool_)


def paint_border(face: Rgb, border: str, rng: np.random.Generator) -> Rgb:
    """Return a black-bordered face with a border of another colour."""
    height, width = face.shape[:2]
    colour, spread = BORDERS[border]
    painted = np.array(colour) + rng.normal(0, spread) + rng.normal(0, 4, 3)
    share = np.exp(rng.normal(0, 0.08))
    rows, columns = round(RIM[0] * share * height), round(RIM[1] * share * width)
    result = face.copy()
    edge = np.ones((height, width), np.bool_)
    edge[rows : height - rows, columns : width - columns] = False
    result[edge] = np.clip(painted + rng.normal(0, 3, (int(edge.sum()), 3)), 0, 255)
    return result


def extend_art(face: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a card of 2015 with its picture drawn out to the edges: at its sides only, or over the whole card."""
    height, width = face.shape[:2]
    left, top, right, bottom = (round(x * side) for x, side in zip(ART, (width, height) * 2, strict=True))
    art, result = face[top:bottom, left:right], face.copy()
    if rng.uniform() < 0.4:
        result[top:bottom] = cv2.resize(art, (width, bottom - top), interpolation=cv2.INTER_AREA)
        return result
    whole = cv2.resize(art, (width, height), interpolation=cv2.INTER_LINEAR)
    foot = round(rng.choice([0.93, 1.0]) * height)
    result[:foot] = whole[:foot]
    # Bars and text box lie on the picture, the text box translucent at times.
    for y, end, share in ((0.04, 0.105, 1.0), (0.56, 0.622, 1.0), (0.625, 0.915, rng.uniform(0.2, 1.0))):
        rows, columns = slice(round(y * height), round(end * height)), slice(round(0.05 * width), round(0.95 * width))
        mixed = face[rows, columns] * share + result[rows, columns] * (1 - share)
        result[rows, columns] = mixed.astype(np.uint8)
    return result
