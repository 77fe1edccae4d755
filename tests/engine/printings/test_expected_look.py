"""How printings are expected to look, by what the catalogue knows or by set and number."""

import numpy as np
import pytest

from engine.printings.expected_look import LOOKS, collector_number, expected_looks
from tests.engine.printings.test_posterior import row


def likeliest(*rows):
    return [LOOKS[n] for n in expected_looks(rows).argmax(axis=1)]


def test_known_frames_and_borders_are_expected():
    printings = [
        row("lea", "1", frame="1993", border="black"),
        row("2ed", "1", frame="1993", border="white"),
        row("fut", "1", frame="future", border="black"),
        row("wc99", "1", frame="1997", border="gold"),
        row("ust", "1", frame="2015", border="silver"),
        row("zne", "1", frame="2015", border="borderless"),
    ]
    assert likeliest(*printings) == ["1993 black", "1993 white", "future", "gold", "silver", "special"]


@pytest.mark.parametrize(
    ("day", "look"),
    [
        ("1994-06-01", "1993 black"),
        ("1999-06-01", "1997 black"),
        ("2010-06-01", "2003 black"),
        ("2016-06-01", "2015 black"),
    ],
)
def test_an_unknown_frame_follows_from_the_date(day, look):
    assert likeliest(row("abc", "1", day)) == [look]


def test_a_higher_number_of_a_new_set_looks_otherwise():
    printings = [row("otj", "75", "2024-04-19"), row("otj", "323", "2024-04-19"), row("ody", "9", "2001-10-01")]
    assert likeliest(*printings) == ["2015 black", "special", "1997 black"]


def test_cards_of_one_old_set_look_alike_whatever_their_numbers():
    assert likeliest(row("atq", "80a", "1994-03-04"), row("atq", "80b", "1994-03-04")) == ["1993 black"] * 2


def test_a_reprint_on_the_list_looks_like_its_original():
    assert likeliest(row("plst", "USG-240", "2020-09-26"), row("usg", "240", "1998-10-12"))[0] == "1997 black"


def test_no_look_is_impossible_and_all_add_up_to_one():
    expected = expected_looks([row("m21", "1"), row("sld", "9", "2023-01-01"), row("lea", "1", "1993-08-05")])
    assert (expected > 0).all()
    assert np.allclose(expected.sum(axis=1), 1)


@pytest.mark.parametrize(("text", "number"), [("80a", 80), ("M14-184", 14184), ("★", 0), ("", 0)])
def test_a_number_is_its_digits(text, number):
    assert collector_number(row("abc", text)) == number
