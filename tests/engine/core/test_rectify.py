"""Rectification: parts of a card land where they belong, and points map back to the photo."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.constants import FACE_HEIGHT, FACE_WIDTH
from engine.core.rectify import WHOLE_FACE, box_size, box_to_photo, rectify, sharpness

QUAD = np.array([[210, 60], [395, 95], [350, 390], [130, 330]], np.float32)
"""A card in perspective."""
COLOURS = ((230, 40, 40), (40, 200, 60), (50, 60, 220), (230, 210, 50))
"""Of a card's quarters: top left, top right, bottom right, bottom left."""


def photo_of_quarters(quad=QUAD):
    """Return a photo, 400 x 500 px, in which the card at ``quad`` has quarters of four colours."""
    face = np.zeros((FACE_HEIGHT, FACE_WIDTH, 3), np.uint8)
    rows, columns = slice(0, FACE_HEIGHT // 2), slice(0, FACE_WIDTH // 2)
    lower, right = slice(FACE_HEIGHT // 2, None), slice(FACE_WIDTH // 2, None)
    for part, colour in zip(((rows, columns), (rows, right), (lower, right), (lower, columns)), COLOURS, strict=True):
        face[part] = colour
    size = np.array([FACE_WIDTH, FACE_HEIGHT], np.float32)
    homography = cv2.getPerspectiveTransform(geometry.UNIT_SQUARE * size, quad)
    return cv2.warpPerspective(face, homography, (500, 400))


def quarter_colours(face):
    """Return the colours in the middle of a face's quarters, clockwise from the top left."""
    height, width = face.shape[:2]
    places = ((0.25, 0.25), (0.25, 0.75), (0.75, 0.75), (0.75, 0.25))
    return [tuple(int(c) for c in face[int(y * height), int(x * width)]) for y, x in places]


def test_a_face_is_upright_and_of_fixed_size():
    face = rectify(photo_of_quarters(), QUAD)
    assert (face.shape, face.dtype) == ((FACE_HEIGHT, FACE_WIDTH, 3), np.uint8)
    assert quarter_colours(face) == list(COLOURS)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_the_first_corner_decides_what_is_up(turn):
    face = rectify(photo_of_quarters(), np.roll(QUAD, -turn, axis=0))
    assert quarter_colours(face) == list(COLOURS[turn:] + COLOURS[:turn])


def test_a_box_selects_a_part_of_the_face():
    upper_right = rectify(photo_of_quarters(), QUAD, (0.55, 0.05, 0.95, 0.45))
    assert upper_right.shape[:2] == (round(0.4 * FACE_HEIGHT), round(0.4 * FACE_WIDTH))
    assert set(quarter_colours(upper_right)) == {COLOURS[1]}


def test_the_photo_s_edge_is_repeated_outside_it():
    quad = np.array([[-60, -60], [100, -60], [100, 160], [-60, 160]], np.float32)
    face = rectify(np.full((400, 500, 3), 77, np.uint8), quad)
    assert (face == 77).all()


@pytest.mark.parametrize(("height", "size"), [(670, (480, 670)), (335, (240, 335)), (502, (360, 502))])
def test_the_width_follows_the_height(height, size):
    assert box_size(WHOLE_FACE, height) == size


@settings(max_examples=60)
@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from([WHOLE_FACE, (-0.05, -0.04, 1.05, 0.16), (0.1, 0.5, 0.9, 0.7)]),
    st.sampled_from([250, 502, 670]),
)
def test_points_of_a_box_map_back_to_the_photo(x, y, box, height):
    left, top, right, bottom = box
    fraction = np.array([[left + x * (right - left), top + y * (bottom - top)]], np.float32)
    expected = geometry.transform(fraction, geometry.unit_to_quad(QUAD))
    width_px, height_px = box_size(box, height)
    found = box_to_photo(np.array([[x * width_px, y * height_px]], np.float32), QUAD, box, height)
    assert found == pytest.approx(expected, abs=0.05)


def test_a_spot_in_a_face_maps_back_to_the_spot_in_the_photo():
    photo = np.zeros((400, 500, 3), np.uint8)
    cv2.circle(photo, (260, 220), 4, (255, 255, 255), -1)
    face = rectify(photo, QUAD)
    y, x = np.argwhere(face[..., 0] > 128).mean(0)
    assert box_to_photo(np.array([[x, y]], np.float32), QUAD, WHOLE_FACE) == pytest.approx(
        np.array([[260, 220]]), abs=1
    )


def test_blur_lowers_the_sharpness():
    face = rectify(photo_of_quarters(), QUAD)
    assert sharpness(face) > 2 * sharpness(cv2.GaussianBlur(face, (0, 0), 5))
    assert sharpness(np.full((50, 40, 3), 128, np.uint8)) == 0
