"""The hard photos, and that the engine is unsure about them."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Engine, Status
from training.demo.command import COVERED_SEED, UNFOCUSED_SEED
from training.demo.hard_photos import COVER_BEGINS, demo_covered_photo, demo_unfocused_photo
from training.scene.demo_set import demo_single_photo


@pytest.mark.parametrize("draw", [demo_covered_photo, demo_unfocused_photo])
def test_a_hard_photo_is_a_degraded_easy_one(draw):
    easy, hard = demo_single_photo(3), draw(3)
    assert hard.names == easy.names
    assert np.array_equal(hard.quads[0], easy.quads[0])
    assert np.abs(hard.image.astype(float) - easy.image).mean() > 5


def test_the_sheet_does_not_cover_the_title():
    easy, hard = demo_single_photo(3), demo_covered_photo(3)
    top_left, top_right, _, bottom_left = easy.quads[0]

    def changed(down: float) -> bool:
        x, y = map(int, (top_left + top_right) / 2 + down * (bottom_left - top_left))
        return not np.array_equal(hard.image[y, x], easy.image[y, x])

    assert not changed(COVER_BEGINS / 2)
    assert changed(0.3)


def test_a_card_named_by_most_of_its_title_only_is_unsure(demo_engine: Engine):
    photo = demo_covered_photo(COVERED_SEED)
    (card,) = demo_engine.identify(photo.jpeg).cards
    assert (card.status, card.name) == (Status.UNSURE, photo.names[0])


def test_a_blurred_card_has_a_reason_instead_of_a_name(demo_engine: Engine):
    (card,) = demo_engine.identify(demo_unfocused_photo(UNFOCUSED_SEED).jpeg).cards
    assert card.status is Status.UNKNOWN
    assert card.evidence.reason == "too blurred"
