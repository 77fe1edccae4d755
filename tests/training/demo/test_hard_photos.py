"""The hard photos: what they keep of the card, and that the engine is as unsure as it should be."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Engine, Status
from training.demo.command import COVERED_SEED, UNFOCUSED_SEED
from training.demo.hard_photos import COVER_BEGINS, demo_covered_photo, demo_unfocused_photo
from training.scene.demo_set import demo_single_photo


@pytest.mark.parametrize("draw", [demo_covered_photo, demo_unfocused_photo])
def test_a_hard_photo_is_the_easy_one_spoilt(draw):
    easy, hard = demo_single_photo(3), draw(3)
    assert hard.names == easy.names
    assert np.array_equal(hard.quads[0], easy.quads[0])
    assert np.abs(hard.image.astype(float) - easy.image).mean() > 5


def test_the_sheet_leaves_the_title_alone():
    easy, hard = demo_single_photo(3), demo_covered_photo(3)
    top_left, top_right, _, bottom_left = easy.quads[0]

    def changed(down: float) -> bool:
        x, y = map(int, (top_left + top_right) / 2 + down * (bottom_left - top_left))
        return not np.array_equal(hard.image[y, x], easy.image[y, x])

    assert not changed(COVER_BEGINS / 2)
    assert changed(0.3)


def test_a_card_known_by_its_title_alone_is_told_as_unsure(demo_engine: Engine):
    photo = demo_covered_photo(COVERED_SEED)
    (card,) = demo_engine.identify(photo.jpeg).cards
    assert (card.status, card.name) == (Status.UNSURE, photo.names[0])


def test_a_card_out_of_focus_gets_no_name_but_the_reason(demo_engine: Engine):
    (card,) = demo_engine.identify(demo_unfocused_photo(UNFOCUSED_SEED).jpeg).cards
    assert card.status is Status.UNKNOWN
    assert card.evidence.reason == "too blurred"
