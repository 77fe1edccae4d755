"""Reading mana costs: from the network's output to symbols, and from symbols to evidence for a card."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.artifacts import COST, SHIPPED
from engine.core.errors import ArtifactDamaged
from engine.reading.mana_cost import (
    BLANK,
    HEIGHT,
    LIMIT,
    MAX_WIDTH,
    NOTHING_READ,
    OTHER,
    PADDING,
    SPOILT,
    SYMBOLS,
    WIDTH_STEP,
    CostReader,
    CostReading,
    cost_input,
    cost_log_odds,
    decode_cost,
    symbol_numbers,
)
from training.symbols.drawing import PLATES, draw_plate

COSTS = st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=6).map("".join)


def reading(cost: str, certainty: float = 0.99) -> CostReading:
    """A reading of a cost; the rest of each symbol's probability is that there is none."""
    numbers = symbol_numbers(cost)
    shares = np.zeros((len(numbers), len(SYMBOLS)), np.float32)
    shares[np.arange(len(numbers)), numbers] = certainty
    return CostReading(tuple(SYMBOLS[number] for number in numbers), shares)


def odds_of(columns: str, certainty: float = 0.9) -> np.ndarray:
    """The network's output for columns that show one symbol each; a dot is a blank."""
    odds = np.full((BLANK + 1, len(columns)), (1 - certainty) / BLANK, np.float32)
    for at, letter in enumerate(columns):
        odds[BLANK if letter == "." else SYMBOLS.index(f"{{{letter}}}"), at] = certainty
    return np.log(odds)


def test_there_is_a_symbol_for_every_common_cost():
    assert len(set(SYMBOLS)) == len(SYMBOLS)
    assert {"{0}", "{16}", "{X}", "{W}", "{C}", "{S}", "{G/U}", "{2/R}", "{B/P}", OTHER} < set(SYMBOLS)


def test_costs_are_split_into_symbols_and_unknown_ones_are_the_other():
    assert [SYMBOLS[number] for number in symbol_numbers("{10}{W/U}{R/G/P}")] == ["{10}", "{W/U}", OTHER]
    assert symbol_numbers("") == []


@pytest.mark.parametrize(
    ("columns", "cost"),
    [("..22..WW.", "{2}{W}"), (".W.W.", "{W}{W}"), ("WW", "{W}"), ("2W", "{2}{W}"), (".....", ""), ("X", "{X}")],
)
def test_equal_symbols_in_adjacent_columns_are_one(columns, cost):
    assert decode_cost(odds_of(columns)).cost == cost


def test_each_symbol_has_the_probability_of_its_clearest_column():
    odds = odds_of(".2W", 0.6)
    odds[:, 2] = odds_of("W", 0.8)[:, 0]
    assert decode_cost(odds).probabilities == pytest.approx((0.6, 0.8), abs=1e-3)
    assert NOTHING_READ.probabilities == ()


def test_crops_are_scaled_to_one_height_and_end_at_the_right():
    rng = np.random.default_rng(0)
    crops = [rng.integers(0, 256, size, np.uint8) for size in ((12, 20, 3), (48, 900, 3), (24, 100, 3))]
    pixels = cost_input(crops)
    assert pixels.shape == (3, 3, HEIGHT, MAX_WIDTH)
    assert (pixels[0, :, :, : MAX_WIDTH - 40] == PADDING).all()
    assert (pixels[2, :, :, -100:].transpose(1, 2, 0) == crops[2]).all()
    assert not (pixels[1] == PADDING).all(axis=(0, 1)).any()


@given(st.integers(1, 80), st.integers(1, 400))
def test_crops_of_any_size_can_be_read(height, width):
    pixels = cost_input([np.zeros((height, width, 3), np.uint8)])
    assert pixels.shape[:3] == (1, 3, HEIGHT)
    assert pixels.shape[3] % WIDTH_STEP == 0
    assert 0 < pixels.shape[3] <= MAX_WIDTH


@given(COSTS, st.floats(0.0, 1.0), COSTS | st.just(""))
def test_the_evidence_is_bounded(read, certainty, cost):
    assert np.log(SPOILT) <= cost_log_odds(reading(read, certainty), cost) <= LIMIT


