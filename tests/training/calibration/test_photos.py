"""Composed photos with known names, and the examples collected from them."""

from itertools import count

import numpy as np
import pytest

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import open_artifacts
from engine.ranking.features import FEATURES
from tests.support.scenery import demo_stock
from training.calibration.card_splits import CalibrationCard, CardSplit, SplitFilter, build_recogniser
from training.calibration.examples import collect_examples
from training.calibration.photos import compose_photo
from training.drawing.cards import demo_cards, draw_card
from training.scene.recipes import Recipe

CARDS = [CalibrationCard(draw_card(card, 420), card.name, CardSplit.PICTURED) for card in demo_cards()[:5]]


def photo(recipe, seed=0):
    return compose_photo(CARDS, demo_stock().places, recipe, np.random.default_rng(seed))


def test_names_are_those_of_the_visible_cards():
    one = photo(Recipe("row", fill=0.9))
    assert one.names() == {card.name for card in one.cards}
    assert one.names() <= {card.name for card in CARDS}
    hidden = compose_photo(CARDS, demo_stock().places, Recipe("heap"), np.random.default_rng(2), min_visible=0.9)
    assert len(hidden.cards) < len(photo(Recipe("heap"), 2).cards)


def test_backs_have_no_name():
    one = photo(Recipe("row", strange=1.0))
    assert one.cards
    assert all(card is None for card in one.cards)


def test_equal_seeds_give_equal_photos():
    one, other = photo(Recipe("spread"), 3), photo(Recipe("spread"), 3)
    assert np.array_equal(one.image, other.image)
    assert [card.name for card in one.cards] == [card.name for card in other.cards]


@pytest.fixture(scope="module", name="examples")
def demo_examples(demo_artifacts):
    artifacts = open_artifacts(demo_artifacts)
    catalogue = Catalogue.open(artifacts.catalogue)
    recogniser = build_recogniser(artifacts, catalogue, SplitFilter(catalogue, ()))
    photos = [photo(Recipe(fill=0.9), seed) for seed in (2, 3)]
    yield list(collect_examples(recogniser, catalogue, photos, count(1)))
    catalogue.close()


def test_at_most_one_name_of_each_card_is_right(examples):
    right = [example.card for example in examples if example.right]
    assert right
    assert len(right) == len(set(right))


def test_examples_have_all_features_in_their_order(examples):
    assert all(len(example.features) == len(FEATURES) for example in examples)
    read = FEATURES.index("spelt")
    assert any(example.features[read] > 0.9 for example in examples if example.right)


def test_each_photo_is_examined_with_and_without_titles(examples):
    read = FEATURES.index("title")
    cards = {example.card for example in examples}
    with_title = {example.card for example in examples if example.features[read] > 0}
    assert with_title < cards
