"""The order in which a photo's cards are reported."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.values import Quad, Status
from engine.pipeline.recogniser import RecognisedCard, in_reading_order
from engine.ranking import features, ranker
from engine.reading.title_search import TitledQuad
from tests.support.drawings import placed


def quad(middle, height=100.0, degrees=0.0, score=0.9):
    return Quad(placed(middle, height, degrees), score)


def card(middle, height=100.0, degrees=0.0):
    return RecognisedCard(
        TitledQuad(quad(middle, height, degrees)), features.Evidence(), ranker.Verdict(Status.UNKNOWN, ())
    )


def middles(cards):
    return [tuple(np.round(c.titled.quad.corners.mean(0)).astype(int).tolist()) for c in cards]


class TestReadingOrder:
    def test_rows_from_the_top_each_from_the_left(self):
        cards = [card((x, y)) for y in (300, 100) for x in (250, 50, 150)]
        assert middles(in_reading_order(cards)) == [(x, y) for y in (100, 300) for x in (50, 150, 250)]

    def test_cards_of_a_row_need_not_lie_exactly_side_by_side(self):
        cards = [card((250, 80)), card((150, 120), degrees=15), card((50, 95), degrees=-10)]
        assert middles(in_reading_order(cards)) == [(50, 95), (150, 120), (250, 80)]

    def test_a_photo_without_cards_has_none_to_order(self):
        assert in_reading_order([]) == []

    @settings(max_examples=40)
    @given(st.permutations([(50, 100), (150, 110), (250, 95), (50, 300), (150, 310), (60, 520)]))
    def test_the_order_in_which_cards_were_found_does_not_matter(self, places):
        expected = [(50, 100), (150, 110), (250, 95), (50, 300), (150, 310), (60, 520)]
        assert middles(in_reading_order([card(place) for place in places])) == expected
