"""Where a line names a card, by the layout of the card it would name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.reading.title_positions import (
    ANY_LAYOUT,
    EDGES,
    FOOT,
    HEAD,
    LOWER_HALF,
    UPSIDE_DOWN,
    UPWARDS,
    body_frame,
    find_position,
    half_of,
    is_readable,
    is_sideways,
)
from tests.support.drawings import placed

few = settings(max_examples=60)
cards = st.builds(
    lambda x, y, height, degrees: placed((x, y), height, degrees),
    st.floats(0, 4000),
    st.floats(0, 4000),
    st.floats(80, 2000),
    st.floats(0, 360),
)
LEFT_HALF, RIGHT_HALF = (0.05, 0.04, 0.4, 0.1), (0.55, 0.04, 0.9, 0.1)


def line_in(card, turn, box):
    """Return a line in the frame that begins so many corners further on, and that frame."""
    frame = np.roll(card, -turn, axis=0)
    left, top, right, bottom = box
    part = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return geometry.transform(part, geometry.unit_to_quad(frame)), frame


def stands(card, turn, box, layout, face=0, *, certain=False):
    as_found = turn % 2 == 0
    return find_position(*line_in(card, turn, box), layout, face, certain=certain, as_found=as_found)


@few
@given(cards, st.sampled_from([LEFT_HALF, RIGHT_HALF]), st.integers(0, 1))
def test_both_titles_of_a_split_card_run_up_its_left_edge(card, half, face):
    assert stands(card, 3, half, "split", face) is UPWARDS


@pytest.mark.parametrize("layout", ["adventure", "prepare"])
def test_a_title_amid_the_text_is_never_read(layout):
    assert is_readable(layout, 0)
    assert not is_readable(layout, 1)


@pytest.mark.parametrize("layout", ["", "split", "flip", "aftermath", "transform", "modal_dfc"])
def test_both_titles_of_all_others_are(layout):
    assert is_readable(layout, 0)
    assert is_readable(layout, 1)


@few
@given(cards, st.sampled_from(["", "saga", "adventure", "token"]), st.sampled_from([1, 3]))
def test_a_sideways_title_of_a_card_that_has_none_is_not_its_own(card, layout, turn):
    assert stands(card, turn, RIGHT_HALF, layout) is None


@few
@given(cards)
def test_a_battle_s_front_lies_on_its_side_and_its_back_does_not(card):
    assert stands(card, 3, (0.17, 0.04, 0.7, 0.1), "battle", 0) is UPWARDS
    assert stands(card, 0, LEFT_HALF, "battle", 1) is HEAD


@few
@given(cards)
def test_an_aftermath_card_has_its_second_title_alone_in_the_lower_half_read_downwards(card):
    assert stands(card, 1, RIGHT_HALF, "aftermath", 1) is LOWER_HALF
    assert stands(card, 1, (0.1, 0.04, 0.4, 0.1), "aftermath", 1) is None
    assert stands(card, 1, RIGHT_HALF, "aftermath", 0) is None
    assert stands(card, 0, LEFT_HALF, "aftermath", 0) is HEAD


@few
@given(cards)
def test_a_flip_card_stays_upright_whichever_of_its_titles_is_read(card):
    assert stands(card, 2, LEFT_HALF, "flip", 1) is UPSIDE_DOWN
    assert stands(card, 0, LEFT_HALF, "flip", 0) is HEAD


@few
@given(cards, st.sampled_from([(0, (0.07, 0.87, 0.6, 0.93)), (3, (0.2, 0.05, 0.7, 0.13)), (1, (0.2, 0.05, 0.7, 0.13))]))
def test_at_the_foot_and_along_the_edge_only_a_title_beyond_doubt_is_believed(card, where):
    turn, box = where
    assert stands(card, turn, box, "") is None
    assert stands(card, turn, box, "", certain=True) in ANY_LAYOUT


def test_a_basic_land_s_short_name_is_believed_at_the_foot():
    assert stands(placed((400, 500), 600), 0, (0.07, 0.87, 0.3, 0.93), "basic") is FOOT


@pytest.mark.parametrize("box", [(0.07, 0.66, 0.7, 0.7), (0.07, 0.7, 0.9, 0.76), (0.07, 0.56, 0.7, 0.61)])
@pytest.mark.parametrize("layout", ["", "split", "battle", "aftermath", "flip", "basic"])
def test_rules_text_and_type_lines_are_nobody_s_title(box, layout):
    for face in (0, 1):
        assert stands(placed((400, 500), 600), 0, box, layout, face, certain=True) is None


def test_a_card_seen_from_so_low_that_it_looks_wide_has_its_title_at_its_head():
    low = placed((400, 500), 600) * np.array([1, 0.5], np.float32)
    assert is_sideways(low)
    assert stands(low, 0, LEFT_HALF, "") is HEAD


@few
@given(cards)
def test_a_card_lies_on_its_side_at_every_other_corner(card):
    assert [is_sideways(np.roll(card, -turn, axis=0)) for turn in range(4)] == [False, True, False, True]


@few
@given(cards)
def test_half_a_card_is_a_card_in_small(card):
    sides = geometry.side_lengths(half_of(np.roll(card, -3, axis=0)))
    assert sides[0] / sides[1] == pytest.approx(63 / 88, rel=0.01)


class TestBody:
    card = placed((400, 500), 600)

    def test_most_cards_have_their_type_line_where_most_have_it(self):
        assert body_frame(self.card, HEAD, "") is None
        assert body_frame(self.card, EDGES[0], "") is None

    def test_a_saga_has_it_lower(self):
        body = body_frame(self.card, HEAD, "saga")
        assert (body[:, 1] - self.card[:, 1] > 100).all()

    def test_a_split_card_and_a_room_have_it_in_the_half_that_begins_below(self):
        body = body_frame(self.card, UPWARDS, "split")
        assert body[:, 1].min() > 480
        assert geometry.coverage(body, geometry.expand(self.card, 0.01)) > 0.99

    def test_an_aftermath_card_whose_second_title_was_read_has_it_in_that_half(self):
        assert body_frame(self.card, LOWER_HALF, "aftermath")[:, 1].min() > 480
