"""Printed things and playmats: what a detector must not take for a card's name plate."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.support.scenery import demo_stock
from training.scene.lettering import SIZES_PX, choose_font, font_files, phrase
from training.scene.places import draw_clutter, draw_places
from training.scene.playmats import draw_playmat
from training.scene.printed import KINDS, draw_printed

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=30, deadline=None)


def printed(seed: int, size: int = 160, **options):
    return draw_printed(np.random.default_rng(seed), demo_stock().places, size, **options)


def edges(picture) -> float:
    """Return the share of pixels at an edge, as letters have many."""
    return float((cv2.Canny(np.ascontiguousarray(picture), 80, 160) > 0).mean())


@few
@given(seeds, st.sampled_from(list(KINDS)), st.integers(16, 320))
def test_any_kind_can_be_drawn_at_any_size(seed, kind, size):
    picture = printed(seed, size, kind=kind)
    assert picture.dtype == np.uint8
    assert picture.shape[0] == size
    assert picture.shape[2] == 3
    assert picture.shape[1] >= 12


@few
@given(seeds)
def test_equal_seeds_give_equal_things(seed):
    assert np.array_equal(printed(seed), printed(seed))
    one, other = (draw_playmat(np.random.default_rng(seed), 120, 80) for _ in range(2))
    assert np.array_equal(one, other)


def test_no_places_are_needed():
    for seed in range(20):
        assert draw_printed(np.random.default_rng(seed), [], 100).std() > 0


def test_kinds_are_drawn_as_often_as_their_shares_say():
    assert sum(share for share, _, _ in KINDS.values()) == pytest.approx(1)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_print(kind):
    assert np.mean([edges(printed(seed, 200, kind=kind)) for seed in range(6)]) > 0.02


def test_a_line_is_cut_where_there_is_no_more_room():
    font, picture = choose_font(np.random.default_rng(0), 14), Image.new("RGB", (300, 40))
    whole = font.write(picture, (20, 5), "Lantern Keeper", (255, 255, 255))
    cut = font.write(picture, (20, 5), "Lantern Keeper", (255, 255, 255), room=whole / 2)
    assert whole / 3 < cut <= whole / 2


def test_the_right_end_of_a_line_is_at_its_anchor():
    canvas = Image.new("RGB", (300, 60))
    choose_font(np.random.default_rng(0), 24).write(canvas, (280, 30), "Hill", (255, 255, 255), "rm")
    columns = np.flatnonzero(np.asarray(canvas).max((0, 2)))
    assert 280 - 6 <= columns.max() <= 280 + 2


def test_fonts_have_the_nearest_of_a_few_sizes():
    assert {choose_font(np.random.default_rng(i), px).px for i, px in enumerate(range(4, 90))} == set(SIZES_PX)
    assert len(font_files()) >= 3


def test_a_whole_name_stands_alone():
    names = ["Lantern Keeper", "Tide Serpent"]
    drawn = {phrase(np.random.default_rng(seed), names).title() for seed in range(30)}
    assert drawn == set(names)


def test_about_half_of_the_clutter_is_printed():
    marked = [edges(draw_clutter(np.random.default_rng(i), [], 200)) > 0.02 for i in range(60)]
    assert 0.3 < np.mean(marked) < 0.9


def test_drawn_places_include_playmats_of_a_finer_grain():
    sizes = {place.shape[:2] for place in draw_places(9, 0)}
    assert (480, 800) in sizes
