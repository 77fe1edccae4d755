"""The finder's targets describe the cards of a photo."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.detection.heatmaps import STRIDE, decode_quads
from tests.support.drawings import placed
from tests.support.scenery import demo_stock
from training.detector.measure import DetectionFigures, match_quads
from training.detector.targets import MIN_IGNORED, MIN_VISIBLE, make_targets, sector_shares
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import Recipe, random_recipe

seeds = st.integers(0, 2**32 - 1)


def photo_of(recipe, seed, size=(256, 192)):
    return compose(demo_stock(), recipe, np.random.default_rng(seed), size)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_decoding_the_targets_finds_every_card(seed):
    """The round trip: targets, read as the engine reads maps, are the cards themselves."""
    photo = photo_of(random_recipe(np.random.default_rng(seed)), seed, (320, 256))
    maps = make_targets(photo)
    quads = decode_quads(maps.heat[0], np.log(maps.sectors + 1e-6), np.repeat(maps.corners[np.newaxis], 4, axis=0))
    found, false = match_quads(photo, quads)
    sizeable = [f for f in found if f.iou > 0]
    assert false == 0
    assert DetectionFigures.of(sizeable, [0]).recall in (1.0, pytest.approx(1.0)) or not sizeable
    assert all(f.upright and f.error < 1e-3 for f in sizeable)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_maps_stay_within_their_ranges(seed):
    maps = make_targets(photo_of(random_recipe(np.random.default_rng(seed)), seed))
    shape = (192 // STRIDE, 256 // STRIDE)
    assert maps.heat.shape == (2, *shape)
    assert maps.heat.min() >= 0
    assert maps.heat.max() <= 1
    assert set(np.unique(maps.heat_weight)) <= {0, 1}
    taught = maps.card_weight > 0
    assert np.allclose(maps.sectors.sum(0)[taught], 1)
    assert (maps.sectors.sum(0)[~taught] == 0).all()
    assert (maps.card_height > 0).all()


def test_another_game_s_card_is_another_kind():
    recipe = Recipe("single", flat=True, severity=0.0)
    assert make_targets(photo_of(recipe, 1)).heat.max((1, 2)).tolist() == [1, 0]
    assert make_targets(photo_of(replace(recipe, strange=1.0), 1)).heat.max((1, 2)).tolist() == [0, 1]


def test_a_photo_without_a_card_has_no_heat():
    maps = make_targets(photo_of(Recipe("none"), 1))
    assert maps.heat.max() == maps.card_weight.max() == 0
    assert maps.heat_weight.min() == 1


def test_a_hardly_visible_card_is_ignored():
    photo = photo_of(Recipe("single", flat=True, severity=0.0), 1)
    hidden = ScenePhoto(photo.image, (replace(photo.cards[0], visible=(MIN_VISIBLE + MIN_IGNORED) / 2),), photo.owner)
    maps = make_targets(hidden)
    assert maps.heat.max() == 0
    assert maps.heat_weight.min() == 0


@pytest.mark.parametrize(("degrees", "sector"), [(0, 0), (20, 0), (90, 1), (115, 1), (180, 2), (-90, 3), (-20, 0)])
def test_a_card_s_sector_is_where_its_top_points(degrees, sector):
    shares = sector_shares(placed((100, 100), 80, degrees))
    assert shares.argmax() == sector
    assert shares[sector] == 1


@given(st.floats(-180, 180))
def test_at_most_two_sectors_share_a_card(degrees):
    shares = sector_shares(placed((100, 100), 80, degrees))
    assert shares.sum() == pytest.approx(1, abs=1e-4)
    assert (shares > 0).sum() <= 2


def test_at_45_degrees_both_neighbours_are_equally_right():
    assert sector_shares(placed((100, 100), 80, 45)).tolist() == pytest.approx([0.5, 0.5, 0, 0], abs=1e-3)
