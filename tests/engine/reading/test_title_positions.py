"""Positions of titles by layout."""

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
    """Return a line in the frame that starts ``turn`` corners further on, and that frame."""
    frame = np.roll(card, -turn, axis=0)
    left, top, right, bottom = box
    part = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return geometry.transform(part, geometry.unit_to_quad(frame)), frame


def position_of(card, turn, box, layout, face=0, *, certain=False):
    as_found = turn % 2 == 0
    return find_position(*line_in(card, turn, box), layout, face, certain=certain, as_found=as_found)


@few
@given(cards, st.sampled_from([LEFT_HALF, RIGHT_HALF]), st.integers(0, 1))
def test_both_titles_of_a_split_card_are_along_its_left_edge(card, half, face):
    assert position_of(card, 3, half, "split", face) is UPWARDS


@pytest.mark.parametrize("layout", ["adventure", "prepare"])
def test_an_inset_title_is_never_readable(layout):
    assert is_readable(layout, 0)
    assert not is_readable(layout, 1)


@pytest.mark.parametrize("layout", ["", "split", "flip", "aftermath", "transform", "modal_dfc"])
def test_both_titles_of_other_layouts_are_readable(layout):
    assert is_readable(layout, 0)
    assert is_readable(layout, 1)


@few
@given(cards, st.sampled_from(["", "saga", "adventure", "token"]), st.sampled_from([1, 3]))
def test_a_sideways_title_is_rejected_for_layouts_without_one(card, layout, turn):
    assert position_of(card, turn, RIGHT_HALF, layout) is None


@few
@given(cards)
def test_the_front_of_a_battle_is_sideways_and_its_back_is_not(card):
    assert position_of(card, 3, (0.17, 0.04, 0.7, 0.1), "battle", 0) is UPWARDS
    assert position_of(card, 0, LEFT_HALF, "battle", 1) is HEAD


@few
@given(cards)
def test_only_the_second_title_of_an_aftermath_card_is_in_the_lower_half_read_downwards(card):
    assert position_of(card, 1, RIGHT_HALF, "aftermath", 1) is LOWER_HALF
    assert position_of(card, 1, (0.1, 0.04, 0.4, 0.1), "aftermath", 1) is None
    assert position_of(card, 1, RIGHT_HALF, "aftermath", 0) is None
    assert position_of(card, 0, LEFT_HALF, "aftermath", 0) is HEAD


@few
@given(cards)
def test_a_flip_card_stays_upright_whichever_of_its_titles_is_read(card):
    assert position_of(card, 2, LEFT_HALF, "flip", 1) is UPSIDE_DOWN
    assert position_of(card, 0, LEFT_HALF, "flip", 0) is HEAD


@few
@given(cards, st.sampled_from([(0, (0.07, 0.87, 0.6, 0.93)), (3, (0.2, 0.05, 0.7, 0.13)), (1, (0.2, 0.05, 0.7, 0.13))]))
def test_at_the_foot_and_along_the_edge_only_a_certain_title_is_believed(card, where):
    turn, box = where
    assert position_of(card, turn, box, "") is None
    assert position_of(card, turn, box, "", certain=True) in ANY_LAYOUT


def test_a_basic_land_s_short_name_is_believed_at_the_foot():
    assert position_of(placed((400, 500), 600), 0, (0.07, 0.87, 0.3, 0.93), "basic") is FOOT


@pytest.mark.parametrize("box", [(0.07, 0.66, 0.7, 0.7), (0.07, 0.7, 0.9, 0.76), (0.07, 0.56, 0.7, 0.61)])
@pytest.mark.parametrize("layout", ["", "split", "battle", "aftermath", "flip", "basic"])
def test_rules_text_and_type_lines_are_not_titles(box, layout):
    for face in (0, 1):
        assert position_of(placed((400, 500), 600), 0, box, layout, face, certain=True) is None


def test_a_card_that_looks_wide_from_a_low_viewpoint_still_has_its_title_at_the_head():
    low = placed((400, 500), 600) * np.array([1, 0.5], np.float32)
    assert is_sideways(low)
    assert position_of(low, 0, LEFT_HALF, "") is HEAD


@few
@given(cards)
def test_a_card_is_sideways_from_every_other_corner(card):
    assert [is_sideways(np.roll(card, -turn, axis=0)) for turn in range(4)] == [False, True, False, True]


@few
@given(cards)
def test_half_of_a_sideways_card_has_a_card_s_aspect_ratio(card):
    sides = geometry.side_lengths(half_of(np.roll(card, -3, axis=0)))
    assert sides[0] / sides[1] == pytest.approx(63 / 88, rel=0.01)


class TestBody:
    card = placed((400, 500), 600)

    def test_most_cards_need_no_other_body_frame(self):
        assert body_frame(self.card, HEAD, "") is None
        assert body_frame(self.card, EDGES[0], "") is None

    def test_a_saga_has_its_type_line_lower(self):
        body = body_frame(self.card, HEAD, "saga")
        assert (body[:, 1] - self.card[:, 1] > 100).all()

    def test_a_split_card_has_its_type_line_in_the_lower_half(self):
        body = body_frame(self.card, UPWARDS, "split")
        assert body[:, 1].min() > 480
        assert geometry.coverage(body, geometry.expand(self.card, 0.01)) > 0.99

    def test_an_aftermath_card_has_its_type_line_in_the_half_whose_title_was_read(self):
        assert body_frame(self.card, LOWER_HALF, "aftermath")[:, 1].min() > 480
