"""Reading titles, and estimating a card around its title."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.names import Title, fold
from engine.core import geometry
from engine.image.photo import open_photo
from engine.reading.ocr import LineFinder, Text, TextReader
from engine.reading.title_matcher import TitleMatcher
from engine.reading.title_reader import (
    NOTHING_READ,
    STRONG,
    TitleReader,
    card_around,
    stands_as_title,
    stretch_contrast,
    title_strip,
)
from tests.support.drawings import line_of_text, placed
from training.drawing.cards import demo_cards

few = settings(max_examples=60)
CARD = placed((400, 500), 600)


def part(card, left, top, right, bottom):
    """Return the corners of a part of a card, in photo pixels."""
    box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return geometry.transform(box, geometry.unit_to_quad(card))


cards = st.builds(
    lambda x, y, height, degrees: placed((x, y), height, degrees),
    st.floats(0, 4000),
    st.floats(0, 4000),
    st.floats(80, 2000),
    st.floats(0, 360),
)


class TestWhereTitlesStand:
    @few
    @given(cards, st.floats(0.05, 0.1), st.floats(0.3, 0.85))
    def test_a_title_stands_at_the_top_of_its_card_however_that_is_turned(self, card, left, length):
        line = part(card, left, 0.04, left + length, 0.1)
        assert stands_as_title(line, card)

    @few
    @given(cards, st.integers(1, 3))
    def test_a_title_seen_from_any_other_corner_is_rejected(self, card, turn):
        line = part(card, 0.07, 0.04, 0.7, 0.1)
        assert not stands_as_title(line, np.roll(card, -turn, axis=0))

    @pytest.mark.parametrize(
        "box",
        [(0.07, 0.56, 0.7, 0.61), (0.07, 0.9, 0.7, 0.95), (0.6, 0.04, 0.95, 0.1), (0.07, 0.04, 0.8, 0.06)],
        ids=["type line", "foot", "mana cost", "title of a card half as large"],
    )
    def test_other_lines_are_not_titles(self, box):
        assert not stands_as_title(part(CARD, *box), CARD)

    @few
    @given(cards)
    def test_the_strip_that_is_read_first_is_the_usual_title_position(self, card):
        assert stands_as_title(title_strip(card), card)

    @few
    @given(cards, st.floats(0.2, 0.85))
    def test_a_card_estimated_around_a_title_has_it_in_the_right_place(self, card, length):
        line = part(card, 0.065, 0.041, 0.065 + length, 0.099)
        guess = card_around(line)
        assert stands_as_title(line, guess)
        assert geometry.iou(guess, card) > 0.85


@pytest.fixture(scope="module")
def reader():
    titles = [Title(card.name, i, "en", 0, fold(card.name)) for i, card in enumerate(demo_cards())]
    return TitleReader(LineFinder(threads=1), TextReader(threads=1), TitleMatcher(titles))


def named(reading):
    """Return the demo card a reading names."""
    return demo_cards()[reading.matches[0].title.card_id].name


class TestReadingADemoCard:
    def test_the_band_is_read_upright(self, reader, demo_single_photo):
        reading = reader.read_band(demo_single_photo.image, demo_single_photo.quads[0])
        assert named(reading) == demo_single_photo.names[0]
        assert reading.turn == 0
        assert stands_as_title(reading.line, demo_single_photo.quads[0])

    def test_the_reading_of_a_card_upside_down_has_its_turn(self, reader, demo_single_photo):
        upside_down = np.roll(demo_single_photo.quads[0], 2, axis=0)
        reading = reader.read_band(demo_single_photo.image, upside_down)
        assert named(reading) == demo_single_photo.names[0]
        assert reading.turn == 2

    def test_strips_are_read_without_line_detection(self, reader, demo_single_photo):
        image, quad = demo_single_photo.image, demo_single_photo.quads[0]
        for reading in [*reader.read_strips([image, image], [quad, quad]), reader.read_faint_strips(image, quad)]:
            assert named(reading) == demo_single_photo.names[0]
            assert reading.evidence >= STRONG

    def test_plates_are_read_in_either_direction(self, reader, demo_single_photo):
        line = title_strip(demo_single_photo.quads[0])
        upright, turned = reader.read_plates(
            demo_single_photo.image, [line, np.roll(line, 2, axis=0)], doubtful=[False, False]
        )
        assert named(upright) == named(turned) == demo_single_photo.names[0]
        assert (upright.turn, turned.turn) == (0, 2)

    def test_a_doubtful_plate_in_which_nothing_is_legible_is_none(self, reader):
        blank = np.full((1000, 800, 3), 120, np.uint8)
        for reading in reader.read_plates(blank, [title_strip(CARD)] * 2, doubtful=[True, False]):
            assert not reading.matches

    def test_the_type_line_is_found(self, reader, demo_single_photo):
        assert reader.read_type_line(demo_single_photo.image, demo_single_photo.quads[0])
        assert reader.find_type_line(demo_single_photo.image, demo_single_photo.quads[0])

    def test_lines_of_a_whole_photo_are_read_in_every_direction(self, reader, demo_single_photo):
        sideways = np.ascontiguousarray(np.rot90(demo_single_photo.image))
        view = open_photo(sideways).view(1280)
        lines = LineFinder(threads=1).find_lines(view.pixels)
        readings = reader.read_lines(view.pixels, lines)
        assert len(readings) == len(lines)
        assert named(max(readings, key=lambda reading: reading.evidence)) == demo_single_photo.names[0]

    @pytest.mark.parametrize("dash", ["-", "–", "—"])
    def test_the_attribution_of_a_quotation_is_not_a_title(self, reader, dash):
        corners = np.zeros((4, 2), np.float32)
        assert reader._match(Text("Emberwing Matriarch", 0.99), 0, corners).matches
        assert reader._match(Text(f"{dash}Emberwing Matriarch", 0.99), 0, corners) is NOTHING_READ

    @pytest.mark.parametrize(
        "text", ["Emberwing Matriarch ×2", "Emberwing Matriarch HP 120", "120HP Emberwing Matriarch"]
    )
    def test_words_beside_another_games_figures_are_not_a_title(self, reader, text):
        assert reader._match(Text(text, 0.99), 0, np.zeros((4, 2), np.float32)) is NOTHING_READ

    def test_nothing_is_read_on_a_blank_picture(self, reader):
        blank = np.full((1000, 800, 3), 120, np.uint8)
        assert reader.read_band(blank, CARD) is NOTHING_READ
        assert reader.read_strips([blank], [CARD])[0].evidence == 0
        assert reader.read_type_line(blank, CARD) == ""
        assert reader.find_type_line(blank, CARD) == ""
        assert reader.read_lines(blank, []) == []


def test_an_empty_reading_has_no_evidence():
    assert (NOTHING_READ.evidence, NOTHING_READ.matches, NOTHING_READ.line) == (0, (), None)


def test_stretching_makes_a_faint_title_strong():
    faint = line_of_text("Sunlit Concordat", ink=(205, 205, 200), paper=(225, 225, 220))
    strong = stretch_contrast(faint)
    assert strong.shape == faint.shape
    assert strong.min() < 20 < 235 < strong.max()
    assert (stretch_contrast(np.full((20, 30, 3), 90, np.uint8)) == 0).all()
