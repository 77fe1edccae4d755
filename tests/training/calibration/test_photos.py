"""Composed photos of which it is known what each card is called, and what is learnt from them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import open_artifacts
from engine.ranking.features import FEATURES
from tests.support.scenery import demo_stock
from training.calibration.card_splits import Actor, Knowledge, Known, recogniser_of
from training.calibration.examples import Collector
from training.calibration.photos import staged
from training.drawing.cards import demo_cards, draw_card
from training.scene.recipes import Recipe

ACTORS = [Actor(draw_card(card, 420), card.name, Known.PICTURED) for card in demo_cards()[:5]]


def photo(recipe, seed=0):
    return staged(ACTORS, demo_stock().places, recipe, np.random.default_rng(seed))


def test_the_names_that_may_be_given_are_those_of_the_cards_that_show():
    one = photo(Recipe("row", fill=0.9))
    assert one.names() == {actor.name for actor in one.actors}
    assert one.names() <= {actor.name for actor in ACTORS}
    hidden = staged(ACTORS, demo_stock().places, Recipe("heap"), np.random.default_rng(2), least_visible=0.9)
    assert len(hidden.actors) < len(photo(Recipe("heap"), 2).actors)


def test_backs_have_no_name():
    one = photo(Recipe("row", strange=1.0))
    assert one.actors
    assert all(actor is None for actor in one.actors)


def test_the_same_dice_give_the_same_photo():
    one, other = photo(Recipe("spread"), 3), photo(Recipe("spread"), 3)
    assert np.array_equal(one.image, other.image)
    assert [a.name for a in one.actors] == [a.name for a in other.actors]


@pytest.fixture(scope="module", name="records")
def collected(demo_artifacts):
    artifacts = open_artifacts(demo_artifacts)
    catalogue = Catalogue.open(artifacts.catalogue)
    recogniser = recogniser_of(artifacts, catalogue, Knowledge(catalogue, ()))
    yield list(Collector(recogniser, catalogue)([photo(Recipe(fill=0.9)), photo(Recipe(fill=0.9), 1)]))
    catalogue.close()


def test_of_each_card_at_most_one_name_is_right_and_some_are(records):
    right = [record.card for record in records if record.right]
    assert right
    assert len(right) == len(set(right))


def test_records_have_all_features_in_their_order(records):
    assert all(len(record.features) == len(FEATURES) for record in records)
    read = FEATURES.index("spelt")
    assert any(record.features[read] > 0.9 for record in records if record.right)


def test_each_photo_is_looked_at_with_and_without_its_titles(records):
    read = FEATURES.index("title")
    cards = {record.card for record in records}
    with_title = {record.card for record in records if record.features[read] > 0}
    assert with_title < cards