@given(COSTS, COSTS | st.just(""))
def test_no_cost_fits_a_clear_reading_better_than_the_cost_that_was_read(read, other):
    clear = reading(read)
    assert cost_log_odds(clear, read) >= cost_log_odds(clear, other)
    assert cost_log_odds(clear, read) > 1.0


@given(COSTS | st.none() | st.just(""))
def test_a_plate_without_a_legible_symbol_says_nothing(cost):
    assert cost_log_odds(NOTHING_READ, cost) == 0.0


@given(COSTS)
def test_a_card_whose_cost_is_not_known_gets_no_evidence(read):
    assert cost_log_odds(reading(read), None) == 0.0


@given(COSTS, COSTS)
def test_of_two_halves_the_better_one_counts(read, other):
    clear = reading(read)
    assert cost_log_odds(clear, f"{read} // {other}") == cost_log_odds(clear, f"{other} // {read}")
    assert cost_log_odds(clear, f"{other} // {read}") == cost_log_odds(clear, read)


def test_a_doubtful_reading_says_less():
    own = [cost_log_odds(reading("{2}{W}", certainty), "{2}{W}") for certainty in (0.3, 0.6, 0.99)]
    wrong = [cost_log_odds(reading("{2}{W}", certainty), "{3}{U}{U}") for certainty in (0.3, 0.6, 0.99)]
    assert own == sorted(own)
    assert wrong == sorted(wrong, reverse=True)


@pytest.mark.parametrize("seen", ["{2}", "{2}{W}", "{W}{U}", "{U}"])
def test_a_cost_that_is_cut_off_or_covered_still_speaks_for_its_card(seen):
    partly = cost_log_odds(reading(seen), "{2}{W}{U}")
    assert partly > cost_log_odds(reading(seen), "{3}{B}{G}") + 1
    assert partly > -1.0
    assert partly < cost_log_odds(reading(seen), seen)


def test_a_clear_cost_speaks_against_cards_of_another_and_lands():
    clear = reading("{4}{R}{R}")
    assert cost_log_odds(clear, "{1}{U}") < 0.9 * np.log(SPOILT)
    assert cost_log_odds(clear, "") < 0.9 * np.log(SPOILT)


def test_one_misread_symbol_does_not_rule_a_card_out():
    assert cost_log_odds(reading("{3}{W}{W}"), "{2}{W}{W}") > cost_log_odds(reading("{3}{W}{W}"), "{2}{B}{R}") + 2


def test_a_file_that_is_no_model_is_refused(tmp_path: Path):
    (tmp_path / "cost.onnx").write_bytes(b"no model")
    with pytest.raises(ArtifactDamaged):
        CostReader(tmp_path / "cost.onnx")


# -- the shipped network --


@pytest.fixture(scope="module", name="shipped")
def shipped_reader() -> CostReader:
    return CostReader(SHIPPED / COST, threads=1)


@pytest.mark.parametrize("cost", ["{2}{W}", "{U}", "{3}{B}{B}", "{R}{G}", "{X}{R}", "{1}{W}{U}", "{4}"])
def test_the_shipped_network_tells_a_drawn_cost_from_others(shipped, cost):
    rng = np.random.default_rng(0)
    crops = [draw_plate(rng, "A Title", cost).pixels[9:-9] for _ in range(8)]
    odds = [cost_log_odds(one, cost) - cost_log_odds(one, "{5}{G}{W}{W}") for one in shipped.read(crops)]
    assert np.median(odds) > 2


def test_the_shipped_network_reads_nothing_where_nothing_is_printed(shipped):
    rng = np.random.default_rng(1)
    crops = [np.full((28, 150, 3), colour, np.uint8) + rng.integers(0, 6, (28, 150, 3), np.uint8) for colour in PLATES]
    assert sum(bool(one.symbols) for one in shipped.read(crops)) <= 1


def test_equal_crops_are_read_alike_together_and_alone(shipped):
    rng = np.random.default_rng(2)
    crops = [draw_plate(rng, "A Title", cost).pixels[9:-9] for cost in ("{2}{W}", "{U}", "{3}{B}{B}")]
    for one, alone in zip(shipped.read(crops), crops, strict=True):
        (same,) = shipped.read([alone])
        assert one.symbols == same.symbols
        assert np.allclose(one.shares, same.shares, atol=1e-4)
