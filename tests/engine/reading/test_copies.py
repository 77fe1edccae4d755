"""What several copies of a card resemble is their title, though each is misread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.names import ENGLISH, Title, fold
from engine.reading.copies import MIN_SIMILARITY, MOST_SIMILAR, add_up_copies
from engine.reading.title_matcher import TitleMatcher
from engine.reading.title_reader import TitleReading

NAMES = ["Three Steps Ahead", "Meticulous Archive", "Meticulous Artisan", "Fountainport", "Fountainport Bell", "Shock"]
MATCHER = TitleMatcher([Title(name, n, ENGLISH, 0, fold(name)) for n, name in enumerate(NAMES)])


def readings(*texts, score=0.8):
    return [TitleReading(text, score, tuple(MATCHER.match(text))) for text in texts]


def added(*texts):
    """Return the name that copies give to each text, "" where they give none."""
    found = add_up_copies(readings(*texts), lambda text: MATCHER.match(text, min_similarity=MIN_SIMILARITY))
    return [found[n].matches[0].title.text if n in found else "" for n in range(len(texts))]


def test_copies_that_are_misread_in_different_ways_are_named():
    assert added("Thove Saope Abead", "Thrve Stepe Abcad", "Teve Sirps Ahead") == ["Three Steps Ahead"] * 3


def test_a_lone_misread_title_stays_as_it_is():
    assert added("Thove Saope Abead", "Fountainport") == ["", ""]


def test_a_certain_copy_supports_the_others_and_needs_no_support():
    assert added("Meticulous Archive", "Mescukn Archive") == ["", "Meticulous Archive"]


def test_the_same_misreading_on_every_plate_is_no_support():
    """Cards of another game have the same line on each."""
    assert added(*["Retreat Cost Steps"] * 9) == [""] * 9


def test_titles_of_a_few_letters_resemble_anything():
    assert added("Seck Ip", "Stck lp", "Siack tp", "Sack ip") == [""] * 4


def test_of_two_alike_titles_the_one_that_all_copies_resemble_more_is_first():
    found = add_up_copies(
        readings("foumtainpert", "Foustaimport"), lambda text: MATCHER.match(text, min_similarity=0.5)
    )
    assert [match.title.text for match in found[0].matches] == ["Fountainport", "Fountainport Bell"]
    assert found[0].matches[0].evidence > found[0].matches[1].evidence + 6


@given(st.lists(st.sampled_from([*NAMES, "Thove Saope Abead", "Thrve Stepe Abcad", "x", ""]), max_size=8))
def test_copies_never_say_more_than_one_text_without_errors(texts):
    for reading in add_up_copies(readings(*texts), lambda text: MATCHER.match(text, min_similarity=0.5)).values():
        best = reading.matches[0]
        assert best.evidence <= MATCHER.match(best.title.text)[0].evidence
        assert best.similarity <= max(MOST_SIMILAR, MATCHER.match(reading.text, min_similarity=0.5)[0].similarity)


@pytest.mark.parametrize("texts", [[], ["Shock"], ["", ""]])
def test_without_copies_nothing_changes(texts):
    assert added(*texts) == [""] * len(texts)
