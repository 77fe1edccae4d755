"""When a card's foot is looked at, and what comes of it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.timing import Stopwatch
from engine.core.values import Quad
from engine.image.photo import open_photo
from engine.printings.identifier import MIN_FACE_HEIGHT_PX, PrintingIdentifier
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.reading.title_search import TitledQuad
from engine.retrieval.indexed_faces import IndexedFace
from engine.retrieval.picture_match import NO_MATCHES, FaceMatch, PictureMatches
from tests.engine.printings.test_posterior import M10, M21, MH1, TMP, row
from tests.support.drawings import placed

PHOTO = open_photo(np.zeros((1200, 900, 3), np.uint8))


class Feet:
    """Feet that say what they are told to, and remember who asked."""

    def __init__(self, left=NOTHING_PRINTED, whole=NOTHING_PRINTED):
        self.said = {"left": left, "whole": whole}
        self.asked = []

    def read_left(self, pixels, corners):
        self.asked.append("left")
        return self.said["left"]

    def read_full_width(self, pixels, corners):
        self.asked.append("whole")
        return self.said["whole"]


class Shelf:
    def __init__(self, *rows):
        self.rows = list(rows)

    def printings(self, card_id):
        return self.rows


def ask(feet, *rows, height=700, read=True, loose=False, picture=NO_MATCHES):
    quad = Quad(placed((450, 600), height), 0.9, upright_known=True)
    witness = PrintingIdentifier(feet, Shelf(*rows))
    return witness.identify(PHOTO, TitledQuad(quad, loose=loose), picture, 1, read, Stopwatch())


def test_a_new_card_s_line_is_read_at_the_left_alone():
    feet = Feet(left=CollectorLine("MH1", "181"))
    assert ask(feet, M21, MH1).printing.set == "mh1"
    assert feet.asked == ["left"]


def test_a_name_of_old_printings_alone_is_read_from_edge_to_edge():
    feet = Feet(whole=CollectorLine(year=1997))
    assert ask(feet, M10, TMP).printing.set == "tmp"
    assert set(feet.asked) == {"whole"}


def test_where_nothing_stands_at_the_left_the_copyright_is_sought():
    feet = Feet(whole=CollectorLine(year=2020))
    assert ask(feet, M21, M10).printing.set == "m21"
    assert feet.asked[:2] == ["left", "whole"]


@pytest.mark.parametrize(
    "case", [{"height": MIN_FACE_HEIGHT_PX - 5}, {"read": False}, {"loose": True}], ids=lambda case: next(iter(case))
)
def test_a_foot_that_can_t_be_legible_is_not_read(case):
    feet = Feet(left=CollectorLine("MH1", "181"))
    answer = ask(feet, M21, MH1, **case)
    assert feet.asked == []
    assert answer.printing is None
    assert answer.count == 2


def test_an_only_printing_costs_no_reading():
    feet = Feet()
    assert ask(feet, MH1).printing.set == "mh1"
    assert feet.asked == []


def test_a_card_without_printings_has_none():
    answer = ask(Feet())
    assert (answer.printing, answer.count) == (None, 0)


def test_the_face_it_looks_like_speaks_for_its_art():
    rows = [row("m21", "1", art="a"), row("m20", "2", art="b")]
    seen = PictureMatches((FaceMatch(1, IndexedFace("A", "", "m20", "2", ""), 0.9),))
    assert ask(Feet(), *rows, picture=seen).printing.set == "m20"
