"""Titles outside all detected cards: which lines are believed."""

import cv2
import numpy as np
import pytest

from engine.catalogue.names import fold
from engine.core.timing import Stopwatch
from engine.core.values import Quad
from engine.image.photo import open_photo
from engine.reading.ocr import LineFinder, TextReader
from engine.reading.stray_titles import StrayTitles, select_stray_titles
from engine.reading.title_matcher import Title, TitleMatch, TitleMatcher
from engine.reading.title_reader import TitleReader, TitleReading
from engine.reading.title_search import TitledQuad
from training.drawing.cards import demo_cards, draw_card

HEIGHT = 20.0
CARD = next(card for card in demo_cards() if card.name == "Highmeadow Almoner")
CLERIC = "Human Cleric"


def title(name, card_id=0):
    return Title(name, card_id, "en", 0, fold(name))


def reading(text, left, top=0.0, width=200.0, *, evidence=12.0):
    """Return the reading of an upright line, as if a card bore that title."""
    box = np.array([[left, top], [left + width, top], [left + width, top + HEIGHT], [left, top + HEIGHT]], np.float32)
    return TitleReading(text, 1.0, (TitleMatch(title(text), 1.0, evidence),), line=box)


def texts(sightings):
    return [sighting.reading.text for sighting in sightings]


@pytest.mark.parametrize("kind", ["Creature", "Creature —", "Legendary Creature", "Token Creature", "Créature"])
def test_text_after_a_card_type_on_the_same_line_is_not_a_title(kind):
    assert CLERIC not in texts(select_stray_titles([reading(kind, 0, evidence=0), reading(CLERIC, 210)]))


@pytest.mark.parametrize(
    ("before", "left", "top"),
    [("Creature", 400, 0), ("Creature", 210, 2 * HEIGHT), ("Creature", -300, 0), ("Highmeadow", 210, 0)],
    ids=["far to its right", "below it", "to its left", "after another word"],
)
def test_the_same_text_elsewhere_is_a_title(before, left, top):
    assert CLERIC in texts(select_stray_titles([reading(before, 0, evidence=0), reading(CLERIC, left, top)]))


def test_a_title_may_start_with_a_card_type():
    assert texts(select_stray_titles([reading("Enchantment Alteration", 0)])) == ["Enchantment Alteration"]


def test_weak_titles_are_dropped():
    found = select_stray_titles(
        [reading("Fog", 0, 100, evidence=3.0), reading("Brainstorm", 0), reading("Counterspell", 0, 200)]
    )
    assert set(texts(found)) == {"Brainstorm", "Counterspell"}


@pytest.fixture(scope="module")
def parts():
    return LineFinder(threads=1), TextReader(threads=1)


def searched(parts, names, cards=(), done=(), height=800):
    """Return the titles found in a photo of the drawn card on a plain table, where some names are known."""
    finder, reader = parts
    titles = TitleReader(finder, reader, TitleMatcher([title(name, i) for i, name in enumerate(names)]))
    face = draw_card(CARD)
    face = cv2.resize(face, (round(height * face.shape[1] / face.shape[0]), height), interpolation=cv2.INTER_AREA)
    photo = np.full((height + 200, height + 100, 3), 140, np.uint8)
    photo[100 : 100 + height, 60 : 60 + face.shape[1]] = face
    return texts(StrayTitles(finder, titles).find(open_photo(photo), cards, done, Stopwatch()))


def outline(height=800.0):
    left, top, width = 60.0, 100.0, height * 63 / 88
    corners = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]]
    return Quad(np.array(corners, np.float32), 0.9)


def test_a_type_line_found_in_two_parts_does_not_name_a_token(parts):
    # At this size "Creature" and "Human Cleric" are found as two lines.
    assert searched(parts, [CARD.name, CLERIC], [outline()]) == [CARD.name]


def test_a_title_is_found_with_and_without_the_card_s_outline(parts):
    assert searched(parts, [CARD.name]) == searched(parts, [CARD.name], [outline()]) == [CARD.name]


def test_a_single_finished_card_has_no_stray_titles(parts):
    assert searched(parts, [CARD.name], [outline()], [TitledQuad(outline())]) == []


def test_lines_far_larger_than_the_cards_titles_are_not_read(parts):
    small = Quad(outline(120.0).corners + np.float32(700), 0.9)
    assert searched(parts, [CARD.name], [small]) == []
