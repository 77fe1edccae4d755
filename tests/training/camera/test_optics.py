"""Light, lens and sensor, one at a time."""

from __future__ import annotations

import numpy as np
import pytest

from training.camera import optics


@pytest.fixture(name="shot")
def _shot():
    return optics.draw_shot(np.random.default_rng(3))


def grey(value: float, size: int = 64):
    return np.full((size, size, 3), value, np.float32)


def test_nothing_happens_without_severity(shot):
    picture = grey(90) + np.arange(64, dtype=np.float32)[:, np.newaxis, np.newaxis]
    developed = optics.read_sensor(optics.blur(optics.light(picture, shot, 0.0, 1.0), shot, 0.0), shot, 0.0)
    assert np.array_equal(developed, picture.astype(np.uint8))


def test_blur_keeps_the_amount_of_light(shot):
    picture = grey(0, 101)
    picture[50, 50] = 1000
    soft = optics.blur(picture, shot, 15.0)
    assert soft.max() < 500
    assert soft.sum() == pytest.approx(picture.sum(), rel=1e-3)


def test_a_shake_is_a_line_in_its_direction():
    kernel = optics._shake_kernel(9.0, 0.0)
    middle = kernel.shape[0] // 2
    assert kernel.sum() == pytest.approx(1.0, abs=1e-6)
    assert kernel[middle].sum() == pytest.approx(1.0, abs=1e-6)
    assert np.count_nonzero(kernel[middle]) >= 9
    assert optics._shake_kernel(0.2, 0.0) is None


def test_noise_grows_with_the_light(shot):
    dark, bright = (optics.read_sensor(grey(value, 128), shot, 1.0).astype(float).std() for value in (30, 200))
    assert 1 < dark < bright


def test_a_reflection_shows_on_glossy_places_only(shot):
    gloss = np.zeros((64, 64), np.float32)
    gloss[:, 32:] = 1
    with_gloss, without = optics.light(grey(50), shot, 1.0, gloss), optics.light(grey(50), shot, 1.0, 0.0)
    assert np.array_equal(with_gloss[:, :32], without[:, :32])
    assert (with_gloss[:, 32:] >= without[:, 32:]).all()
    assert (with_gloss - without).max() > 1


def test_jpeg_loses_more_at_lower_quality():
    picture = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    losses = [np.abs(optics.reencode_jpeg(picture, q).astype(float) - picture).mean() for q in (95, 30)]
    assert losses[0] < losses[1]
