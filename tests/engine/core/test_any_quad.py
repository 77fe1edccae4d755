"""Any four points, as a network or a caller may give them: nothing breaks, and inverse operations undo each other."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.errors import ConfirmationRefused
from engine.core.rectify import box_size, box_to_photo, rectify, rotate_180
from engine.core.values import Quad
from engine.detection.corners import extract_patch
from engine.detection.edges import snap_to_edges
from engine.detection.heatmaps import suppress_overlaps
from engine.image.decode import orient
from engine.image.photo import open_photo
from engine.learning.learner import check_quad
from engine.pipeline.mirror import AS_MIRRORED
from engine.pipeline.reading_order import reading_order
from engine.printings.line_reader import LEFT

some = settings(max_examples=150)
coordinates = st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, 1.0, 40.0, 1e-30, -0.0])
quads = st.lists(coordinates, min_size=8, max_size=8).map(
    lambda numbers: np.reshape(numbers, (4, 2)).astype(np.float32)
)
"""Convex or not, crossed, collinear, all in one point."""
HUGE = [[1e39] * 2] * 4
"""More than float32 can hold."""
POINT = np.zeros((4, 2), np.float32)
LINE = np.array([[0, 0], [1, 1], [2, 2], [3, 3]], np.float32)
CROSSED = np.array([[0, 0], [9, 9], [9, 0], [0, 9]], np.float32)
PIXELS = np.random.default_rng(1).integers(0, 256, (60, 50, 3), np.uint8)


def degenerate(test):
    """Try degenerate quads first."""
    for corners in (POINT, LINE, CROSSED):
        test = example(corners)(test)
    return test


@some
@given(quads)
@example(np.reshape([-1e-38, 0, 40, 545, -1e-38, 1e-31, 40, 33], (4, 2)).astype(np.float32))
@degenerate
def test_ordering_any_points_keeps_them_and_ordering_again_changes_nothing(corners):
    once = geometry.clockwise(corners)
    assert sorted(map(tuple, once.tolist())) == sorted(map(tuple, corners.tolist()))
    assert (geometry.clockwise(once) == once).all()


@some
@given(quads)
@degenerate
def test_sides_and_areas_of_any_points_are_in_range(corners):
    assert (geometry.side_lengths(corners) >= 0).all()
    assert geometry.area(corners) >= 0


@some
@given(quads, quads)
@example(POINT, LINE)
@example(CROSSED, CROSSED)
def test_overlaps_of_any_points_are_shares(one, other):
    assert 0 <= geometry.iou(one, other) <= 1
    assert 0 <= geometry.coverage(one, other) <= 1


@some
@given(quads)
@degenerate
def test_any_points_are_rectified_to_the_requested_size(corners):
    for box in ((0.0, 0.0, 1.0, 1.0), LEFT):
        width, height = box_size(box, 64)
        assert rectify(PIXELS, corners, box, face_height=64).shape == (height, width, 3)
    assert extract_patch(PIXELS, corners).ndim == 3
    assert geometry.expand(corners, 0.1).shape == (4, 2)
    assert box_to_photo(geometry.UNIT_SQUARE, corners, LEFT).shape == (4, 2)


@settings(max_examples=40)
@given(quads)
@degenerate
def test_snapping_any_points_to_edges_gives_finite_points(corners):
    assert np.isfinite(snap_to_edges(PIXELS, corners)).all()


@some
@given(st.lists(quads, max_size=6), st.floats(0, 1))
def test_reading_order_is_a_permutation_and_overlap_suppression_keeps_the_best_quad(found, same):
    assert sorted(reading_order(found)) == list(range(len(found)))
    scored = [Quad(corners, at / 6) for at, corners in enumerate(found)]
    kept = suppress_overlaps(scored, same)
    assert len(kept) <= len(found)
    assert not found or kept[0] is scored[-1]


@some
@given(quads | st.lists(st.lists(st.floats() | st.none() | st.text(max_size=2), max_size=3), max_size=5))
@example(HUGE)
@degenerate
def test_confirmed_corners_are_sound_or_refused(corners):
    photo = open_photo(PIXELS)
    try:
        quad = check_quad(corners, photo)
    except ConfirmationRefused as refused:
        assert refused.code in {"bad_corners", "face_too_small"}  # noqa: PT017 - most are refused, and rightly
    else:
        assert (geometry.clockwise(quad.corners) == quad.corners).all()


@given(quads)
def test_mirroring_corners_twice_changes_nothing(corners):
    assert (corners[AS_MIRRORED][AS_MIRRORED] == corners).all()


@given(st.integers(1, 9), st.integers(1, 9))
def test_rotating_by_180_degrees_or_mirroring_twice_changes_nothing(height, width):
    face = PIXELS[:height, :width]
    assert (rotate_180(rotate_180(face)) == face).all()
    photo = open_photo(PIXELS)
    assert (photo.mirror().mirror().at_scale(1.0).pixels == photo.at_scale(1.0).pixels).all()


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 7])
def test_these_orientations_undo_themselves(orientation):
    assert (orient(orient(PIXELS, orientation), orientation) == PIXELS).all()


def test_two_orientations_undo_each_other():
    assert (orient(orient(PIXELS, 6), 8) == PIXELS).all()
    assert (orient(orient(PIXELS, 8), 6) == PIXELS).all()
