"""Reading collector lines and The List's mark in photos of drawn cards."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.core import geometry
from engine.printings.line_reader import CollectorLineReader
from engine.printings.reprint_mark import is_marked
from engine.reading.ocr import LineFinder, TextReader
from training.drawing.cards import demo_cards, draw_card
from training.drawing.collector_lines import Imprint

NEW = Imprint("2023", "MOM", 123, 281, "R", 2023)
MIDDLE = Imprint("2014", "M15", 46, 269, "R", 2014)
OLD = Imprint("1998", "ONS", 217, 350, "R", 2002)
CARD = next(card for card in demo_cards() if card.frame_style == "bar")
CORNERS = (geometry.UNIT_SQUARE * np.array([0.72 * 630, 630]) + 60).astype(np.float32)


@pytest.fixture(scope="module")
def reader():
    return CollectorLineReader(LineFinder(), TextReader())


def photo(imprint, card=CARD):
    """A card of 630 px height on a grey table."""
    face = draw_card(card, 1260, imprint.print_on)
    corners = geometry.UNIT_SQUARE * np.array(face.shape[1::-1], np.float32)
    homography = cv2.getPerspectiveTransform(corners, CORNERS)
    small = cv2.GaussianBlur(face, (0, 0), 0.8)
    table = np.full((750, 580, 3), 120, np.uint8)
    return cv2.warpPerspective(small, homography, (580, 750), table, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)


@pytest.mark.parametrize("imprint", [NEW, MIDDLE])
def test_since_2014_set_number_and_language_are_read_at_the_left(reader, imprint):
    line = reader.read_left(photo(imprint), CORNERS)
    assert (line.code.replace("I", "1"), line.number, line.language) == (imprint.code, str(imprint.number), "EN")


def test_from_1998_number_and_year_are_read_from_the_copyright(reader):
    line = reader.read_full_width(photo(OLD), CORNERS)
    assert (line.code, line.number, line.total, line.year) == (None, "217", 350, 2002)


def test_a_slightly_inaccurate_quad_is_tolerated(reader):
    off = geometry.expand(CORNERS, 0.012)
    assert reader.read_left(photo(NEW), off).number == "123"


def test_nothing_is_read_on_a_table(reader):
    assert not reader.read_left(np.full((750, 580, 3), 120, np.uint8), CORNERS).has_code_or_number


@pytest.mark.parametrize("imprint", [NEW, MIDDLE])
def test_the_list_s_mark_is_found_if_it_is_there(imprint):
    assert is_marked(photo(imprint), CORNERS) is False
    assert is_marked(photo(replace(imprint, reprint=True)), CORNERS) is True


def test_a_corner_without_contrast_is_illegible():
    assert is_marked(np.full((750, 580, 3), 120, np.uint8), CORNERS) is None
