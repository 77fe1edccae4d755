"""Identifying the printing of a card."""

import string

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.catalogue.catalogue import PrintingRow
from engine.catalogue.entries import NO_PRICES, Prices
from engine.printings.expected_line import fold_code, print_date, printed_codes, printed_number
from engine.printings.expected_look import LOOKS
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.printings.posterior import (
    MOST_LISTED,
    POSSIBLE,
    Clues,
    identify_printing,
    likeliest,
    probabilities,
)
from engine.printings.prices import price_range
from engine.printings.priors import unlisted_reprints
from engine.printings.set_symbol import RARITIES, SymbolReading


def row(
    code, number, released="2019-06-14", *, art=None, rarity="common", frame=None, border=None, artist=None,
    kind="expansion", prices=NO_PRICES,
):  # fmt: skip
    return PrintingRow(
        card_id=1,
        set=code,
        set_name=code.upper(),
        collector_number=number,
        scryfall_id=None,
        released_at=released,
        lang="en",
        rarity=rarity,
        border_color=border,
        frame=frame,
        full_art=None,
        illustration_id=art,
        artist=artist,
        set_type=kind,
        prices=prices,
    )


MH1, M21 = row("mh1", "181"), row("m21", "193", "2020-07-03")
M10, USG, TMP = row("m10", "146", "2009-07-17"), row("usg", "240", "1998-10-12"), row("tmp", "236", "1997-10-14")
LEA = row("lea", "161", "1993-08-05")
BOLTS = [M21, MH1, M10, USG, TMP, LEA]


def symbol(**shares):
    """Return a reading in which the sets' symbols have these shares, and others next to none."""
    codes = {one.set: 0.001 for one in BOLTS} | shares
    return SymbolReading(codes, 0.003, dict.fromkeys(RARITIES, 0.25))


def look(name):
    """Return the probabilities of looks for a card that clearly has one."""
    return np.array([float(one == name) for one in LOOKS])


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
        assert 0.9 < printing.confidence < 0.97

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


class TestLooks:
    def test_a_set_symbol_tells_printings_apart(self):
        assert identify([M10, TMP], symbol=symbol(tmp=0.9)).printing.set == "tmp"

    def test_a_symbol_that_may_be_hidden_is_weighed_and_not_believed(self):
        assert identify([M10, TMP], CollectorLine(number="146"), symbol=symbol(tmp=0.9)).printing is None

    def test_sets_without_a_known_symbol_are_neither_favoured_nor_excluded(self):
        assert identify([M10, TMP], symbol=symbol(xyz=0.9)).count == 2

    def test_a_symbol_s_colour_tells_rarities_apart(self):
        rows = [row("mh1", "1", rarity="rare"), row("m20", "2", rarity="common")]
        gold = SymbolReading({"mh1": 0.5, "m20": 0.5}, 0.003, dict.fromkeys(RARITIES, 0.0) | {"rare": 1.0})
        assert identify(rows, symbol=gold).printing.set == "mh1"

    def test_a_frame_tells_eras_apart(self):
        assert identify([M21, LEA], looks=look("1993 black")).printing.set == "lea"
        assert identify([M21, LEA], looks=look("2015 black")).printing.set == "m21"

    def test_a_white_border_tells_unlimited_from_beta(self):
        rows = [row("2ed", "161", "1993-12-01", frame="1993", border="white"), LEA]
        assert identify(rows, looks=look("1993 white")).printing.set == "2ed"
        assert identify(rows, looks=look("1993 black")).printing.set == "lea"

    def test_alpha_and_beta_are_left_open(self):
        answer = identify([row("leb", "161", "1993-10-04"), LEA, M21], looks=look("1993 black"))
        assert {one.set for one in answer.possible} == {"lea", "leb"}
        assert (answer.count, answer.years) == (2, (1993, 1993))

    def test_a_recalled_set_is_no_likely_answer(self):
        rows = [row("sum", "282", "1994-06-21", border="white"), row("3ed", "282", "1994-04-11", border="white")]
        assert identify(rows, looks=look("1993 white")).printing.set == "3ed"

    def test_a_plain_card_is_the_lowest_number_of_its_set(self):
        rows = [row("otj", "75", "2024-04-19"), row("otj", "323", "2024-04-19")]
        assert identify(rows, looks=look("2015 black")).printing.collector_number == "75"
        assert identify(rows, looks=look("special")).printing.collector_number == "323"

    def test_an_artist_tells_printings_apart(self):
        rows = [row("ice", "64", "1995-06-03", artist="L. A. Williams"), row("4ed", "64", artist="Mark Poole")]
        assert identify(rows, CollectorLine(texts=("us.L.A. Williams",))).printing.set == "ice"
        assert identify(rows, CollectorLine(texts=("IIlus. © Mark Pooie",))).printing.set == "4ed"
        assert identify(rows, CollectorLine(texts=("Wizards of the Coast",))).printing is None


class TestTheList:
    ROWS = (row("m14", "184", "2013-07-19", artist="Trevor Claxton", prices=Prices(usd=50)), MH1)

    def test_the_catalogue_s_gaps_are_filled_from_the_originals(self):
        (reprint,) = unlisted_reprints(self.ROWS, {"m14"})
        assert (reprint.set, reprint.collector_number) == ("plst", "M14-184")
        assert reprint.scryfall_uri == "https://scryfall.com/card/plst/M14-184"

    def test_a_reprint_has_no_price_of_its_original(self):
        (reprint,) = unlisted_reprints(self.ROWS, {"m14"})
        assert reprint.prices == NO_PRICES

    def test_what_the_catalogue_has_is_not_added_again(self):
        assert unlisted_reprints([row("plst", "M14-184"), *self.ROWS], {"m14"}) == []

    def test_a_marked_card_is_the_reprint(self):
        rows = [*self.ROWS, *unlisted_reprints(self.ROWS, {"m14"})]
        answer = identify(rows, marked=True, symbol=symbol(m14=0.9), looks=look("2003 black"))
        assert (answer.printing.set, answer.printing.collector_number) == ("plst", "M14-184")


class TestPrices:
    @staticmethod
    def range_of(*prices):
        return price_range([row("m21", str(n), prices=one) for n, one in enumerate(prices)], [1.0] * len(prices))

    def test_the_price_of_the_printing_is_told(self):
        answer = identify([row("mh1", "1", prices=Prices(usd=120, usd_foil=300, eur=90))])
        assert (answer.prices.usd, answer.prices.usd_foil, answer.prices.eur) == ((120, 120), (300, 300), (90, 90))

    def test_of_several_printings_the_lowest_and_highest_are_told(self):
        assert self.range_of(Prices(usd=8600), Prices(usd=90_000), Prices(usd=20_000)).usd == (8600, 90_000)

    def test_no_range_is_told_if_a_possible_printing_has_no_known_price(self):
        assert self.range_of(Prices(usd=8600), Prices()).usd is None

    def test_a_printing_that_exists_only_as_foil_has_that_price(self):
        assert self.range_of(Prices(usd=100), Prices(usd_foil=700)).usd == (100, 700)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30).filter(lambda shares: sum(shares) > 0.01))
def test_the_possible_printings_are_the_fewest_that_make_up_nearly_all(shares):
    places = likeliest(shares)
    covered = sum(shares[at] for at in places)
    assert covered >= POSSIBLE * sum(shares) - 1e-9
    left = [share for at, share in enumerate(shares) if at not in places]
    assert max(left, default=0) <= min(shares[at] for at in places)


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
