"""The close-up camera: severity makes every degradation worse, within its limits."""

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


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def mean_change(severity: float, count: int = 60) -> float:
    """Return the mean change of a pixel, 0..255."""
    worse = [degrade(FACES[i % 4], generator(i), severity).astype(float) - FACES[i % 4] for i in range(count)]
    return float(np.mean([np.abs(difference).mean() for difference in worse]))


def test_severity_zero_changes_hardly_anything():
    assert mean_change(0.0) < 4


def test_each_standard_severity_is_worse_than_the_one_before():
    levels = [mean_change(severity) for severity in (0.0, MILD, MEDIUM, HARD, 1.0)]
    assert levels == sorted(levels)
    assert levels[-1] > 2 * levels[1]


@few
@given(seeds, severities)
def test_equal_seeds_give_equal_pictures_of_the_face_s_size(seed, severity):
    one, other = (degrade(FACES[1], generator(seed), severity) for _ in range(2))
    assert (one.shape, one.dtype) == (FACES[1].shape, np.uint8)
    assert np.array_equal(one, other)


@few
@given(seeds, severities, st.integers(32, 300), st.integers(32, 220))
def test_the_result_can_have_any_size(seed, severity, height, width):
    assert degrade(FACES[2], generator(seed), severity, (height, width)).shape == (height, width, 3)


def test_other_seeds_give_other_pictures():
    assert not np.array_equal(degrade(FACES[0], generator(1), 0.5), degrade(FACES[0], generator(2), 0.5))


def test_severity_does_not_change_the_number_of_random_draws():
    after = set()
    for severity in (0.0, 0.5, 1.0):
        rng = generator(7)
        degrade(FACES[0], rng, severity)
        after.add(int(rng.integers(2**31)))
    assert len(after) == 1


def test_the_original_face_is_not_changed():
    before = FACES[0].copy()
    for seed in range(20):
        degrade(FACES[0], generator(seed), 1.0)
    assert np.array_equal(FACES[0], before)


@pytest.mark.parametrize("severity", [-0.1, 1.1, float("nan")])
def test_a_severity_outside_its_range_is_refused(severity):
    with pytest.raises(ValueError, match="severity"):
        degrade(FACES[0], generator(0), severity)


@pytest.mark.parametrize("degradation", [degradation for _, degradation in DEGRADATIONS], ids=lambda d: d.__name__)
class TestEachDegradation:
    @few
    @given(seed=seeds, severity=severities)
    def test_keeps_shape_and_type(self, degradation, seed, severity):
        result = degradation(FACES[3].astype(np.float32), generator(seed), severity)
        assert (result.shape, result.dtype) == (FACES[3].shape, np.float32)
        assert np.isfinite(result).all()

    def test_does_something_at_severity_one(self, degradation):
        face = FACES[0].astype(np.float32)
        assert max(np.abs(degradation(face, generator(seed), 1.0) - face).max() for seed in range(5)) > 5

    def test_does_not_change_its_argument(self, degradation):
        face = FACES[0].astype(np.float32)
        before = face.copy()
        degradation(face, generator(3), 1.0)
        assert np.array_equal(face, before)


@few
@given(seeds, st.floats(0.05, 1), st.sampled_from([occlusions.add_fingers, occlusions.add_dice]))
def test_things_on_the_face_cover_at_most_their_share(seed, severity, thing):
    touched = np.abs(thing(FLAT, generator(seed), severity) - FLAT).max(2) > 2
    # Soft edges and round tips reach a little beyond what is counted.
    assert touched.mean() <= occlusions.MAX_COVERED * severity * 1.25 + 0.02


@few
@given(seeds, severities)
def test_jpeg_quality_is_within_its_range(seed, severity):
    quality = degradations.jpeg_quality(generator(seed), severity)
    assert degradations.JPEG_WORST <= quality <= degradations.JPEG_BEST


def test_a_smooth_field_is_smooth_with_a_deviation_of_about_one():
    hills = np.stack([degradations.smooth_field(generator(seed), 120, 90, 5) for seed in range(30)])
    assert 0.4 < hills.std() < 1.3
    assert np.abs(np.diff(hills, axis=2)).max() < 0.6


def test_a_slope_runs_from_edge_to_edge():
    plane = degradations.slope(generator(4), 50, 40)
    assert plane.max() == pytest.approx(1, abs=1e-5)
    assert plane.min() == pytest.approx(-1, abs=1e-5)
