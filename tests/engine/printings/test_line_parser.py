"""Parsing the lines at a card's foot."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.printings.line_parser import LANGUAGES, NOTHING_PRINTED, CollectorLine, parse

CODES = st.text(string.ascii_uppercase + string.digits, min_size=3, max_size=4).filter(
    # A code that ends like a language can't be told from one, where the dot between both is lost.
    lambda code: not any(language in code for language in LANGUAGES)
)
LETTERS = st.sampled_from("CURMLST")


class TestEras:
    def test_since_2023_the_rarity_comes_first(self):
        line = parse(["R 0123", "MOM • EN ADA DRAWN", "™ & © 2023 Wizards of the Coast"])
        assert line == CollectorLine("MOM", "123", None, "R", "EN", 2023)

    def test_since_2014_number_and_total_stand_over_set_and_language(self):
        line = parse(["M15 • EN ADA DRAWN", "046/269 R"])
        assert line == CollectorLine("M15", "46", 269, "R", "EN", None)

    def test_from_1998_the_number_ends_the_copyright(self):
        line = parse(["™ & © 1993-2003 Wizards of the Coast, Inc. 123/350", "Illus. Ada Drawn"])
        assert line == CollectorLine(number="123", total=350, year=2003, illustrated=True)

    def test_before_1998_there_is_only_a_year(self):
        assert parse(["© 1997 Wizards of the Coast, Inc."]) == CollectorLine(year=1997)
        assert parse(["Illus. © Ada Drawn"]) == CollectorLine(illustrated=True)

    def test_tokens_and_promotions_have_letters_of_their_own(self):
        assert parse(["003/015 T"]).rarity == "T"
        assert parse(["135/279 P"]).rarity == "P"

    def test_a_set_without_a_total_prints_three_digits(self):
        assert parse(["196", "R", "C21 • EN"]) == CollectorLine("C21", "196", language="EN")


@pytest.mark.parametrize("dot", [" • ", "•", " * ", " ★ ", "+", "-", " · ", ". ", "» "])
def test_the_dot_may_be_read_as_anything(dot):
    assert parse([f"NEO{dot}EN"]) == CollectorLine("NEO", language="EN")


def test_the_dot_may_be_lost():
    assert parse(["MH1EN NICHOLAS"]) == CollectorLine("MH1", language="EN")
    assert parse(["AFR·ENVINCENT"]) == CollectorLine("AFR", language="EN")


def test_digits_may_be_read_as_letters():
    assert parse(["C O080"]).number == "80"
    assert parse(["l2/244 C"]).number == "12"
    assert parse(["23S/361 C"]).number == "235"


def test_the_year_of_an_artist_s_copyright_is_ignored():
    assert parse(["Illus. © 1994 Ada Drawn"]).year is None


@pytest.mark.parametrize(
    "text",
    [
        "2/2",
        "15/15",
        "Creature — Human Wizard",
        "Draw 2 cards.",
        "counter on it",
        "",
        "GENTLE",
        "ADA DRAWN",
        "1/1 token",
    ],
)
def test_other_text_gives_nothing(text):
    assert parse([text]) == NOTHING_PRINTED


@given(CODES, st.integers(1, 999), st.integers(100, 999), LETTERS, st.sampled_from(LANGUAGES))
def test_every_line_of_2014_is_parsed_as_printed(code, number, total, rarity, language):
    line = parse([f"{number:03d}/{total:03d} {rarity}", f"{code} • {language} ADA DRAWN"])
    assert line == CollectorLine(code, str(number), total, rarity, language)


@given(CODES, st.integers(1, 9999), LETTERS, st.sampled_from(LANGUAGES))
def test_every_line_of_2023_is_parsed_as_printed(code, number, rarity, language):
    line = parse([f"{rarity} {number:04d}", f"{code} • {language} ADA DRAWN"])
    assert line == CollectorLine(code, str(number), None, rarity, language)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1998, 2014))
def test_every_line_of_1998_is_parsed_as_printed(number, total, year):
    line = parse([f"™ & © 1993–{year} Wizards of the Coast, Inc. {number}/{total}"])
    assert (line.number, line.total, line.year) == (str(number), total, year)


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_is_accepted(texts):
    line = parse(texts)
    assert line.number is None or line.number.isdecimal()
    assert line.has_code_or_number == (line.code is not None or line.number is not None)
    assert isinstance(str(line), str)
