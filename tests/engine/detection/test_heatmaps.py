"""Decoding the finder's heat maps."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.detection.heatmaps import SECTORS, STRIDE, UNIT, decode_quads
from tests.support.drawings import placed

SHAPE = (32, 40)


def maps_with(*cards, heat=0.9, sector=0):
    """Return heat, sectors and corners with the cards encoded in their centre cells."""
    hot, corners = np.zeros(SHAPE, np.float32), np.zeros((SECTORS, 8, *SHAPE), np.float32)
    sectors = np.zeros((SECTORS, *SHAPE), np.float32)
    sectors[sector] = 5
    for card in cards:
        column, row = (card.mean(0) / STRIDE).astype(int)
        hot[row, column] = heat
        middle = (np.array([column, row], np.float32) + 0.5) * STRIDE
        corners[sector, :, row, column] = ((card - middle) / UNIT).ravel()
    return hot, sectors, corners


@settings(max_examples=50)
@given(st.floats(60, 260), st.floats(60, 190), st.floats(20, 100), st.floats(-180, 180), st.integers(0, 3))
def test_an_encoded_quad_is_decoded(x, y, height, degrees, sector):
    card = placed((x, y), height, degrees)
    (quad,) = decode_quads(*maps_with(card, sector=sector))
    assert np.abs(quad.corners - card).max() < 1e-3


def test_the_most_likely_sector_is_used():
    heat, sectors, corners = maps_with(placed((100, 100), 80))
    corners[2] = corners[0][[4, 5, 6, 7, 0, 1, 2, 3]]  # in sector 2: the same card, upside down
    sectors[2] = 9
    (quad,) = decode_quads(heat, sectors, corners)
    assert quad.corners[0, 1] > quad.corners[2, 1]


def test_the_best_come_first_and_weak_ones_are_dropped():
    strong, weak = maps_with(placed((80, 80), 60), heat=0.9), maps_with(placed((220, 150), 60), heat=0.5)
    heat, sectors, corners = (np.maximum(a, b) if a.ndim < 4 else a + b for a, b in zip(strong, weak, strict=True))
    assert [round(quad.score, 1) for quad in decode_quads(heat, sectors, corners)] == [0.9, 0.5]
    assert len(decode_quads(heat, sectors, corners, least=0.6)) == 1


def test_a_card_found_twice_is_returned_once():
    card = placed((120, 120), 100)
    heat, sectors, corners = maps_with(card)
    row, column = np.argwhere(heat > 0)[0]
    heat[row, column + 2] = 0.7
    corners[0, :, row, column + 2] = corners[0, :, row, column] - np.tile([2 * STRIDE / UNIT, 0], 4)
    assert len(decode_quads(heat, sectors, corners)) == 1


def test_cards_of_a_fan_are_kept_apart():
    cards = [placed((90 + 24 * i, 120), 100, 12 * i) for i in range(4)]
    assert len(decode_quads(*maps_with(*cards))) == 4


def test_nonsense_is_no_card():
    heat, sectors, corners = maps_with(placed((120, 120), 100))
    assert decode_quads(heat, sectors, np.zeros_like(corners)) == []
    assert decode_quads(heat, sectors, np.full_like(corners, np.nan)) == []
    assert decode_quads(np.zeros_like(heat), sectors, corners) == []
