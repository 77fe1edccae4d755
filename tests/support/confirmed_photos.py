"""Photos of a card that the index lacks, to confirm and to recognise."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from engine import Engine, Status
from engine.core.values import Corners, Rgb
from tests.conftest import LACKING
from training.camera.tabletop import photograph
from training.drawing.cards import card_mask, demo_cards, draw_card

NAME = LACKING
ORIGIN = "guild 12 / message 34 / user 56"

Photo = tuple[Rgb, Corners]
"""Pixels, and the corners of the card in them."""


def photo_of(name: str, seed: int) -> Photo:
    """Return a photo of a demo card whose title and collector line are covered."""
    face = draw_card(next(card for card in demo_cards() if card.name == name))
    face[round(0.03 * len(face)) : round(0.11 * len(face)), 20:-20] = 90
    face[round(0.93 * len(face)) : -12, 12:-12] = 90
    shot = photograph([face], [card_mask()], np.random.default_rng(seed), size=(900, 1200), severity=0.2, table="cloth")
    return shot.image, shot.quads[0]


def jpeg_of(name: str, seed: int) -> bytes:
    """Return such a photo as a JPEG file."""
    data = io.BytesIO()
    Image.fromarray(photo_of(name, seed)[0]).save(data, "JPEG", quality=95)
    return data.getvalue()


def identify(engine: Engine, photo: Photo) -> tuple[Status, str | None]:
    """Return status and name of the only card of a photo."""
    (card,) = engine.identify(photo[0]).cards
    return card.status, card.name
