"""The close-up camera: one number makes every accident worse, and none of them more than is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.camera import degradations, occlusions
from training.camera.closeup import DEGRADATIONS, HARD, MEDIUM, MILD, degrade
from training.drawing.cards import demo_cards, draw_card

HEIGHT, WIDTH = 176, 126
FACES = [draw_card(card, HEIGHT) for card in demo_cards()[:4]]
FLAT = np.full((HEIGHT, WIDTH, 3), 128, np.float32)

seeds = st.integers(0, 2**32 - 1)
severities = st.floats(0, 1)
few = settings(max_examples=40)


def dice(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def harm(severity: float, count: int = 60) -> float:
    """Return how far faces are from themselves on average, 0..255."""
    worse = [degrade(FACES[i % 4], dice(i), severity).astype(float) - FACES[i % 4] for i in range(count)]
    return float(np.mean([np.abs(difference).mean() for difference in worse]))


def test_severity_nought_leaves_hardly_a_trace():
    assert harm(0.0) < 4


def test_the_standard_severities_are_ever_worse():
    levels = [harm(severity) for severity in (0.0, MILD, MEDIUM, HARD, 1.0)]
    assert levels == sorted(levels)
    assert levels[-1] > 2 * levels[1]


@few
@given(seeds, severities)
def test_a_face_stays_a_picture_of_its_size_and_can_be_had_again(seed, severity):
    one, other = (degrade(FACES[1], dice(seed), severity) for _ in range(2))
    assert (one.shape, one.dtype) == (FACES[1].shape, np.uint8)
    assert np.array_equal(one, other)


@few
@given(seeds, severities, st.integers(32, 300), st.integers(32, 220))
def test_any_size_can_be_asked_for(seed, severity, height, width):
    assert degrade(FACES[2], dice(seed), severity, (height, width)).shape == (height, width, 3)


def test_other_dice_other_accidents():
    assert not np.array_equal(degrade(FACES[0], dice(1), 0.5), degrade(FACES[0], dice(2), 0.5))


def test_severity_does_not_change_how_many_dice_are_thrown():
    after = set()
    for severity in (0.0, 0.5, 1.0):
        rng = dice(7)
        degrade(FACES[0], rng, severity)
        after.add(int(rng.integers(2**31)))
    assert len(after) == 1


def test_the_face_given_is_not_touched():
    before = FACES[0].copy()
    for seed in range(20):
        degrade(FACES[0], dice(seed), 1.0)
    assert np.array_equal(FACES[0], before)


@pytest.mark.parametrize("severity", [-0.1, 1.1, float("nan")])
def test_a_severity_outside_its_range_is_refused(severity):
    with pytest.raises(ValueError, match="severity"):
        degrade(FACES[0], dice(0), severity)


@pytest.mark.parametrize("accident", [accident for _, accident in DEGRADATIONS], ids=lambda a: a.__name__)
class TestEachAccident:
    @few
    @given(seed=seeds, severity=severities)
    def test_gives_numbers_of_the_same_shape(self, accident, seed, severity):
        result = accident(FACES[3].astype(np.float32), dice(seed), severity)
        assert (result.shape, result.dtype) == (FACES[3].shape, np.float32)
        assert np.isfinite(result).all()

    def test_does_something_at_severity_one(self, accident):
        face = FACES[0].astype(np.float32)
        assert max(np.abs(accident(face, dice(seed), 1.0) - face).max() for seed in range(5)) > 5

    def test_leaves_the_picture_it_got(self, accident):
        face = FACES[0].astype(np.float32)
        before = face.copy()
        accident(face, dice(3), 1.0)
        assert np.array_equal(face, before)


@few
@given(seeds, st.floats(0.05, 1), st.sampled_from([occlusions.add_fingers, occlusions.add_dice]))
def test_things_on_the_face_cover_no_more_than_their_share(seed, severity, thing):
    touched = np.abs(thing(FLAT, dice(seed), severity) - FLAT).max(2) > 2
    # Soft edges and round tips reach a little beyond what is counted.
    assert touched.mean() <= occlusions.MAX_COVERED * severity * 1.25 + 0.02


@few
@given(seeds, severities)
def test_jpeg_quality_keeps_within_its_range(seed, severity):
    quality = degradations.jpeg_quality(dice(seed), severity)
    assert degradations.JPEG_WORST <= quality <= degradations.JPEG_BEST


def test_smooth_hills_are_about_one_high_and_smooth():
    hills = np.stack([degradations.smooth_field(dice(seed), 120, 90, 5) for seed in range(30)])
    assert 0.4 < hills.std() < 1.3
    assert np.abs(np.diff(hills, axis=2)).max() < 0.6


def test_a_slope_runs_from_edge_to_edge():
    plane = degradations.slope(dice(4), 50, 40)
    assert plane.max() == pytest.approx(1, abs=1e-5)
    assert plane.min() == pytest.approx(-1, abs=1e-5)
