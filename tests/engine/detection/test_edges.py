"""Snapping corners to the card's edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.detection.edges import REACH, SAMPLES, fit_line, inner_band, snap_to_edges
from tests.support.drawings import placed, table_with

COLUMNS = 2 * REACH + 1


def strip_with(first: float, last: float, strength: float = 1.0):
    """Return a strip with an edge from ``first`` to ``last`` pixels outwards, and a little noise."""
    noise = np.random.default_rng(4).uniform(0, 0.05, (SAMPLES, COLUMNS))
    at = REACH + np.linspace(first, last, SAMPLES)[:, np.newaxis]
    return (noise + strength * np.exp(-((np.arange(COLUMNS) - at) ** 2))).astype(np.float32)


def error(corners, true):
    return float(np.linalg.norm(corners - true, axis=1).mean() / geometry.side_lengths(true)[1])


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 200])
@pytest.mark.parametrize("height", [200, 340])
def test_nearly_exact_corners_are_moved_to_the_edges(degrees, height):
    card = placed((360, 270), height, degrees)
    rough = card + 0.008 * height * np.array([[1, -1], [-1, -0.5], [0.6, 1], [-1, 0.4]], np.float32)
    found = snap_to_edges(table_with(card), rough)
    assert error(found, card) < 0.008 < error(rough, card)


def test_exact_corners_stay():
    card = placed((360, 270), 300, 25)
    assert error(snap_to_edges(table_with(card), card), card) < 0.004


def test_without_an_edge_nothing_moves():
    card = placed((360, 270), 300, 25)
    assert np.abs(snap_to_edges(table_with(), card) - card).max() < 8
    assert np.abs(snap_to_edges(np.full((540, 720, 3), 90, np.uint8), card) - card).max() < 0.1


@settings(max_examples=50)
@given(st.floats(-2, 2), st.floats(-2, 2))
def test_an_edge_is_found_to_a_fraction_of_a_pixel(first, last):
    found = fit_line(strip_with(first, last))
    assert found == pytest.approx((first, last), abs=1.0)


def test_the_nearer_of_two_edges_is_taken():
    both = strip_with(-1, -1) + strip_with(6, 6)
    assert fit_line(both) == pytest.approx((-1, -1), abs=0.6)


def test_the_band_inside_a_plain_border_has_few_edges():
    art = strip_with(1, 1)
    art[:, :REACH] += np.random.default_rng(1).uniform(0, 1, (SAMPLES, REACH)).astype(np.float32)
    calm = strip_with(1, 1)
    busy, quiet = (float(inner_band(s)[:, REACH + 1].mean()) for s in (art, calm))
    assert quiet < 0.1 < busy


def test_an_empty_strip_has_no_edge():
    assert fit_line(np.zeros((SAMPLES, COLUMNS), np.float32)) == (0.0, 0.0)
