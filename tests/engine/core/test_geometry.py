"""Properties of quads in the plane."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.values import Quad

UPRIGHT = np.array([[10, 20], [73, 20], [73, 108], [10, 108]], np.float32)
"""63 x 88 px, a card seen head-on."""

few = settings(max_examples=60)


def rotated(corners, degrees):
    """Return the corners rotated clockwise (on the screen) about their middle."""
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = corners.mean(0)
    return ((corners - middle) @ matrix.T + middle).astype(np.float32)


@st.composite
def quads(draw):
    """Convex quads, like cards in perspective: a rotated card, each corner moved a little."""
    scale = draw(st.floats(1, 20))
    place = [draw(st.floats(-500, 3000)), draw(st.floats(-500, 3000))]
    moves = [draw(st.floats(-8, 8)) for _ in range(8)]
    card = rotated((UPRIGHT + np.reshape(moves, (4, 2)).astype(np.float32)) * scale, draw(st.floats(0, 360)))
    return np.ascontiguousarray(card + np.array(place, np.float32), np.float32)


points = st.lists(st.tuples(st.floats(-0.2, 1.2), st.floats(-0.2, 1.2)), min_size=1, max_size=5).map(
    lambda pairs: np.array(pairs, np.float32)
)


@few
@given(quads(), points)
def test_the_homographies_are_inverses(quad, fractions):
    there = geometry.transform(fractions, geometry.unit_to_quad(quad))
    back = geometry.transform(there, geometry.quad_to_unit(quad))
    assert back == pytest.approx(fractions, abs=0.02)


@few
@given(quads())
def test_the_unit_square_maps_to_the_card(quad):
    assert geometry.transform(geometry.UNIT_SQUARE, geometry.unit_to_quad(quad)) == pytest.approx(quad, abs=0.05)


@few
@given(quads(), quads())
def test_overlap_is_a_share_and_symmetric(a, b):
    assert 0 <= geometry.iou(a, b) <= 1
    assert geometry.iou(a, b) == pytest.approx(geometry.iou(b, a), abs=1e-3)
    assert 0 <= geometry.coverage(a, b) <= 1
    assert geometry.intersection_area(a, b) <= min(geometry.area(a), geometry.area(b)) * 1.001


@few
@given(quads())
def test_a_quad_overlaps_itself_fully_and_a_distant_one_not_at_all(quad):
    assert geometry.iou(quad, quad) == pytest.approx(1, abs=1e-3)
    assert geometry.iou(quad, quad + np.float32(10_000)) == 0


@few
@given(quads())
def test_clockwise_keeps_the_points_and_the_first_one(quad):
    for corners in (quad, quad[::-1].copy()):
        ordered = geometry.clockwise(corners)
        assert (ordered[0] == corners[0]).all()
        assert {tuple(p) for p in ordered.tolist()} == {tuple(p) for p in corners.tolist()}
        ahead = np.roll(ordered, -1, axis=0) - ordered
        after = np.roll(ahead, -1, axis=0)
        # On a screen, y downwards, a right turn at every corner is clockwise.
        assert (ahead[:, 0] * after[:, 1] - ahead[:, 1] * after[:, 0] > 0).all()


@few
@given(quads())
def test_a_quad_s_area_is_the_polygon_s(quad):
    assert Quad(quad, 0.5).area == pytest.approx(geometry.area(quad), rel=1e-2)


@pytest.mark.parametrize("degrees", [0, 10, 45, 80, 90, 135, 180, 300])
def test_rotation_keeps_sides_and_area(degrees):
    card = rotated(UPRIGHT, degrees)
    assert geometry.side_lengths(card) == pytest.approx([63, 88, 63, 88], abs=1e-3)
    assert geometry.area(card) == pytest.approx(63 * 88, rel=1e-4)


@pytest.mark.parametrize("shift", [0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2])
def test_near_copies_overlap_almost_fully(shift):
    """Almost coinciding sides are hard for polygon intersection: noise must not turn one card into two."""
    rng = np.random.default_rng(3)
    for _ in range(200):
        card = rotated(UPRIGHT * np.float32(rng.uniform(1, 9)), rng.uniform(0, 360))
        copy = np.roll(card + rng.normal(0, shift, (4, 2)).astype(np.float32), int(rng.integers(4)), axis=0)
        assert geometry.iou(card, copy) > 0.99


def test_half_a_card_over_another_is_a_third_of_both():
    right = UPRIGHT + np.array([31.5, 0], np.float32)
    assert geometry.iou(UPRIGHT, right) == pytest.approx(1 / 3, abs=1e-4)
    assert geometry.coverage(UPRIGHT, right) == pytest.approx(1 / 2, abs=1e-4)


def test_a_quad_without_area_covers_nothing():
    line = np.zeros((4, 2), np.float32)
    assert geometry.iou(line, line) == 0
    assert geometry.coverage(line, UPRIGHT) == 0


def test_expanding_moves_every_side_outwards_by_its_share():
    expanded = geometry.expand(UPRIGHT, 0.1)
    assert expanded[0] == pytest.approx([10 - 6.3, 20 - 8.8], abs=1e-3)
    assert expanded[2] == pytest.approx([73 + 6.3, 108 + 8.8], abs=1e-3)
    assert geometry.expand(UPRIGHT, 0.0) == pytest.approx(UPRIGHT, abs=1e-3)
    assert geometry.area(geometry.expand(UPRIGHT, -0.25)) == pytest.approx(geometry.area(UPRIGHT) / 4, rel=1e-3)
