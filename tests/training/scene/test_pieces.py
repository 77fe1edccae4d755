"""Cards in their cases."""

import numpy as np
import pytest

from tests.support.scenery import demo_stock
from training.scene.pieces import CORNER_RADIUS, draw_card_back, encase, rounded_rectangle

CASES = ("bare", "sleeve", "clear", "toploader", "slab")


@pytest.mark.parametrize("case", CASES)
def test_the_face_is_at_its_corners(case):
    face = demo_stock().magic[0]
    one = encase(face, case, np.random.default_rng(3))
    (left, top), (right, bottom) = one.corners[0].astype(int), one.corners[2].astype(int)
    assert (bottom - top, right - left) == face.shape[:2]
    inside = one.card[top:bottom, left:right]
    assert inside.mean() > 0.98
    assert one.card.sum() == pytest.approx(inside.sum())


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_never_smaller_than_its_card(case):
    one = encase(demo_stock().magic[0], case, np.random.default_rng(3))
    assert (one.opacity >= one.card).all()
    assert one.opacity.min() >= 0
    assert one.opacity.max() <= 1


def test_only_a_coloured_sleeve_hides_what_is_beside_the_card():
    beside = {
        case: float(np.median(one.opacity[one.card == 0]))
        for case in CASES[1:]
        for one in [encase(demo_stock().magic[0], case, np.random.default_rng(3))]
    }
    assert beside["sleeve"] == 1
    assert max(beside["clear"], beside["toploader"]) < 0.5


def test_foil_changes_colours():
    face = demo_stock().magic[0]
    plain, foil = (encase(face, "bare", np.random.default_rng(1), foil=f).pixels for f in (False, True))
    assert np.abs(plain - foil).mean() > 5


def test_corners_have_a_radius_of_three_millimetres():
    mask = rounded_rectangle(126, 176, CORNER_RADIUS)
    assert mask[0, 0] == 0
    assert mask[0, 6] > 0.5
    assert mask[:, 63].min() == 1
    assert (mask == mask[::-1, ::-1]).all()


def test_no_two_backs_are_alike():
    one, other = (draw_card_back(np.random.default_rng(seed), 120) for seed in (1, 2))
    assert one.shape == other.shape == (120, 86, 3)
    assert (one != other).any()
