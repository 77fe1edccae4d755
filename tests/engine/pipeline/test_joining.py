"""The two titles of a split card are one card; those of two copies, or of two sides, are not."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.names import Title, fold
from engine.core import geometry
from engine.core.values import Corners, Quad
from engine.pipeline.joining import find_halves
from engine.reading.title_matcher import TitleMatch
from engine.reading.title_reader import TitleReading, card_around
from engine.reading.title_search import TitledQuad
from tests.support.drawings import placed

SPLIT, AFTERMATH, FLIP, TRANSFORM = range(4)
LAYOUTS = ["split", "aftermath", "flip", "transform"]
TURNS_AND_TITLES = {
    SPLIT: ((3, (0.03, 0.04, 0.4, 0.1)), (3, (0.53, 0.04, 0.8, 0.1))),
    AFTERMATH: ((0, (0.065, 0.04, 0.5, 0.098)), (1, (0.53, 0.04, 0.8, 0.1))),
    FLIP: ((0, (0.065, 0.04, 0.5, 0.098)), (2, (0.065, 0.04, 0.6, 0.098))),
    TRANSFORM: ((0, (0.065, 0.04, 0.5, 0.098)), (0, (0.065, 0.04, 0.5, 0.098))),
}
"""For each title of a layout: quarter turns of the frame in which it reads upright, and its box in that frame."""


TIGHT = np.array([[0, 0.12], [1, 0.12], [1, 0.88], [0, 0.88]], np.float32)


def title(card: Corners, layout: int, face: int, card_id: int | None = None) -> TitledQuad:
    """One title of a card, found and read without the card's outline."""
    turn, (left, top, right, bottom) = TURNS_AND_TITLES[layout][face]
    box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    line = geometry.transform(box, geometry.unit_to_quad(np.roll(card, -turn, axis=0)))
    card_id = layout if card_id is None else card_id
    name = f"Face {face}"
    match = TitleMatch(Title(name, card_id, "en", face, fold(name)), 1.0, 12.0)
    return TitledQuad(Quad(card_around(line), 0.3), TitleReading(name, 1.0, (match,), line=line), loose=True)


def as_plate(card: TitledQuad) -> TitledQuad:
    """The title as name plates have it: only as high as its letters."""
    line = card.reading.line
    assert line is not None
    return replace(card, reading=replace(card.reading, line=geometry.transform(TIGHT, geometry.unit_to_quad(line))))


def pairs(*cards: TitledQuad) -> list[tuple[int, int]]:
    return sorted(find_halves(cards, lambda card_id: LAYOUTS[card_id % len(LAYOUTS)]))


@pytest.mark.parametrize("layout", [SPLIT, AFTERMATH, FLIP])
@given(st.integers(60, 1500), st.integers(0, 359))
def test_the_titles_of_one_card_are_its_halves_however_it_lies(layout, height, degrees):
    card = placed((2000, 2000), height, degrees)
    assert pairs(title(card, layout, 0), title(card, layout, 1)) == [(0, 1)]
    assert pairs(title(card, layout, 1), title(card, layout, 0)) == [(0, 1)]
    assert pairs(as_plate(title(card, layout, 0)), as_plate(title(card, layout, 1))) == [(0, 1)]


@pytest.mark.parametrize("layout", [SPLIT, AFTERMATH, FLIP])
def test_perspective_does_not_part_them(layout):
    table, photo = geometry.rectangle(1000, 1000), np.array([[100, 150], [900, 150], [1000, 900], [0, 900]], np.float32)
    homography = cv2.getPerspectiveTransform(table, photo)
    for degrees in range(0, 360, 15):
        card = geometry.transform(placed((500, 500), 600, degrees), homography)
        assert pairs(title(card, layout, 0), title(card, layout, 1)) == [(0, 1)]


@pytest.mark.parametrize("layout", [SPLIT, AFTERMATH, FLIP])
@pytest.mark.parametrize("step", [(430, 0), (0, 600), (0, 75), (430, 600)])
def test_two_copies_stay_two(layout, step):
    """Side by side, one below the other, and in a stack that shows the titles only."""
    for degrees in (0, 90):
        one = placed((1000, 1000), 600, degrees)
        other = one + np.float32(step)
        found = [title(card, layout, face) for card in (one, other) for face in (0, 1)]
        assert pairs(*found) == [(0, 1), (2, 3)]


@pytest.mark.parametrize("layout", [SPLIT, AFTERMATH, FLIP])
def test_a_copy_s_other_half_elsewhere_in_the_photo_is_not_taken(layout):
    one = placed((1000, 1000), 600, 90)
    for step in [(700, 0), (0, 450), (-700, 0), (0, -450)]:
        assert pairs(title(one, layout, 0), title(one + np.float32(step), layout, 1)) == []


def test_the_halves_of_different_cards_are_not_joined():
    card = placed((1000, 1000), 600, 90)
    assert pairs(title(card, SPLIT, 0), title(card, SPLIT, 1, card_id=SPLIT + len(LAYOUTS))) == []


def test_the_same_half_twice_is_two_cards():
    card = placed((1000, 1000), 600, 90)
    assert pairs(title(card, SPLIT, 0), title(card + np.float32([300, 0]), SPLIT, 0)) == []


@pytest.mark.parametrize("step", [(0, 0), (430, 0), (0, 75), (0, 300)])
def test_the_two_sides_of_a_double_faced_card_are_two_cards(step):
    card = placed((1000, 1000), 600)
    assert pairs(title(card, TRANSFORM, 0), title(card + np.float32(step), TRANSFORM, 1)) == []


def test_a_card_without_a_title_is_half_of_nothing():
    card = placed((1000, 1000), 600, 90)
    assert pairs(title(card, SPLIT, 0), TitledQuad(Quad(card, 0.9))) == []
