"""What is a card, what a part of one, and what a photo holds besides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import geometry, judge
from engine.recogniser import Case, in_reading_order, outermost
from engine.sighting import Sighting, is_free
from engine.values import Quad, Status
from tests.engine.drawings import placed


def quad(middle, height=100.0, degrees=0.0, score=0.9):
    return Quad(placed(middle, height, degrees), score)


def case(middle, height=100.0, degrees=0.0):
    return Case(Sighting(quad(middle, height, degrees)), judge.Testimony(), judge.Verdict(Status.UNKNOWN, ()))


def middles(cases):
    return [tuple(np.round(c.sighting.quad.corners.mean(0)).astype(int).tolist()) for c in cases]


class TestIsFree:
    found = (Sighting(quad((200, 200), 200)),)

    def test_the_inner_frame_of_a_card_is_not(self):
        assert not is_free(quad((200, 200), 170), self.found)

    def test_nor_is_the_sleeve_around_it(self):
        assert not is_free(quad((200, 200), 230), self.found)

    def test_nor_the_page_that_holds_it(self):
        assert not is_free(quad((250, 250), 900), self.found)

    def test_the_next_card_is_and_so_is_one_half_under_it(self):
        assert is_free(quad((400, 200), 200), self.found)
        assert is_free(quad((260, 240), 200), self.found)

    def test_everything_is_where_nothing_was_found(self):
        assert is_free(quad((200, 200)), ())


class TestOutermost:
    def test_of_nested_quads_the_outer_one_stays_whatever_the_order(self):
        nested = [quad((200, 200), height) for height in (120, 200, 170)]
        assert [q.height for q in outermost(nested)] == [pytest.approx(200)]

    def test_quads_side_by_side_all_stay(self):
        assert len(outermost([quad((100 * i, 100)) for i in range(1, 6)])) == 5

    @settings(max_examples=40)
    @given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500), st.floats(40, 400)), max_size=8))
    def test_none_that_stays_holds_another(self, places):
        kept = outermost([quad((x, y), height) for x, y, height in places])
        pairs = [(a, b) for i, a in enumerate(kept) for b in kept[i + 1 :]]
        assert all(geometry.coverage(b.corners, a.corners) <= 0.7 + 1e-6 for a, b in pairs)
        assert bool(kept) == bool(places)


class TestReadingOrder:
    def test_rows_from_the_top_each_from_the_left(self):
        cases = [case((x, y)) for y in (300, 100) for x in (250, 50, 150)]
        assert middles(in_reading_order(cases)) == [(x, y) for y in (100, 300) for x in (50, 150, 250)]

    def test_cards_of_a_row_need_not_lie_exactly_side_by_side(self):
        cases = [case((250, 80)), case((150, 120), degrees=15), case((50, 95), degrees=-10)]
        assert middles(in_reading_order(cases)) == [(50, 95), (150, 120), (250, 80)]

    def test_a_photo_without_cards_has_none_to_order(self):
        assert in_reading_order([]) == []

    @settings(max_examples=40)
    @given(st.permutations([(50, 100), (150, 110), (250, 95), (50, 300), (150, 310), (60, 520)]))
    def test_the_order_in_which_cards_were_found_does_not_matter(self, places):
        expected = [(50, 100), (150, 110), (250, 95), (50, 300), (150, 310), (60, 520)]
        assert middles(in_reading_order([case(place) for place in places])) == expected
