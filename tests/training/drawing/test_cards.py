"""The demo cards: distinct, shaped like Magic cards, and legible."""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np
import pytest
from rapidfuzz import fuzz

from engine.reading.ocr import LineFinder, TextReader, crop_line
from training.drawing.cards import CARD_HEIGHT, DemoCard, card_mask, demo_cards, draw_card
from training.drawing.frames import STYLES
from training.drawing.pictures import ART, fit_picture

SMALL = 220
CARDS = demo_cards()


@pytest.fixture(scope="module", name="faces")
def _faces():
    return {card.name: draw_card(card, SMALL) for card in CARDS}


def art_thumbnail(card: DemoCard, face):
    left, top, right, bottom = STYLES[card.frame_style].art
    height, width = face.shape[:2]
    window = face[round(top * height) : round(min(bottom, 0.55) * height), round(left * width) : round(right * width)]
    return cv2.resize(window, (24, 24), interpolation=cv2.INTER_AREA).astype(np.float64).ravel()


def test_there_are_enough_cards_in_six_colours_and_four_frames():
    assert len(CARDS) >= 24
    assert len({card.colour for card in CARDS}) == 6
    assert len({card.frame_style for card in CARDS}) == 4
    assert {f"{card.scene}-{card.colour}" for card in CARDS} == {path.stem for path in ART.glob("*.webp")}


def test_names_have_natural_lengths_and_differ_clearly():
    for card in CARDS:
        assert 8 <= len(card.name) <= 24, card.name
    for one, other in combinations(CARDS, 2):
        assert fuzz.ratio(one.name.lower(), other.name.lower()) < 80, (one.name, other.name)


def test_collector_numbers_and_seeds_are_unique():
    assert len({card.collector_number for card in CARDS}) == len(CARDS)
    assert len({card.seed for card in CARDS}) == len(CARDS)


@pytest.mark.parametrize("height", [176, 352, CARD_HEIGHT])
def test_a_face_has_the_proportions_of_a_magic_card(height):
    face = draw_card(CARDS[0], height)
    assert face.dtype == np.uint8
    assert face.shape == (height, round(height * 63 / 88), 3)
    assert card_mask(height).shape == face.shape[:2]


def test_the_same_card_is_always_drawn_the_same():
    assert np.array_equal(draw_card(CARDS[3], SMALL), draw_card(CARDS[3], SMALL))


def test_no_two_pictures_are_alike(faces):
    pictures = {card.name: art_thumbnail(card, faces[card.name]) for card in CARDS}
    for one, other in combinations(CARDS, 2):
        difference = np.abs(pictures[one.name] - pictures[other.name]).mean()
        assert difference > 12, (one.name, other.name, difference)


def test_the_mask_covers_all_but_the_round_corners():
    mask = card_mask(SMALL)
    assert mask[SMALL // 2].min() == 255
    assert mask[[0, 0, -1, -1], [0, -1, 0, -1]].max() == 0
    radius = 3 / 63 * mask.shape[1]
    missing = (4 - np.pi) * radius**2
    assert (255 - mask.astype(float)).sum() / 255 == pytest.approx(missing, rel=0.15)


def test_the_cached_mask_is_read_only():
    with pytest.raises(ValueError, match="read-only"):
        card_mask(SMALL)[0, 0] = 1


@pytest.mark.parametrize(
    ("style", "low", "high"), [("bar", 0, 40), ("full", 0, 40), ("plain", 225, 255), ("relic", 60, 140)]
)
def test_each_frame_style_has_its_border(faces, style, low, high):
    for card in CARDS:
        if card.frame_style == style:
            border = faces[card.name][:, :4]
            assert low <= border.mean() <= high, card.name


@pytest.mark.parametrize("scene", sorted({card.scene for card in CARDS}))
def test_every_scene_fills_any_shape_even_in_a_colour_that_is_not_stored(scene):
    for width, height in ((96, 54), (54, 96), (1200, 900)):
        picture = fit_picture(scene, "tide", width, height)
        assert picture.shape == (height, width, 3)
        assert picture.std() > 10, f"{scene} is almost plain"


def test_a_scene_in_another_colour_is_another_picture():
    assert not np.array_equal(fit_picture("forest", "grove", 80, 60), fit_picture("forest", "dusk", 80, 60))


@pytest.mark.parametrize("style", sorted(STYLES))
def test_the_engine_can_read_the_title_of_each_frame_style(style):
    card = next(card for card in CARDS if card.frame_style == style)
    band = draw_card(card, 670)[: round(0.13 * 670)]
    lines = LineFinder(threads=1).find_lines(band)
    texts = [text.text for text in TextReader(threads=1).read([crop_line(band, line.corners) for line in lines])]
    assert max(fuzz.ratio(text.lower(), card.name.lower()) for text in texts) >= 90, texts
