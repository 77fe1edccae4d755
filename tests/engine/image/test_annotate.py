"""The annotated photo: a JPEG with outlines and numbers on the cards."""

import io

import numpy as np
import pytest
from PIL import Image

from engine import BadImage, Card, Identification, Status, annotate
from engine.image.annotate import COLOURS, MANY_CARDS, MANY_SIDE_PX, MAX_SIDE_PX, label_text

GREY = np.full((600, 800, 3), 128, np.uint8)
CORNERS = ((200.0, 100.0), (452.0, 100.0), (452.0, 452.0), (200.0, 452.0))


def card(status=Status.IDENTIFIED, name="Bellrook Sentry", corners=CORNERS):
    return Card(corners, status, name, 0.9)


def drawn(image=GREY, *cards, labels=True, size=(800, 600)):
    """Return the annotated photo as int (H, W, 3)."""
    data = annotate(image, Identification(*size, cards, {"total": 1.0}), labels=labels)
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG"
    return np.asarray(picture.convert("RGB")).astype(int)


def near(pixel, colour):
    return np.abs(pixel - np.array(colour)).max() < 60


@pytest.mark.parametrize("status", list(Status))
def test_a_card_is_outlined_in_its_status_s_colour(status):
    pixels = drawn(GREY, card(status), labels=False)
    middles = [(325, 100), (452, 276), (325, 452), (200, 276)]
    assert all(near(pixels[y, x], COLOURS[status]) for x, y in middles)


def test_the_photo_is_unchanged_inside_and_outside_the_outline():
    pixels = drawn(GREY, card(), labels=False)
    assert np.abs(pixels[150:400, 260:400] - 128).max() < 12
    assert np.abs(pixels[480:, 500:] - 128).max() < 12


def test_the_number_is_on_the_card_s_own_top_left_corner():
    upside_down = card(corners=CORNERS[2:] + CORNERS[:2])
    pixels = drawn(GREY, upside_down, labels=False)
    assert near(pixels[452 - 9, 452 - 2], COLOURS[Status.IDENTIFIED])
    assert np.abs(pixels[100 - 9, 200 - 2] - 128).max() < 40


def test_labels_are_optional():
    def paper(pixels):
        return int((pixels.min(axis=2) > 230).sum())

    assert paper(drawn(GREY, card(), labels=True)) > 500
    assert paper(drawn(GREY, card(), labels=False)) == 0


def test_a_photo_without_cards_is_unchanged():
    assert np.abs(drawn(GREY) - 128).max() < 4


def test_a_large_photo_is_reduced_and_the_outline_with_it():
    large = np.full((3000, 4000, 3), 128, np.uint8)
    corners = tuple((x * 5, y * 5) for x, y in CORNERS)
    pixels = drawn(large, card(corners=corners), labels=False, size=(4000, 3000))
    assert pixels.shape[:2] == (MAX_SIDE_PX * 3 // 4, MAX_SIDE_PX)
    scale = MAX_SIDE_PX / 4000 * 5
    assert near(pixels[round(100 * scale), round(325 * scale)], COLOURS[Status.IDENTIFIED])


def test_a_photo_of_many_cards_is_reduced_less():
    pixels = drawn(np.full((1800, 2400, 3), 128, np.uint8), *[card()] * MANY_CARDS, labels=False, size=(2400, 1800))
    assert pixels.shape[:2] == (MANY_SIDE_PX * 3 // 4, MANY_SIDE_PX)


@pytest.mark.parametrize(
    "corners", [((-90, -80), (60, -90), (50, 90), (-80, 100)), ((700, 500), (900, 490), (910, 800), (690, 790))]
)
def test_a_card_cut_off_by_the_photo_can_be_drawn(corners):
    assert drawn(GREY, card(corners=corners)).shape == GREY.shape


def test_an_identified_photo_can_be_annotated(demo_table_photo, demo_engine):
    data = annotate(demo_table_photo.jpeg, demo_engine.identify(demo_table_photo.jpeg))
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (1600, 1200)


def test_bytes_that_are_no_photo_are_refused():
    with pytest.raises(BadImage):
        annotate(b"text", Identification(800, 600, (), {"total": 1.0}))


@pytest.mark.parametrize(
    ("status", "name", "label"),
    [
        (Status.IDENTIFIED, "Opt", "Opt"),
        (Status.UNSURE, "Opt", "Opt?"),
        (Status.UNKNOWN, "Opt", "?"),
        (Status.UNKNOWN, None, "?"),
    ],
)
def test_the_label_says_how_sure_the_engine_is(status, name, label):
    assert label_text(card(status, name)) == label
