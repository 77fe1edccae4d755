"""Contours: cards where they lie, nothing where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from engine import geometry
from tests.engine.drawings import placed, table_with
from training.contours import MAX_QUADS, ContourDetector, is_card_shaped, whole_picture

detect = ContourDetector().quads


def nearest(corners, quads):
    """Return the farthest corner's distance, px, to the best quad, at whichever corner that begins."""
    distances = [
        np.linalg.norm(np.roll(quad.corners, turn, axis=0) - corners, axis=1).max()
        for quad in quads
        for turn in range(4)
    ]
    return min(distances, default=np.inf)


def is_outline(corners, width, height):
    picture = geometry.UNIT_SQUARE * np.array([width, height], np.float32)
    return geometry.iou(corners, picture) > 0.98


@pytest.mark.parametrize("degrees", [0, 7, 30, 45, 90, 123, 180, 271, 340])
def test_a_card_is_found_within_a_few_pixels_however_it_is_turned(degrees):
    card = placed((360, 270), 300, degrees)
    assert nearest(card, detect(table_with(card))) < 4


def test_every_card_of_a_table_is_found():
    cards = [placed((110 + 165 * (i % 4), 140 + 250 * (i // 4)), 190, 9 * i - 30) for i in range(8)]
    quads = detect(table_with(*cards))
    assert max(nearest(card, quads) for card in cards) < 4


def test_a_card_seen_askew_is_found():
    card = np.array([[240, 90], [430, 120], [450, 420], [200, 380]], np.float32)
    assert nearest(card, detect(table_with(card))) < 5


def test_what_is_found_can_be_a_card_and_stands_in_portrait():
    quads = detect(table_with(placed((200, 270), 250, 20), placed((520, 270), 250, 100)))
    assert 2 <= len(quads) <= MAX_QUADS
    for quad in quads:
        assert is_card_shaped(quad.corners)
        assert (geometry.portrait(quad.corners) == quad.corners).all()
        assert not quad.upright_known


def test_the_best_come_first():
    scores = [quad.score for quad in detect(table_with(placed((200, 270), 250, 20), placed((520, 270), 250, 100)))]
    assert scores == sorted(scores, reverse=True)


def test_no_two_finds_are_the_same():
    corners = [quad.corners for quad in detect(table_with(placed((360, 270), 300, 12)))]
    pairs = [(a, b) for i, a in enumerate(corners) for b in corners[i + 1 :]]
    # Twice the picture's own outline is allowed: once seen in it, once added for pictures that are a card.
    inside = [(a, b) for a, b in pairs if not is_outline(a, 720, 540)]
    assert all(geometry.iou(a, b) < 0.95 for a, b in inside)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_nothing_is_found_on_a_blank_picture_but_the_picture(grey):
    quads = detect(np.full((300, 600, 3), grey, np.uint8))
    assert quads == []
    of_card_shape = detect(np.full((500, 360, 3), grey, np.uint8))
    assert of_card_shape
    assert all(is_outline(quad.corners, 360, 500) for quad in of_card_shape)


@pytest.mark.parametrize(("width", "height"), [(360, 500), (500, 360), (1, 1), (32, 32), (32, 900)])
def test_any_size_is_searched(width, height):
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    assert len(detect(noise)) <= MAX_QUADS


class TestWholePicture:
    def test_a_picture_of_a_card_s_shape_may_be_the_card(self):
        quad = whole_picture(630, 880)
        assert quad.corners.tolist() == [[0, 0], [630, 0], [630, 880], [0, 880]]
        assert quad.score < 0.1, "only where nothing better is found"

    def test_lying_it_is_turned_to_portrait(self):
        quad = whole_picture(880, 630)
        sides = geometry.side_lengths(quad.corners)
        assert sides.tolist() == [630, 880, 630, 880]

    @pytest.mark.parametrize(("width", "height"), [(1000, 1000), (2000, 1000), (1000, 2400)])
    def test_other_shapes_are_no_card(self, width, height):
        assert whole_picture(width, height) is None


class TestCardShaped:
    @pytest.mark.parametrize("degrees", range(0, 360, 15))
    def test_a_card_is_however_it_is_turned(self, degrees):
        assert is_card_shaped(placed((300, 300), 200, degrees))

    @pytest.mark.parametrize(
        "corners",
        [
            [[0, 0], [100, 0], [100, 100], [0, 100]],
            [[0, 0], [40, 0], [40, 100], [0, 100]],
            [[0, 0], [7, 0], [7, 10], [0, 10]],
            [[0, 0], [72, 0], [172, 100], [100, 100]],
            [[0, 0], [100, 0], [100, 140], [70, 140]],
        ],
        ids=["square", "strip", "tiny", "slanted", "tapering"],
    )
    def test_other_quads_are_not(self, corners):
        assert not is_card_shaped(np.array(corners, np.float32))
