"""Name plates and outlines are joined: one card, one plate."""

from dataclasses import replace

import numpy as np
import pytest

from engine.catalogue.names import ENGLISH, Title, fold
from engine.core import geometry
from engine.core.values import Plate, Quad
from engine.pipeline.stacks import (
    card_height,
    holds_title,
    is_mostly_visible,
    join_plates,
    shows_several,
    without_stacks,
)
from engine.reading.plate_reader import ReadPlate
from engine.reading.title_matcher import TitleMatch
from engine.reading.title_reader import TitleReading
from engine.reading.title_search import TitleSearch

HEIGHT = 440.0
WIDTH = HEIGHT * 63 / 88


def card_at(left, top, height=HEIGHT):
    return (geometry.rectangle(height * 63 / 88, height) + np.array([left, top])).astype(np.float32)


def plate_at(left, top, name, card_id=1, face=0, evidence=12.0):
    """Return the plate of a card whose top left is at a point."""
    box = np.array([[0.07, 0.052], [0.5, 0.052], [0.5, 0.096], [0.07, 0.096]], np.float32)
    title = geometry.transform(box, geometry.unit_to_quad(card_at(left, top)))
    match = TitleMatch(Title(name, card_id, ENGLISH, face, fold(name)), 1.0, evidence)
    return ReadPlate(Plate(title, 0.9), TitleReading(name, 1.0, (match,), 0, title))


@pytest.fixture
def search():
    """A search in which all cards have the ordinary layout."""
    return TitleSearch(None, {})


def test_an_outline_takes_the_plate_at_its_head(search):
    (card,) = join_plates([Quad(card_at(50, 50), 0.9)], [plate_at(50, 50, "Lightning Bolt")], search)
    assert not card.loose
    assert card.reading.text == "Lightning Bolt"
    assert card.plate is not None


def test_an_outline_upside_down_is_turned_by_its_plate(search):
    upside_down = Quad(np.roll(card_at(50, 50), 2, axis=0), 0.9)
    (card,) = join_plates([upside_down], [plate_at(50, 50, "Lightning Bolt")], search)
    assert np.allclose(card.quad.corners, card_at(50, 50))


def test_an_outline_around_several_plates_is_a_stack_and_no_card(search):
    plates = [plate_at(50, 50 + 60 * n, f"Card number {n}", n) for n in range(1, 4)]
    around = Quad(card_at(20, 0, 700), 0.3)
    cards = join_plates([around], plates, search)
    assert sorted(card.reading.text for card in cards) == ["Card number 1", "Card number 2", "Card number 3"]
    assert all(card.loose for card in cards)


def test_the_top_card_of_a_stack_keeps_its_outline_and_the_others_show_a_strip(search):
    plates = [plate_at(50, 50 + 60 * n, f"Card number {n}", n) for n in range(3)]
    cards = join_plates([Quad(card_at(50, 170), 0.9)], plates, search)
    top = next(card for card in cards if card.reading.text == "Card number 2")
    assert not top.loose
    for card in cards:
        if card is top:
            continue
        assert card.visible is not None
        assert not is_mostly_visible(card)
        # The strip ends where the next card begins, 60 px below, and covers no part of it.
        assert np.ptp(card.visible[:, 1]) == pytest.approx(60, abs=12)


def test_a_plate_without_outline_has_a_whole_card_around_it(search):
    (card,) = join_plates([], [plate_at(50, 50, "Lightning Bolt")], search)
    assert card.loose
    assert geometry.iou(card.quad.corners, card_at(50, 50)) > 0.8
    assert is_mostly_visible(card)


def test_what_is_no_title_is_no_card(search):
    plate = ReadPlate(plate_at(50, 50, "x").plate)
    assert join_plates([], [plate], search) == []


def test_a_title_of_three_letters_on_a_clear_plate_is_a_card(search):
    fog = plate_at(50, 50, "Fog", evidence=3.2)
    assert len(join_plates([], [fog], search)) == 1
    misread = replace(fog.reading.matches[0], similarity=0.75)
    assert join_plates([], [replace(fog, reading=replace(fog.reading, matches=(misread,)))], search) == []


def test_two_parts_of_a_title_are_one_card_and_copies_side_by_side_are_two(search):
    title = plate_at(50, 50, "Lightning Bolt")
    parts = [title, replace(title, plate=Plate(title.plate.title + np.float32([90, 0]), 0.8))]
    assert len(join_plates([], parts, search)) == 1
    assert len(join_plates([], [title, plate_at(50 + WIDTH + 10, 50, "Lightning Bolt")], search)) == 2


def test_a_short_title_without_outline_needs_a_clear_plate(search):
    short = plate_at(50, 50, "Wish", evidence=4.6)
    doubtful = replace(short, plate=replace(short.plate, score=0.5))
    assert len(join_plates([], [short], search)) == 1
    assert join_plates([], [doubtful], search) == []
    assert len(join_plates([Quad(card_at(50, 50), 0.9)], [doubtful], search)) == 1


def test_a_rough_outline_around_several_cards_is_left_to_their_plates():
    plates = [plate_at(50, 50 + 60 * n, f"Card number {n}", n) for n in range(3)]
    around, one, elsewhere = Quad(card_at(20, 0, 700), 0.3), Quad(card_at(50, 170), 0.9), Quad(card_at(900, 50), 0.5)
    assert without_stacks([around, one, elsewhere], plates) == [one, elsewhere]


def test_the_two_titles_of_a_split_card_are_of_one_card():
    halves = [plate_at(50, 50, "Fire", 7), plate_at(50, 250, "Ice", 7, face=1)]
    outline = Quad(card_at(20, 0, 700), 0.9)
    assert without_stacks([outline], halves) == [outline]
    assert not shows_several(halves)


def test_a_doubtful_title_does_not_make_a_stack():
    assert not shows_several([plate_at(50, 50, "Fire", 7), plate_at(50, 250, "Opt", 8, evidence=4.0)])


def test_the_size_of_the_cards_is_told_by_certain_titles():
    plates = [plate_at(50, 500 * n, f"Card number {n}", n) for n in range(3)]
    assert card_height(plates) == pytest.approx(HEIGHT, rel=0.01)
    assert card_height([plate_at(50, 50, "Opt", 8, evidence=4.0)]) is None


def test_an_outline_that_holds_another_cards_title_is_no_single_card(search):
    plates = [plate_at(50, 50 + 60 * n, f"Card number {n}", n) for n in range(2)]
    lower, upper = join_plates([Quad(card_at(50, 50), 0.9), Quad(card_at(50, 110), 0.9)], plates, search)
    assert holds_title(lower if lower.quad.corners[0, 1] < upper.quad.corners[0, 1] else upper, [lower, upper])
    assert not holds_title(lower, [lower])


def test_a_plain_title_that_no_card_has_is_the_outlines_own(search):
    foreign = plate_at(50, 50, "Titanias Priesterin")
    unknown = replace(foreign, reading=replace(foreign.reading, matches=()))
    upside_down = Quad(np.roll(card_at(50, 50), 2, axis=0), 0.9)
    (card,) = join_plates([upside_down], [unknown], search)
    assert card.reading.text == "Titanias Priesterin"
    assert np.allclose(card.quad.corners, card_at(50, 50))
    blurred = replace(unknown, reading=replace(unknown.reading, text_score=0.7))
    (card,) = join_plates([upside_down], [blurred], search)
    assert card.reading.line is None
