"""A small stock of drawn faces and places."""

from __future__ import annotations

from functools import lru_cache

from training.drawing.cards import demo_cards, draw_card
from training.scene.pieces import draw_card_back
from training.scene.places import draw_places
from training.scene.stock import Stock

HEIGHT = 176


@lru_cache(maxsize=1)
def demo_stock() -> Stock:
    """Return demo cards, drawn backs as another game's cards, and drawn places."""
    import numpy as np

    faces = [draw_card(card, HEIGHT) for card in demo_cards()[:12]]
    return Stock(faces, [draw_card_back(np.random.default_rng(i), HEIGHT) for i in range(3)], draw_places(7, 0))
