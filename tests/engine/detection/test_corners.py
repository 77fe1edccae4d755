"""The corner network's input and the decoding of its output."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.rectify import rectify
from engine.detection.corners import (
    CELL,
    PATCH_HEIGHT,
    PATCH_WIDTH,
    QUAD_IN_PATCH,
    decode_corners,
    extract_patch,
    patch_input,
    to_patch,
)
from tests.support.drawings import placed, table_with

ODDS = np.zeros((1, 4), np.float32)
CELLS = PATCH_HEIGHT // CELL, PATCH_WIDTH // CELL


def peaks(points):
    """Return log odds, float32 (4, h, w): a peak around each point (patch pixels)."""
    y, x = np.mgrid[: CELLS[0], : CELLS[1]].astype(np.float32) + 0.5
    return np.stack([-((x - px / CELL) ** 2 + (y - py / CELL) ** 2) / 3 for px, py in points]).astype(np.float32)


def decode(points, quad):
    return decode_corners(peaks(points)[np.newaxis], ODDS, ODDS[:, :3], [quad])


def test_a_patch_shows_the_card_in_its_middle_with_a_margin_around_it():
    card = placed((360, 270), 300, 40)
    photo = table_with(card)
    patch = extract_patch(photo, card)
    left, top = QUAD_IN_PATCH[0].round().astype(int)
    right, bottom = QUAD_IN_PATCH[2].round().astype(int)
    face = rectify(photo, card, face_height=bottom - top)
    assert np.abs(patch[top:bottom, left:right].mean((0, 1)) - face.mean((0, 1))).max() < 6
    assert patch_input([patch]).shape == (1, 3, PATCH_HEIGHT, PATCH_WIDTH)


def test_a_quad_s_own_corners_are_at_fixed_places_in_its_patch():
    card = placed((360, 270), 300, 70)
    assert np.abs(to_patch(card, card) - QUAD_IN_PATCH).max() < 1e-3


@settings(max_examples=60)
@given(st.lists(st.floats(-12, 12), min_size=8, max_size=8), st.floats(0, 360))
def test_peaks_between_cells_are_found_to_a_fraction_of_a_pixel(shifts, degrees):
    quad = placed((300, 300), 200, degrees)
    points = QUAD_IN_PATCH + np.array(shifts, np.float32).reshape(4, 2)
    true = geometry.transform(points, cv2.getPerspectiveTransform(QUAD_IN_PATCH, quad))
    assert np.abs(decode(points, quad).corners[0] - true).max() < 0.3


def test_the_higher_of_two_peaks_is_taken_not_their_average():
    points = QUAD_IN_PATCH.copy()
    scores = peaks(points)
    other = peaks(points - 8 + 48 * (points < 60))
    scores = np.maximum(scores, other - 1.0)
    predicted = decode_corners(scores[np.newaxis], ODDS, ODDS[:, :3], [QUAD_IN_PATCH])
    assert np.abs(predicted.corners[0] - QUAD_IN_PATCH).max() < 1
    assert predicted.certainty.max() < 0.9  # the rest is around the other peak


def test_turns_and_kinds_are_probabilities():
    odds = np.array([[0, 3, 0, 0]], np.float32)
    predicted = decode_corners(peaks(QUAD_IN_PATCH)[np.newaxis], odds, odds[:, :3], [QUAD_IN_PATCH])
    assert predicted.turns.sum() == pytest.approx(1)
    assert predicted.kinds.sum() == pytest.approx(1)
    assert predicted.turns.argmax() == 1
