"""Reading drawn cards with titles elsewhere than at the head."""

import numpy as np
import pytest

from engine.catalogue.names import Title, fold
from engine.core import geometry
from engine.core.timing import Stopwatch
from engine.core.values import Quad
from engine.image.photo import open_photo
from engine.reading.ocr import LineFinder, TextReader
from engine.reading.title_matcher import TitleMatcher
from engine.reading.title_reader import TitleReader, TitleReading
from engine.reading.title_search import TitledQuad, TitleSearch
from training.drawing.layouts import draw_layout

NAMES = ("Lantern of the Reef", "Marble Causeway")
LAYOUTS = {1: "split", 2: "aftermath", 3: "battle", 4: "flip", 5: "saga", 6: "token", 7: "basic", 8: ""}
MARGIN = 60


def titles_of(card_id):
    return [Title(name, card_id, "en", face, fold(name)) for face, name in enumerate(NAMES)]


@pytest.fixture(scope="module")
def parts():
    return LineFinder(threads=1), TextReader(threads=1)


@pytest.fixture(scope="module")
def search_for(parts):
    """Return a function that makes the search which knows the two names as those of one card."""

    def made(card_id, *more):
        titles = TitleReader(*parts, TitleMatcher([*titles_of(card_id), *more]))
        return TitleSearch(titles, LAYOUTS), titles

    return made


def photo_of(face):
    """Return a photo of a face on a plain table, and the face's corners."""
    height, width = face.shape[:2]
    picture = np.full((height + 2 * MARGIN, width + 2 * MARGIN, 3), 120, np.uint8)
    picture[MARGIN : MARGIN + height, MARGIN : MARGIN + width] = face
    corners = geometry.UNIT_SQUARE * np.array([width, height], np.float32) + MARGIN
    return open_photo(picture), corners.astype(np.float32)


def search_card(search, layout, turn=0, *, names=NAMES, kind="Artifact", height=640, hidden=slice(0)):
    """Return a photo of a drawn card, the search result if detected with ``turn`` quarter turns, and its corners.

    ``hidden``: rows of the card that are covered.
    """
    face = draw_layout(layout, names, kind, 11, height).copy()
    face[hidden] = 90
    photo, corners = photo_of(face)
    quad = Quad(np.roll(corners, -turn, axis=0), 0.9)
    clock = Stopwatch()
    (seen,) = search.read_title_strips(photo, [TitledQuad(quad)], clock)
    return photo, search.search_everywhere(photo, seen, clock), corners


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize(("card_id", "layout"), [(1, "split"), (3, "battle")])
def test_a_sideways_card_is_read_and_turned_upright_from_any_orientation(search_for, card_id, layout, turn):
    search, _ = search_for(card_id)
    _, seen, corners = search_card(search, layout, turn)
    assert seen.reading.matches[0].title.text in NAMES
    assert np.allclose(seen.quad.corners, corners)


def test_either_half_of_a_split_card_is_enough(search_for):
    search, _ = search_for(1)
    for hidden, shown in ((slice(None, 320), NAMES[0]), (slice(320, None), NAMES[1])):
        _, seen, _ = search_card(search, "split", kind="Instant", hidden=hidden)
        assert seen.reading.matches[0].title.text == shown


def test_an_aftermath_card_is_recognised_by_its_second_half(search_for):
    search, _ = search_for(2)
    _, seen, corners = search_card(search, "aftermath", kind="Sorcery", hidden=slice(None, 100))
    assert seen.reading.matches[0].title.text == NAMES[1]
    assert np.allclose(seen.quad.corners, corners)


def test_a_flip_card_is_not_turned_by_the_title_at_its_foot(search_for):
    search, _ = search_for(4)
    _, seen, corners = search_card(search, "flip", kind="Creature", hidden=slice(None, 80))
    assert seen.reading.matches[0].title.text == NAMES[1]
    assert np.allclose(seen.quad.corners, corners)


@pytest.mark.parametrize(("layout", "turn"), [("foot", 0), ("foot", 2), ("edge", 0)])
def test_a_title_at_the_foot_or_along_the_edge_is_found(search_for, layout, turn):
    search, _ = search_for(8)
    _, seen, corners = search_card(search, layout, turn)
    assert seen.reading.matches[0].title.text == NAMES[0]
    assert np.allclose(seen.quad.corners, corners)


@pytest.mark.parametrize(("card_id", "layout"), [(1, "split"), (3, "battle"), (4, "flip"), (5, "saga")])
def test_the_type_line_is_found_where_the_layout_has_it(search_for, card_id, layout):
    search, titles = search_for(card_id)
    photo, seen, _ = search_card(search, layout, kind="Artifact")
    read = titles.read_type_line(photo.at_scale(1.0).pixels, seen.type_frame) or titles.find_type_line(
        photo.at_scale(1.0).pixels, seen.quad.corners
    )
    assert read.startswith("Artifact")


def test_rules_text_that_equals_another_card_s_name_is_not_the_title(search_for):
    rules = "Then turn one of them round."
    search, _ = search_for(5, Title(rules, 8, "en", 0, fold(rules)))
    photo, corners = photo_of(draw_layout("normal", ("Zzyx",), "Artifact", 11, 640))
    seen = search.search_everywhere(photo, TitledQuad(Quad(corners, 0.9)), Stopwatch())
    assert rules not in {match.title.text for match in seen.reading.matches}


def test_a_sideways_line_is_not_the_title_of_a_card_with_its_title_at_the_head(search_for):
    short = ("Reefs", "Isles")
    plain = [Title(name, 8, "en", 0, fold(name)) for name in short]
    search, _ = search_for(5, *plain)
    _, seen, _ = search_card(search, "split", names=short)
    assert seen.reading.line is None


class TestTokens:
    card, token = (Title("Marble Causeway", card_id, "en", 0, fold("Marble Causeway")) for card_id in (8, 6))

    @pytest.fixture
    def search(self, parts):
        titles = TitleReader(*parts, TitleMatcher([self.card, self.token]))
        return TitleSearch(titles, LAYOUTS)

    def read(self, search):
        photo, corners = photo_of(draw_layout("token", ("Marble Causeway",), "Token Artifact", 11, 640))
        (card,) = search.read_title_strips(photo, [TitledQuad(Quad(corners, 0.9))], Stopwatch())
        return card

    def test_a_title_alone_names_the_card_and_not_its_namesake_token(self, search):
        assert self.read(search).reading.matches[0].title == self.card

    @pytest.mark.parametrize("line", ["Token Artifact — Road", "TokenArtifact-Road", "Jeton : artefact"])
    def test_a_token_s_type_line_selects_the_token(self, search, line):
        told = search.resolve_token(self.read(search), line)
        assert told.reading.matches[0].title == self.token

    @pytest.mark.parametrize("line", ["", "Artifact — Road"])
    def test_any_other_type_line_keeps_the_card(self, search, line):
        assert search.resolve_token(self.read(search), line).reading.matches[0].title == self.card

    def test_without_a_reading_there_is_nothing_to_rename(self, search):
        seen = TitledQuad(Quad(photo_of(np.zeros((88, 63, 3), np.uint8))[1], 0.9), TitleReading())
        assert search.resolve_token(seen, "Token Creature").reading.matches == ()
