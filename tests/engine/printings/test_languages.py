"""Printings in several languages: the card's own one counts."""

from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.catalogue import PrintingRow
from engine.printings.identifier import in_language
from engine.printings.line_parser import CollectorLine
from engine.printings.posterior import Clues, identify_printing


def row(set_code, number, lang, day="2020-05-05"):
    ident = f"{set_code}-{number}-{lang}"
    return PrintingRow(1, set_code, set_code.upper(), number, ident, day, lang, "common", "black", "2015", False, None)


ROWS = [
    *(row("two", "7", lang) for lang in ("de", "en", "ja")),
    *(row("one", "3", lang) for lang in ("en", "fr")),
    row("zer", "1", "ja"),
]


def chosen(lang):
    return [one.scryfall_id for one in in_language(ROWS, lang)]


def test_the_card_s_language_wins_then_english_then_any():
    assert chosen("de") == ["two-7-de", "one-3-en", "zer-1-ja"]
    assert chosen("fr") == ["two-7-en", "one-3-fr", "zer-1-ja"]
    assert chosen(None) == ["two-7-en", "one-3-en", "zer-1-ja"]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12"), st.sampled_from(["en", "de", "fr"])), unique=True),
    st.sampled_from([None, "en", "de", "ja"]),
)
def test_each_set_and_number_is_there_once_in_the_order_given(found, lang):
    rows = [row(*one) for one in found]
    kept = in_language(rows, lang)
    assert [one for one in rows if one in kept] == kept
    assert sorted((one.set, one.collector_number) for one in kept) == sorted({(a, b) for a, b, _ in found})


def test_a_printing_in_five_languages_is_told_as_surely_as_one():
    line = CollectorLine(code="TWO", number="7", language="DE")
    alone = identify_printing([row("two", "7", "de"), row("one", "3", "en")], Clues(line))
    among = identify_printing(in_language(ROWS[:5], "de"), Clues(line))
    assert among.printing == alone.printing
    assert among.printing.scryfall_id == "two-7-de"
