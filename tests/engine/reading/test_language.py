"""Telling a card's language from title, type line and collector line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.names import Title, fold
from engine.reading.language import LANGUAGES, tell_language
from engine.reading.title_matcher import TitleMatcher


@pytest.mark.parametrize(
    ("titles", "type_line", "printed", "lang"),
    [
        ({"de": 0}, "", None, "de"),
        ({"en": 0}, "", None, "en"),
        ({"en": 0, "de": 0}, "", None, "en"),
        ({"es": 0, "pt": 0}, "", None, None),
        ({"es": 0, "pt": 0}, "Criatura – Dragón", None, None),
        ({"es": 0, "pt": 0}, "Feitiço", None, "pt"),
        ({"es": 0, "pt": 0}, "", "SP", "es"),
        ({"es": 1, "pt": 0}, "", None, "pt"),
        ({"de": 2, "en": 5}, "", None, "de"),
        ({"zhs": 0, "zht": 0}, "瞬間", None, "zht"),
        ({"zhs": 0, "zht": 0}, "生物", None, None),
        ({}, "", "JP", "ja"),
        ({}, "Kreatur – Elf", None, "de"),
        ({}, "Criatura – Elfo", None, None),
        ({}, "", None, None),
        ({"de": 0}, "", "EN", "de"),
    ],
)
def test_the_language_is_told_only_where_the_witnesses_leave_no_doubt(titles, type_line, printed, lang):
    assert tell_language(titles, type_line, printed) == lang


@given(st.dictionaries(st.sampled_from(LANGUAGES), st.integers(0, 6)), st.sampled_from([None, "EN", "DE", "JP", "CS"]))
def test_fewer_edits_never_tell_another_language(titles, printed):
    told = tell_language(titles, "", printed)
    if told in titles and titles[told] > 0:
        assert tell_language({**titles, told: titles[told] - 1}, "", printed) == told


def test_the_nearest_title_of_a_card_in_each_language_counts():
    rows = [("Lightning Bolt", 1, "en"), ("Blitzschlag", 1, "de"), ("Relámpago", 1, "es"), ("Relâmpago", 1, "pt"),
            ("Blitzschlag", 2, "fr")]  # fmt: skip
    matcher = TitleMatcher([Title(text, card_id, lang, 0, fold(text)) for text, card_id, lang in rows])
    assert matcher.edits_by_language("Blitzschlog", 1) == {"de": 1}
    assert matcher.edits_by_language("Relampago", 1) == {"es": 0, "pt": 0}
    assert matcher.edits_by_language("", 1) == {}
    assert matcher.edits_by_language("Sturm", 1) == {}
