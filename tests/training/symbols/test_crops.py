"""Crops of plates: equal dice give equal crops, and labels say what is still to be seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.reading.mana_cost import symbol_numbers
from training.symbols.crops import CROP_HEIGHT, cut_crop
from training.symbols.drawing import draw_plate, random_cost
from training.symbols.plates import Plate


def drawn(seed: int) -> Plate:
    rng = np.random.default_rng(seed)
    return draw_plate(rng, "A Title", random_cost(rng))


@given(st.integers(0, 2**32), st.integers(0, 50))
@settings(max_examples=40)
def test_a_crop_shows_a_run_of_the_symbols_of_its_plate(seed, number):
    plate = drawn(number)
    crop = cut_crop(plate, np.random.default_rng(seed), [plate])
    whole = tuple(symbol_numbers(plate.label.cost))
    runs = {whole[i:j] for i in range(len(whole) + 1) for j in range(i, len(whole) + 1)}
    assert crop.symbols in runs
    assert crop.pixels.dtype == np.uint8
    assert crop.pixels.shape[2] == 3


def test_equal_dice_give_equal_crops():
    one, other = (cut_crop(drawn(3), np.random.default_rng(9), []) for _ in range(2))
    assert one.symbols == other.symbols
    assert (one.pixels == other.pixels).all()


@pytest.mark.parametrize("line_px", [10, 20, 34])
def test_a_crop_is_a_little_higher_than_the_line_of_text(line_px):
    crop = cut_crop(drawn(4), np.random.default_rng(5), [], line_px)
    assert CROP_HEIGHT[0] * line_px - 1 <= crop.pixels.shape[0] <= CROP_HEIGHT[1] * line_px + 1


@given(st.integers(0, 2**32), st.integers(0, 50))
@settings(max_examples=40)
def test_every_symbol_that_is_seen_has_its_place_in_the_crop(seed, number):
    plate = drawn(number)
    crop = cut_crop(plate, np.random.default_rng(seed), [])
    assert len(crop.ends) == len(crop.symbols)
    for left, right in crop.ends:
        assert 0 < (left + right) / 2 < crop.pixels.shape[1] + 1
