"""Counting what a detector finds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.core.values import Quad
from tests.support.drawings import placed
from training.detector.measure import MIN_VISIBLE, DetectionFigures, corner_error, match_quads, measure
from training.scene.photo import SceneCard, ScenePhoto

CARDS = (placed((100, 100), 100), placed((220, 100), 100, 15))


def photo(*cards: SceneCard) -> ScenePhoto:
    return ScenePhoto(np.zeros((200, 320, 3), np.uint8), cards, np.full((200, 320), -1, np.int16))


def whole(corners, *, magic=True, visible=1.0):
    return SceneCard(corners, magic, visible)


def quad(corners, score=0.9):
    return Quad(corners, score)


TWO = photo(*(whole(corners) for corners in CARDS))


def test_all_found_is_all_right():
    found, false = match_quads(TWO, [quad(corners) for corners in CARDS])
    assert DetectionFigures.of(found, [false]) == DetectionFigures(2, 1, 1.0, 1.0, 0.0, 1.0, 0.0)


def test_a_card_missed_lowers_recall_alone():
    figures = measure([TWO], lambda image: [quad(CARDS[0])])
    assert (figures.recall, figures.found, figures.upright, figures.false_quads) == (0.5, 0.5, 1.0, 0.0)


def test_upside_down_is_found_but_not_upright():
    figures = measure([TWO], lambda image: [quad(CARDS[0]), quad(CARDS[1]).rotate(2)])
    assert (figures.recall, figures.corner_error, figures.upright) == (1.0, 0.0, 0.5)


def test_a_loose_quad_is_found_but_does_not_fit():
    figures = measure([photo(whole(CARDS[0]))], lambda image: [quad(CARDS[0] + 8)])
    assert (figures.recall, figures.found) == (0.0, 1.0)
    assert figures.corner_error == pytest.approx(math.hypot(8, 8) / 100)


def test_a_second_quad_of_a_card_and_one_of_nothing_are_false():
    quads = [*(quad(corners) for corners in CARDS), quad(CARDS[0] + 1), quad(placed((60, 40), 50))]
    assert measure([TWO], lambda image: quads).false_quads == 2


def test_backs_and_hidden_cards_are_neither_right_nor_false():
    strange = photo(whole(CARDS[0], magic=False), whole(CARDS[1], visible=MIN_VISIBLE / 2))
    found, false = match_quads(strange, [quad(corners) for corners in CARDS])
    assert (found, false) == ([], 0)


def test_without_cards_there_are_no_shares():
    figures = measure([photo()], lambda image: [])
    assert figures.cards == 0
    assert math.isnan(figures.recall)
    assert figures.false_quads == 0


@pytest.mark.parametrize("turn", range(4))
def test_the_corner_error_is_that_of_the_best_turn(turn):
    error, found = corner_error(np.roll(CARDS[1], turn, axis=0), CARDS[1])
    assert error == pytest.approx(0)
    assert found == turn
