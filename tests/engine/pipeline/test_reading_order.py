"""Cards come in the order in which a player reads them, whichever way they were laid out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.values import Corners
from engine.pipeline.reading_order import reading_order
from tests.support.drawings import placed

HEIGHT, WIDTH = 88.0, 63.0


def card(x: float, y: float, degrees: float = 0.0) -> Corners:
    """A card 88 px high with its middle at ``(x, y)``, turned clockwise."""
    return placed((x, y), HEIGHT, degrees)


def upper_part(corners: Corners, share: float = 0.13) -> Corners:
    """What is visible of a card that the next one covers."""
    left, right = corners[3] - corners[0], corners[2] - corners[1]
    return np.array([corners[0], corners[1], corners[1] + share * right, corners[0] + share * left], np.float32)


def turned(cards: Sequence[Corners], degrees: float) -> list[Corners]:
    """The whole photo turned clockwise about its origin."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return [(corners @ np.array([[c, s], [-s, c]])).astype(np.float32) for corners in cards]


def assert_read_as_listed(cards: Sequence[Corners]) -> None:
    """The cards are listed as a player reads them; they are found in any other order."""
    for seed in range(5):
        found = np.random.default_rng(seed).permutation(len(cards))
        order = reading_order([cards[at] for at in found])
        assert [int(found[at]) for at in order] == list(range(len(cards)))


GRID = [card(80 * x, 100 * y) for y in range(3) for x in range(4)]
ROW = [card(70 * x, y, degrees) for x, (y, degrees) in enumerate([(0, 3), (12, -8), (-9, 0), (4, 12), (0, -2)])]
COLUMNS = [card(75 * column, 11 * step) for column, count in enumerate((9, 4, 7)) for step in range(count)]


def fan(spread_deg: float, count: int = 7, radius: float = 110.0) -> list[Corners]:
    """A hand of cards, held like a fan."""
    angles = np.linspace(-spread_deg / 2, spread_deg / 2, count)
    return [card(radius * np.sin(a), -radius * np.cos(a), np.degrees(a)) for a in np.radians(angles)]


def test_a_photo_without_cards_has_none_to_order():
    assert reading_order([]) == []


def test_a_grid_is_read_by_rows():
    assert_read_as_listed(GRID)


def test_a_row_is_read_from_the_left_even_if_it_is_uneven():
    assert_read_as_listed(ROW)


@pytest.mark.parametrize("degrees", [-30, -12, 12, 30])
def test_rows_are_told_apart_in_a_photo_taken_at_a_slant(degrees):
    assert_read_as_listed(turned(GRID, degrees))
    assert_read_as_listed(turned(ROW, degrees))


def test_rows_whose_cards_overlap_by_a_third_stay_rows():
    assert_read_as_listed([card(80 * x, 0.67 * HEIGHT * y) for y in range(3) for x in range(4)])


def test_upside_down_and_tapped_cards_stay_in_their_row():
    assert_read_as_listed([card(0, 0), card(80, 5, 180), card(170, 0, 90), card(260, -5), card(0, 100), card(80, 100)])


@pytest.mark.parametrize("spread_deg", [20, 60, 120])
def test_a_hand_is_read_from_the_left(spread_deg):
    assert_read_as_listed(fan(spread_deg))


@pytest.mark.parametrize("degrees", [0, 15, -15])
def test_columns_are_read_one_after_the_other_from_the_deepest_card(degrees):
    assert_read_as_listed(turned(COLUMNS, degrees))


def test_the_visible_parts_of_covered_cards_are_read_like_their_outlines():
    uncovered = {8, 12, 19}
    assert_read_as_listed([c if n in uncovered else upper_part(c) for n, c in enumerate(COLUMNS)])


def test_columns_need_not_be_straight():
    rng = np.random.default_rng(1)
    assert_read_as_listed([(corners + rng.uniform(-4, 4, 2)).astype(np.float32) for corners in COLUMNS])


def test_columns_of_a_second_row_follow_those_of_the_first():
    below = [card(75 * column, 220 + 11 * step) for column in range(3) for step in range(5)]
    assert_read_as_listed([*COLUMNS, *below])


def test_a_column_beside_a_grid_is_read_as_one():
    beside = [card(-90, 11 * step) for step in range(10)]
    assert_read_as_listed([*beside, *GRID])


def test_a_column_seen_upside_down_is_still_read_from_its_deepest_card():
    assert_read_as_listed([card(0, -11 * step, 180) for step in range(6)])


def test_a_column_that_lies_on_its_side_is_read_from_its_deepest_card():
    assert_read_as_listed(turned([card(0, 11 * step) for step in range(6)], 90))


def test_a_pile_comes_between_the_cards_on_both_sides():
    rng = np.random.default_rng(2)
    pile = [card(*rng.normal(200, 3, 2), float(rng.normal(0, 4))) for _ in range(5)]
    order = reading_order([card(400, 200), *pile, card(0, 200)])
    assert (order[0], order[-1]) == (6, 0)
    assert sorted(order[1:-1]) == [1, 2, 3, 4, 5]


cards = st.builds(card, st.integers(0, 600), st.integers(0, 600), st.integers(0, 359)).map(np.round)


@given(st.lists(cards, max_size=20))
def test_every_card_comes_once(found):
    assert sorted(reading_order(found)) == list(range(len(found)))


@given(st.lists(cards, max_size=20), st.sampled_from([0.25, 2.0, 8.0]), st.integers(-500, 500), st.integers(-500, 500))
def test_the_order_depends_neither_on_the_photo_s_size_nor_on_where_the_cards_are(found, scale, x, y):
    order = reading_order(found)
    assert reading_order([corners * np.float32(scale) for corners in found]) == order
    assert reading_order([corners + np.float32([x, y]) for corners in found]) == order
