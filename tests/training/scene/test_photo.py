"""Composed photos: what they report is true for any recipe."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.constants import MAX_CARDS
from engine.core.rectify import rectify
from tests.support.scenery import HEIGHT, demo_stock
from training.scene.layouts import LAYOUTS
from training.scene.photo import compose
from training.scene.recipes import CONDITIONS, SHARES, STACKS, Recipe, condition, random_recipe, random_stack
from training.scene.stock import Stock

SIZE = (256, 192)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=30, deadline=None)
BARE = Recipe(severity=0.0, flat=True)


def photo_of(recipe: Recipe, seed: int = 0, size=SIZE):
    return compose(demo_stock(), recipe, np.random.default_rng(seed), size)


def likeness(one, other) -> float:
    """Return the correlation of two faces at a coarse size, without their round corners, -1..1."""
    inner = [cv2.resize(face, (44, 62), interpolation=cv2.INTER_AREA)[4:-4, 4:-4] for face in (one, other)]
    return float(np.corrcoef(*(face.astype(float).ravel() for face in inner))[0, 1])


@few
@given(seeds)
def test_any_recipe_gives_a_photo_with_consistent_cards(seed):
    rng = np.random.default_rng(seed)
    photo = compose(demo_stock(), random_recipe(rng), rng, SIZE)
    assert photo.image.shape == (SIZE[1], SIZE[0], 3)
    assert photo.image.dtype == np.uint8
    assert photo.owner.max() < len(photo.cards)
    for number, card in enumerate(photo.cards):
        assert cv2.isContourConvex(card.corners)
        assert 0 <= card.visible <= 1
        assert (card.visible > 0) == bool((photo.owner == number).any())


@few
@given(seeds)
def test_equal_seeds_give_equal_photos(seed):
    one, other = (photo_of(Recipe("spread", tilt_deg=20, severity=0.5, case=None), seed) for _ in range(2))
    assert np.array_equal(one.image, other.image)
    assert all(np.array_equal(a.corners, b.corners) for a, b in zip(one.cards, other.cards, strict=True))


@pytest.mark.parametrize("turn_deg", [0, 37, 90, 180, -100])
@pytest.mark.parametrize("tilt_deg", [0, 40])
def test_a_card_rectified_by_its_corners_is_the_original_face(turn_deg, tilt_deg):
    stock = demo_stock()
    one = Stock(stock.magic[:1], (), stock.places)
    recipe = replace(BARE, turn_deg=turn_deg, tilt_deg=tilt_deg, fill=0.9)
    photo = compose(one, recipe, np.random.default_rng(1), (480, 480))
    face = rectify(photo.image, photo.cards[0].corners, face_height=HEIGHT)
    assert likeness(face, stock.magic[0]) > 0.9


def test_a_card_under_another_is_less_visible():
    photo = photo_of(replace(BARE, layout="cascade"), seed=3)
    assert photo.cards[-1].visible > 0.9
    assert min(card.visible for card in photo.cards) < 0.7


def test_a_card_hides_the_share_that_it_covers_of_the_card_below():
    photo = photo_of(replace(BARE, layout="cascade"), seed=3, size=(512, 384))
    for below, above in zip(photo.cards, photo.cards[1:], strict=False):
        rest = 1 - geometry.coverage(below.corners, above.corners)
        assert below.visible <= rest + 0.05


def test_a_coloured_sleeve_hides_what_is_under_its_border():
    bare, sleeved = (photo_of(replace(BARE, layout="cascade", case=case), seed=3) for case in ("bare", "sleeve"))
    assert sum(c.visible for c in sleeved.cards) < sum(c.visible for c in bare.cards)


def test_fingers_and_dice_hide_about_the_requested_share():
    shares = [1 - photo_of(replace(BARE, covered=1 / 3), seed).cards[0].visible for seed in range(12)]
    assert np.mean(shares) == pytest.approx(1 / 3, abs=0.08)
    assert min(shares) > 0.15
    assert max(shares) < 0.55


def test_cards_may_reach_beyond_the_photo_s_edge():
    photo = photo_of(replace(BARE, fill=1.06))
    assert photo.cards[0].corners.min() < 0


def test_backs_and_other_games_cards_are_not_marked_as_magic():
    strange = photo_of(replace(BARE, layout="row", strange=1.0))
    assert strange.cards
    assert not any(card.magic for card in strange.cards)
    assert all(card.magic for card in photo_of(replace(BARE, layout="row")).cards)


def test_a_photo_without_a_card_has_none():
    photo = photo_of(CONDITIONS["no card"])
    assert photo.cards == ()
    assert (photo.owner == -1).all()


def test_a_dim_photo_is_darker_but_not_black():
    bright, dim = (
        np.mean(
            [photo_of(replace(condition(name, np.random.default_rng(i)), clutter=0), i).image.mean() for i in range(6)]
        )
        for name in ("plain", "dim")
    )
    assert 2 < dim < 0.6 * bright


@pytest.mark.parametrize("name", list(CONDITIONS))
def test_every_condition_can_be_photographed(name):
    rng = np.random.default_rng(2)
    photo = compose(demo_stock(), condition(name, rng), rng, SIZE)
    assert bool(photo.cards) == (name != "no card")


def test_training_uses_every_layout():
    assert set(SHARES) | set(STACKS) == {*LAYOUTS, "none"}
    for draw, shares in ((random_recipe, SHARES), (random_stack, STACKS)):
        assert {draw(np.random.default_rng(i)).layout for i in range(300)} == set(shares)


@few
@given(seeds, st.sampled_from(list(LAYOUTS)))
def test_layouts_place_at_least_one_card_and_never_too_many(seed, name):
    placed = LAYOUTS[name](np.random.default_rng(seed))
    assert 1 <= len(placed) <= MAX_CARDS
    assert placed.shape[1] == 3
    assert np.isfinite(placed).all()
