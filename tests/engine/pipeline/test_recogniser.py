"""Copies in a photo, and the order in which its cards are reported."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.values import Quad, Status
from engine.pipeline.recogniser import MIN_COPY_COSINE, RecognisedCard, find_copies, in_reading_order
from engine.ranking import features, ranker
from engine.reading.title_search import TitledQuad
from engine.retrieval.picture_match import PictureMatches
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


def seen(degrees, card_id=None):
    """Return a card whose picture's vector has a direction; it is certain if its name is known."""
    vector = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float32)
    evidence = features.Evidence(picture=PictureMatches((), vector))
    ranked = () if card_id is None else (ranker.RankedCard(card_id, 0.99),)
    verdict = ranker.Verdict(Status.UNKNOWN if card_id is None else Status.IDENTIFIED, ranked)
    return RecognisedCard(TitledQuad(quad((0, 0))), evidence, verdict)


class TestCopies:
    def test_a_card_that_looks_like_a_certain_one_may_be_its_copy(self):
        assert find_copies([seen(0, 7), seen(10)]) == {1: {7: pytest.approx(np.cos(np.radians(10)))}}

    def test_of_several_certain_copies_the_most_alike_counts(self):
        assert find_copies([seen(0, 7), seen(20), seen(15, 7)])[1][7] == pytest.approx(np.cos(np.radians(5)))

    def test_different_cards_certain_cards_and_uncertain_neighbours_say_nothing(self):
        apart = np.degrees(np.arccos(MIN_COPY_COSINE)) + 1
        assert find_copies([seen(0, 7), seen(apart), seen(apart + 1), seen(-5, 8)]) == {}

    def test_a_card_without_a_visible_face_is_no_copy(self):
        assert find_copies([seen(0, 7), card((0, 0))]) == {}
