"""The shipped detector finds cards where they are, the right way up, and nothing where there are none."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.artifacts import CORNERS, FINDER, SHIPPED
from engine.core.constants import MAX_CARDS
from engine.core.errors import ArtifactDamaged
from engine.core.timing import Stopwatch
from engine.core.values import Quad
from engine.detection.detector import FINDER_SIDE_PX, LEAST_SIDE_PX, is_magic, open_detector, resize_for_finder
from engine.image.photo import open_photo
from tests.support.drawings import placed
from training.camera.surfaces import draw_surface
from training.camera.tabletop import photograph
from training.drawing.cards import card_mask, demo_cards, draw_card

HEIGHT = 352
FACES = [face for face in (draw_card(card, HEIGHT) for card in demo_cards()) if face[3:6, 30:60].mean() < 60]
"""The cards with a black border: a white border is sometimes taken for a white sleeve."""


@pytest.fixture(scope="module", name="detect")
def shipped():
    detector = open_detector(SHIPPED / FINDER, SHIPPED / CORNERS, threads=1)
    return lambda pixels: detector.detect(open_photo(pixels), Stopwatch())


def table(*cards, size=(900, 700)):
    """Return a picture of a wooden table with cards: (face, corners as float32 (4, 2)) each."""
    width, height = size
    pixels = draw_surface("wood", np.random.default_rng(3), width, height)
    mask = card_mask(HEIGHT)
    for face, corners in cards:
        flat = geometry.UNIT_SQUARE * np.array(face.shape[1::-1], np.float32)
        homography = cv2.getPerspectiveTransform(flat, corners)
        layer = cv2.warpPerspective(face, homography, size, flags=cv2.INTER_AREA)
        share = cv2.warpPerspective(mask, homography, size)[..., np.newaxis] / 255
        pixels = (pixels + (layer - pixels.astype(np.float32)) * share).astype(np.uint8)
    return pixels


def errors(quads, *cards):
    """Return for each card the mean distance of the nearest quad's corners, in card heights; 9 without any quad."""
    best = []
    for corners in cards:
        tall = geometry.side_lengths(corners)[1]
        near = [float(np.linalg.norm(q.corners - corners, axis=1).mean()) / tall for q in quads]
        best.append(min(near, default=9.0))
    return best


@pytest.mark.parametrize("degrees", range(0, 360, 30))
def test_a_card_is_found_the_right_way_up_however_it_is_rotated(detect, degrees):
    corners = placed((450, 350), 420, degrees)
    quads = detect(table((FACES[2], corners)))
    assert max(errors(quads, corners)) < 0.02
    assert len(quads) == 1
    assert is_magic(quads[0])


def test_every_card_of_a_table_is_found(detect):
    places = [placed((140 + 205 * (i % 4), 180 + 330 * (i // 4)), 250, 7 * i - 20) for i in range(8)]
    quads = detect(table(*zip(FACES, places, strict=False)))
    assert len(quads) == 8
    assert max(errors(quads, *places)) < 0.03


def test_a_card_in_perspective_is_found(detect):
    corners = np.array([[300, 120], [560, 160], [620, 600], [210, 540]], np.float32)
    assert max(errors(detect(table((FACES[4], corners))), corners)) < 0.03


def test_small_cards_in_a_large_photo_get_a_second_pass(detect):
    photo = photograph(
        [FACES[i % len(FACES)] for i in range(30)], [card_mask(HEIGHT)] * 30, np.random.default_rng(1),
        size=(2400, 1800), severity=0.1,
    )  # fmt: skip
    quads = detect(photo.image)
    assert sum(error < 0.03 for error in errors(quads, *photo.quads)) >= 26
    assert len(quads) <= 32


def test_a_scan_and_a_crop_within_the_card_s_edge_are_found(detect):
    face = draw_card(demo_cards()[3], 700)
    height, width = face.shape[:2]
    (whole,) = detect(face)
    assert geometry.iou(whole.corners, geometry.UNIT_SQUARE * np.float32([width, height])) > 0.9
    assert whole.corners[0, 1] < whole.corners[2, 1]
    cut = detect(np.ascontiguousarray(face[14:-14, 10:-10]))
    assert len(cut) == 1
    assert geometry.area(cut[0].corners) > 0.9 * (height - 28) * (width - 20)


def test_most_cards_cut_off_on_three_sides_are_found(detect):
    corners = placed((300, 600), 1000, -4)
    found = [detect(table((face, corners), size=(700, 900))) for face in FACES]
    assert all(len(quads) <= 1 for quads in found)
    assert sum(geometry.iou(quad.corners, corners) > 0.7 for quads in found for quad in quads) > 0.8 * len(FACES)


@pytest.mark.parametrize("kind", ["wood", "cloth", "paper", "playmat"])
def test_an_empty_table_has_no_card(detect, kind):
    assert detect(draw_surface(kind, np.random.default_rng(5), 800, 600)) == []


@pytest.mark.parametrize("size", [(32, 32), (32, 900), (1200, 40), (2000, 300)])
def test_photos_of_any_shape_are_searched(detect, size):
    noise = np.random.default_rng(1).integers(0, 255, (*size, 3), np.uint8)
    quads = detect(noise)
    assert len(quads) <= MAX_CARDS


def test_the_best_come_first(detect):
    places = [placed((200 + 250 * i, 350), 300, 10 * i) for i in range(3)]
    scores = [quad.score for quad in detect(table(*zip(FACES, places, strict=False)))]
    assert scores == sorted(scores, reverse=True)


def test_time_is_measured_by_stage():
    detector = open_detector(SHIPPED / FINDER, SHIPPED / CORNERS, threads=1)
    clock = Stopwatch()
    detector.detect(open_photo(table((FACES[0], placed((450, 350), 420)))), clock)
    assert {"decode", "detect"} <= set(clock.timings_ms())


@given(st.integers(32, 3000), st.integers(32, 3000))
@settings(max_examples=30)
def test_the_finder_s_input_has_sides_it_can_halve(width, height):
    resized = resize_for_finder(np.zeros((height, width, 3), np.uint8))
    assert abs(max(resized.shape[:2]) - np.clip(max(width, height), LEAST_SIDE_PX, FINDER_SIDE_PX)) <= 16
    assert all(side % 32 == 0 and side >= 32 for side in resized.shape[:2])


def test_a_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "finder.onnx").write_bytes(b"no model")
    with pytest.raises(ArtifactDamaged):
        open_detector(tmp_path / "finder.onnx", SHIPPED / CORNERS)


def test_a_card_back_is_not_magic():
    corners = placed((100, 100), 80)
    assert is_magic(Quad(corners, 0.9))
    assert not is_magic(Quad(corners, 0.9, magic=0.2))
    assert not is_magic(Quad(corners, 0.9, magic=0.2).rotate(2))
