"""Identifying the printing of a card."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.catalogue.catalogue import PrintingRow
from engine.printings.expected_line import fold_code, print_date, printed_codes, printed_number
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.printings.posterior import MOST_LISTED, Clues, identify_printing, probabilities


def row(code, number, released="2019-06-14", *, art=None, rarity="common"):
    return PrintingRow(
        card_id=1,
        set=code,
        set_name=code.upper(),
        collector_number=number,
        scryfall_id=None,
        released_at=released,
        lang="en",
        rarity=rarity,
        border_color=None,
        frame=None,
        full_art=None,
        illustration_id=art,
    )


MH1, M21 = row("mh1", "181"), row("m21", "193", "2020-07-03")
M10, USG, TMP = row("m10", "146", "2009-07-17"), row("usg", "240", "1998-10-12"), row("tmp", "236", "1997-10-14")
LEA = row("lea", "161", "1993-08-05")
BOLTS = [M21, MH1, M10, USG, TMP, LEA]


def identify(rows, line=NOTHING_PRINTED, **clues):
    return identify_printing(rows, Clues(line, **clues))


class TestClaims:
    def test_set_and_number_together_are_certain(self):
        printing = identify(BOLTS, CollectorLine("MH1", "181")).printing
        assert (printing.set, printing.collector_number) == ("mh1", "181")
        assert printing.confidence > 0.95
        assert printing.scryfall_uri == "https://scryfall.com/card/mh1/181"

    @pytest.mark.parametrize("line", [CollectorLine(code="MH1"), CollectorLine(number="181")])
    def test_one_of_them_is_enough_but_less_certain(self, line):
        printing = identify(BOLTS, line).printing
        assert printing.set == "mh1"
        assert printing.confidence < identify(BOLTS, CollectorLine("MH1", "181")).printing.confidence

    def test_a_letter_may_be_misread_if_the_number_is_right(self):
        assert identify(BOLTS, CollectorLine("MHI", "181")).printing.set == "mh1"
        assert identify(BOLTS, CollectorLine("NH1", "181")).printing.set == "mh1"

    def test_an_old_card_is_identified_by_its_year(self):
        assert identify(BOLTS, CollectorLine(year=1997)).printing.set == "tmp"

    def test_the_artist_s_credit_tells_old_from_new(self):
        assert identify([M10, LEA], CollectorLine(illustrated=True)).printing.set == "lea"

    def test_a_single_printing_needs_no_evidence_but_is_not_certain(self):
        printing = identify([MH1]).printing
        assert printing.set == "mh1"
        assert printing.confidence == pytest.approx(0.9)

    def test_a_promotion_is_identified_by_its_rarity_letter(self):
        rows = [row("pxln", "135", "2017-09-29"), row("xln", "135", "2017-09-29")]
        assert identify(rows, CollectorLine("XLN", "135", rarity="R")).printing.set == "xln"
        assert identify(rows, CollectorLine("XLN", "135", rarity="P")).printing is None

    def test_a_reprint_on_the_list_is_identified_by_its_mark(self):
        rows = [row("plst", "MH1-181", "2020-09-26"), MH1]
        line = CollectorLine("MH1", "181")
        assert identify(rows, line, marked=True).printing.set == "plst"
        assert identify(rows, line, marked=False).printing.set == "mh1"

    def test_an_indexed_face_with_the_same_art_excludes_other_art(self):
        rows = [row("m21", "1", art="a"), row("m20", "2", art="b")]
        assert identify(rows, looks_like=("m20", "2"), similarity=0.9).printing.set == "m20"
        assert identify(rows, looks_like=("m20", "2"), similarity=0.5).printing is None
        assert identify(rows, looks_like=("", ""), similarity=0.9).printing is None

    def test_unknown_art_is_not_excluded(self):
        rows = [row("m21", "1"), row("m20", "2", art="b")]
        assert identify(rows, looks_like=("m20", "2"), similarity=0.9).printing is None


class TestAbstentions:
    def test_without_evidence_all_are_possible(self):
        answer = identify(BOLTS)
        assert answer.printing is None
        assert [printing.set for printing in answer.possible] == ["m21", "mh1", "m10", "usg", "tmp", "lea"]
        assert answer.count == 6
        assert answer.years == (1993, 2020)

    def test_of_many_some_are_listed_and_all_counted(self):
        answer = identify([row("sld", str(n)) for n in range(1, 40)])
        assert len(answer.possible) == MOST_LISTED
        assert answer.count == 39

    def test_a_number_of_no_printing_identifies_none(self):
        assert identify(BOLTS, CollectorLine("XYZ", "999")).printing is None
        assert identify([MH1, M21], CollectorLine(number="77")).printing is None

    def test_printings_with_the_same_collector_line_are_left_open(self):
        twins = [row("8ed", "109", "2003-07-28"), row("mh1", "109")]
        answer = identify(twins, CollectorLine(number="109"))
        assert answer.printing is None
        assert answer.count == 2

    def test_a_name_without_a_known_number_has_no_printing(self):
        assert identify([row("mh1", "")]) == identify([])


class TestExpectedLine:
    def test_a_reprint_on_the_list_has_the_original_set_number_and_date(self):
        reprint = row("plst", "MH1-181", "2020-09-26")
        assert (printed_codes(reprint), printed_number(reprint)) == (("MH1",), "181")
        assert print_date(reprint, {"mh1": "2019-06-14"}) == "2019-06-14"
        assert print_date(reprint, {}) == "2020-09-26"

    def test_a_promotion_may_have_its_set_s_code(self):
        assert printed_codes(row("pm21", "193p")) == ("PM21", "M21")
        assert printed_number(row("pm21", "193p")) == "193"

    def test_letters_that_look_like_digits_are_folded(self):
        assert fold_code("MHI") == fold_code("mh1") == fold_code("MHl")
        assert fold_code("SOI") != fold_code("SNC")


codes = st.text(string.ascii_lowercase + string.digits, min_size=3, max_size=3)
dates = st.sampled_from(["1993-08-05", "1997-10-14", "2003-07-28", "2009-07-17", "2016-04-08", "2024-06-14"])
rows_of_one_name = st.lists(
    st.builds(row, codes, st.integers(1, 400).map(str), dates), min_size=1, max_size=12, unique_by=lambda r: r.set
)
lines = st.builds(
    CollectorLine,
    code=st.none() | codes.map(str.upper),
    number=st.none() | st.integers(1, 400).map(str),
    year=st.none() | st.integers(1993, 2026),
    illustrated=st.booleans(),
)


@given(rows_of_one_name, lines)
def test_probabilities_leave_room_for_an_unknown_printing(rows, line):
    shares = probabilities(rows, Clues(line))
    assert all(0 <= share <= 1 for share in shares)
    assert sum(shares) < 1


@given(rows_of_one_name, st.data())
def test_a_correct_line_identifies_its_printing_unless_another_has_the_same(rows, data):
    truth = data.draw(st.sampled_from([r for r in rows if r.released_at > "2014-07"] or [None]))
    assume(truth is not None)
    alike = [r for r in rows if printed_number(r) == printed_number(truth) or fold_code(r.set) == fold_code(truth.set)]
    assume(alike == [truth])
    answer = identify(rows, CollectorLine(truth.set.upper(), printed_number(truth), year=int(truth.released_at[:4])))
    assert answer.printing.set == truth.set


@given(rows_of_one_name, st.data())
def test_a_line_with_one_wrong_digit_never_makes_another_printing_certain(rows, data):
    truth = data.draw(st.sampled_from([r for r in rows if r.released_at > "2014-07"] or [None]))
    assume(truth is not None)
    number = printed_number(truth)
    at = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != number[at]]))
    answer = identify(rows, CollectorLine(truth.set.upper(), number[:at] + digit + number[at + 1 :]))
    sure_of_another = answer.printing is not None and answer.printing.set != truth.set
    same_code = [r for r in rows if fold_code(r.set) == fold_code(truth.set) and r is not truth]
    assert not sure_of_another or same_code or answer.printing.confidence <= 0.95
