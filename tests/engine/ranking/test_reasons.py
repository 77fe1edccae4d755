"""Why a card has no name."""

from dataclasses import replace

import pytest

from engine.core.values import Reason
from engine.ranking.features import Evidence
from engine.ranking.reasons import unknown_reason
from engine.reading.title_reader import TitleReading

CLEAR = Evidence(sharpness=900.0, searched=True)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"magic": 0.1}, Reason.NOT_MAGIC),
        ({"height_px": 40.0}, Reason.TOO_SMALL),
        ({"sharpness": 5.0}, Reason.TOO_BLURRED),
        ({"title": TitleReading("Qwertz Uiop", 0.99)}, Reason.NOT_KNOWN),
        ({"title": TitleReading("Qw", 0.55)}, Reason.UNREADABLE),
        ({}, Reason.UNREADABLE),
    ],
)
def test_what_stood_in_the_way_is_told(what, why):
    assert unknown_reason(replace(CLEAR, **what)) is why


def test_a_card_that_is_none_is_not_called_small_or_blurred():
    assert unknown_reason(replace(CLEAR, magic=0.1, height_px=40.0, sharpness=5.0)) is Reason.NOT_MAGIC
