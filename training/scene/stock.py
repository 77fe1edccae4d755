"""Faces and places to compose photos from; loaded once per process, then only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.values import Rgb
from training.data.errors import CommandError
from training.data.face_list import read_picture
from training.data.face_pack import FacePack
from training.drawing.cards import demo_cards, draw_card
from training.scene.places import draw_places

PLACE_SIDE_PX = 640
"""Longer side of the pictures of places."""
HELD_OUT_PLACES = 8
"""One in this many places is held out from training."""


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """Faces and places.

    Attributes:
        magic: faces of Magic cards, fan-made ones among them: uint8 (N, H, W, 3).
        other: faces of other games: uint8 (M, H, W, 3).
        places: pictures of surfaces and rooms without cards, uint8 (h, w, 3), any sizes.
    """

    magic: Sequence[Rgb]
    other: Sequence[Rgb]
    places: Sequence[Rgb]


def open_stock(pack: FacePack, places: Sequence[Rgb], *, held_out: bool) -> Stock:
    """Return the faces and places to train on, or those held out from training."""
    pixels: NDArray[np.uint8] = pack.pixels
    magic = [pixels[i] for i in pack.rows(held_out=held_out) if pack.faces[i].kind != "other"]
    other = [pixels[i] for i, face in enumerate(pack.faces) if face.kind == "other" and (i % 8 == 0) == held_out]
    if magic and not held_out:
        # The demo cards have frames that no scan has.
        magic += [draw_card(card, magic[0].shape[0]) for card in demo_cards()]
    if not magic:
        raise CommandError(f"the pack has no face of a Magic card {'held out' if held_out else 'to train on'}")
    chosen = [place for i, place in enumerate(places) if (i % HELD_OUT_PLACES == 0) == held_out]
    return Stock(magic, other, chosen or list(places))


def read_places(folder: Path | None, seed: int = 0, drawn: int = 48) -> list[Rgb]:
    """Return the pictures of a folder, reduced, and ``drawn`` drawn places."""
    pictures = []
    for path in sorted(folder.iterdir()) if folder else ():
        picture = read_picture(path)
        scale = min(1.0, PLACE_SIDE_PX / max(picture.shape[:2]))
        size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
        pictures.append(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8))
    return pictures + draw_places(drawn, seed)
