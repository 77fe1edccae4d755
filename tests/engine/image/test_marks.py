"""Numbers and names on an annotated photo: each near its card, none hidden by another, however many cards there are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.image.marks import LETTERS, MAX_HIDDEN, Mark, place_marks
from tests.support.drawings import placed

SIZE = (2000, 1500)
WIDTH, HEIGHT = 180.0, 251.0
Outline = Sequence[tuple[float, float]]


def card(x: float, y: float, degrees: float = 0.0, height: float = HEIGHT) -> Outline:
    return [(float(a), float(b)) for a, b in placed((x, y), height, degrees)]


def strip(x: float, y: float, height: float = 34.0) -> Outline:
    """The visible part of a card that the next one in its column covers."""
    return [(x, y), (x + WIDTH, y), (x + WIDTH, y + height), (x, y + height)]


GRID = [card(120 + 145 * x, 140 + 205 * y, height=195) for y in range(6) for x in range(13)][:75]
COLUMNS = [strip(60 + 195 * column, 80 + 34 * step) for column in range(9) for step in range(8)]
COLUMNS += [card(150 + 195 * column, 80 + 34 * 8 + 126) for column in range(3)]
HAND = [card(700 + 110 * n, 700 + 3 * (n - 5) ** 2, 6 * (n - 5)) for n in range(11)]
LAYOUTS = {"a deck laid out": GRID, "columns of overlapping cards": COLUMNS, "a hand": HAND}


def marks(outlines: Sequence[Outline], name: str = "Emberwing Matriarch") -> list[Mark]:
    return place_marks(outlines, [name] * len(outlines), SIZE)


def gap(one: Mark, other: Mark) -> float:
    """Distance of two discs' edges in radii, negative where they overlap."""
    (x, y, radius), (a, b, _) = one.disc, other.disc
    return math.hypot(x - a, y - b) / radius - 2


def overlap(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_number_hides_another(layout):
    found = marks(LAYOUTS[layout])
    assert min(gap(one, other) for n, one in enumerate(found) for other in found[:n]) >= -MAX_HIDDEN


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_number_is_on_the_edge_of_its_own_card(layout):
    for outline, mark in zip(LAYOUTS[layout], marks(LAYOUTS[layout]), strict=True):
        (x, y, radius), corners = mark.disc, np.array(outline)
        low, high = corners.min(0) - radius, corners.max(0) + radius
        assert (low <= (x, y)).all()
        assert ((x, y) <= high).all()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_numbers_are_large_enough_to_read(layout):
    assert min(mark.disc[2] for mark in marks(LAYOUTS[layout])) >= 0.0055 * max(SIZE)


def test_nearly_all_names_of_a_deck_find_a_place():
    for outlines in (GRID, COLUMNS):
        assert sum(mark.label is not None for mark in marks(outlines)) > 0.9 * len(outlines)


def test_outlines_of_strips_are_thinner_than_those_of_whole_cards():
    found = marks(COLUMNS)
    assert found[0].line_px < found[-1].line_px
    assert min(mark.line_px for mark in found) >= 1


def test_a_long_name_is_shortened_and_stays_unsure():
    (mark,) = marks([card(500, 500)], "Asmoranomardicadaistinaculdacar the Unpronounceable?")
    assert mark.label is not None
    assert len(mark.label.text) <= LETTERS
    assert mark.label.text.endswith("…?")


def test_without_names_there_are_numbers_only():
    assert [mark.label for mark in marks(HAND, "")] == [None] * len(HAND)


def test_a_photo_without_cards_has_no_marks():
    assert marks([]) == []


coordinates = st.integers(-500, 2500)
outlines = st.builds(card, coordinates, coordinates, st.integers(0, 359)) | st.builds(strip, coordinates, coordinates)


@settings(max_examples=50)
@given(st.lists(outlines, max_size=30))
def test_no_name_hides_a_name_or_a_number_wherever_the_cards_are(found):
    placed_marks = marks(found)
    boxes = [mark.label.box for mark in placed_marks if mark.label]
    assert not any(overlap(one, other) for n, one in enumerate(boxes) for other in boxes[:n])
    for x, y, radius in (mark.disc for mark in placed_marks):
        assert radius <= x <= SIZE[0] - radius
        assert radius <= y <= SIZE[1] - radius
        for left, top, right, bottom in boxes:
            assert math.hypot(x - min(max(x, left), right), y - min(max(y, top), bottom)) >= radius
