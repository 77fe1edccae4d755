"""When a collector line is read, and how it identifies the printing."""

import numpy as np
import pytest

from engine.core.timing import Stopwatch
from engine.core.values import Quad
from engine.image.photo import open_photo
from engine.printings.expected_look import LOOKS
from engine.printings.identifier import MIN_FACE_HEIGHT_PX, PrintingIdentifier
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.printings.set_symbol import RARITIES, SymbolReading
from engine.reading.title_search import TitledQuad
from engine.retrieval.indexed_faces import IndexedFace
from engine.retrieval.picture_match import NO_MATCHES, FaceMatch, PictureMatches
from tests.engine.printings.test_posterior import M10, M21, MH1, TMP, row
from tests.support.drawings import placed

PHOTO = open_photo(np.zeros((1200, 900, 3), np.uint8))


class FakeReader:
    """Returns given collector lines and records the calls."""

    def __init__(self, left=NOTHING_PRINTED, full_width=NOTHING_PRINTED):
        self.lines = {"left": left, "full width": full_width}
        self.calls = []

    def read_left(self, pixels, corners):
        self.calls.append("left")
        return self.lines["left"]

    def read_full_width(self, pixels, corners):
        self.calls.append("full width")
        return self.lines["full width"]


class FakeSymbols:
    """Sees a given symbol on every card."""

    def __init__(self, **shares):
        self.reading = SymbolReading(shares, 0.01, dict.fromkeys(RARITIES, 0.25))
        self.calls = 0

    def read(self, pixels, corners):
        self.calls += 1
        return self.reading


class FakeFrames:
    """Sees a given look on every card."""

    def __init__(self, look=None):
        self.shares = np.array([1 / len(LOOKS) if look is None else float(one == look) for one in LOOKS])

    def read(self, pixels, corners):
        return self.shares


class FakeCatalogue:
    reprinted_sets = frozenset()

    def __init__(self, *rows):
        self.rows = list(rows)

    def printings(self, card_id):
        return self.rows


def identify(
    reader,
    *rows,
    height=700,
    read=True,
    loose=False,
    picture=NO_MATCHES,
    tell_language=lambda _: None,
    symbols=None,
    frames=None,
):
    quad = Quad(placed((450, 600), height), 0.9)
    identifier = PrintingIdentifier(reader, symbols or FakeSymbols(), frames or FakeFrames(), FakeCatalogue(*rows))
    return identifier.identify(
        PHOTO,
        TitledQuad(quad, loose=loose),
        picture,
        1,
        line=None if read else NOTHING_PRINTED,
        tell_language=tell_language,
        clock=Stopwatch(),
    )


def test_only_the_left_is_read_on_a_new_card():
    reader = FakeReader(left=CollectorLine("MH1", "181"))
    assert identify(reader, M21, MH1).printing.set == "mh1"
    assert reader.calls == ["left"]


def test_the_full_width_is_read_if_all_printings_are_old():
    reader = FakeReader(full_width=CollectorLine(year=1997))
    assert identify(reader, M10, TMP).printing.set == "tmp"
    assert set(reader.calls) == {"full width"}


def test_the_full_width_is_read_if_the_left_has_nothing():
    reader = FakeReader(full_width=CollectorLine(year=2020))
    assert identify(reader, M21, M10).printing.set == "m21"
    assert reader.calls[:2] == ["left", "full width"]


@pytest.mark.parametrize(
    "case", [{"height": MIN_FACE_HEIGHT_PX - 5}, {"read": False}, {"loose": True}], ids=lambda case: next(iter(case))
)
def test_an_illegible_collector_line_is_not_read(case):
    reader = FakeReader(left=CollectorLine("MH1", "181"))
    answer = identify(reader, M21, MH1, **case)
    assert reader.calls == []
    assert answer.printing is None
    assert answer.count == 2


def test_the_language_is_told_with_the_code_in_the_line():
    reader = FakeReader(left=CollectorLine("MH1", "181", language="DE"))
    answer = identify(reader, M21, MH1, tell_language=lambda code: {"DE": "de"}.get(code))
    assert (answer.printing.set, answer.lang) == ("mh1", "de")
    assert identify(reader, M21, MH1).lang is None


def test_a_card_with_one_printing_is_not_read():
    reader = FakeReader()
    assert identify(reader, MH1).printing.set == "mh1"
    assert reader.calls == []


def test_a_card_without_printings_has_no_verdict():
    answer = identify(FakeReader())
    assert (answer.printing, answer.count) == (None, 0)


def test_the_most_similar_face_decides_between_arts():
    rows = [row("m21", "1", art="a"), row("m20", "2", art="b")]
    seen = PictureMatches((FaceMatch(1, IndexedFace("A", "", "m20", "2", ""), 0.9),))
    assert identify(FakeReader(), *rows, picture=seen).printing.set == "m20"
