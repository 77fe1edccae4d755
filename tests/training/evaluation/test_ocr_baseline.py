from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from engine.catalogue.catalogue import Catalogue
from engine.core.errors import BadImage
from engine.core.values import Status
from tests.support.metadata import write_metadata
from training.catalogue.build import write_catalogue
from training.catalogue.csv_source import CsvCards
from training.evaluation.ocr_baseline import MAX_SIDE_PX, OcrBaseline, english_titles

TITLES = [("Ember Owl", "Ember Owl"), ("Night Moth", "Day Moth // Night Moth"), ("Elk", "Elk")]


@pytest.fixture(name="baseline", scope="module")
def _baseline() -> OcrBaseline:
    """The baseline with its real text models."""
    return OcrBaseline(TITLES)


def write(path: Path, *lines: str, width=900) -> Path:
    """Write lines of black text on white, 120 px apart at 900 px width."""
    unit = width / 900
    picture = Image.new("RGB", (width, round(unit * (120 * len(lines) + 60))), "white")
    font = ImageFont.load_default(48 * unit)
    for at, line in enumerate(lines):
        ImageDraw.Draw(picture).text((60 * unit, (60 + 120 * at) * unit), line, "black", font)
    picture.save(path)
    return path


def test_each_line_that_resembles_a_title_is_an_answer(baseline, tmp_path):
    result = baseline.identify(
        write(tmp_path / "a.png", "Ember Owl", "Gathers twigs by night", "Ember Owl", "Night Moth")
    )
    assert [card.name for card in result.cards] == ["Ember Owl", "Ember Owl", "Day Moth // Night Moth"]
    assert {card.status for card in result.cards} == {Status.IDENTIFIED}


def test_confidence_is_the_similarity_of_the_line(baseline, tmp_path):
    result = baseline.identify(write(tmp_path / "a.png", "Ember Owl", "Ember Owls"))
    # Nine letters of nineteen on both sides agree: 2 * 9 / 19.
    assert [round(card.confidence, 2) for card in result.cards] == [1.0, 0.95]


def test_short_lines_are_ignored(baseline, tmp_path):
    assert baseline.identify(write(tmp_path / "a.png", "Elk")).cards == ()


def test_a_picture_without_text_has_no_answer(baseline, tmp_path):
    Image.new("RGB", (300, 200), "white").save(tmp_path / "a.png")
    assert baseline.identify(tmp_path / "a.png").cards == ()


def test_corners_are_in_pixels_of_the_full_size_photo(baseline, tmp_path):
    width = 2 * MAX_SIDE_PX
    result = baseline.identify(write(tmp_path / "a.png", "Ember Owl", "Night Moth", width=width))
    assert result.width == width
    top_left = result.cards[0].corners[0]
    assert top_left == pytest.approx((60 * width / 900, 75 * width / 900), abs=30 * width / 900)


def test_times_of_the_stages_add_up(baseline, tmp_path):
    times = dict(baseline.identify(write(tmp_path / "a.png", "Ember Owl")).timings_ms)
    assert list(times) == ["decode", "read", "match", "total"]
    assert times.pop("total") == pytest.approx(sum(times.values()))


def test_a_file_that_is_not_a_picture_is_an_engine_error(baseline, tmp_path):
    (tmp_path / "a.jpg").write_text("no picture")
    with pytest.raises(BadImage, match=r"a\.jpg"):
        baseline.identify(tmp_path / "a.jpg")


def test_english_titles_of_all_faces_are_matched_but_not_tokens(tmp_path):
    cards = ({"name": "Ember Owl"}, {"name": "Day Moth // Night Moth"}, {"name": "Spark", "layout": "token"})
    printed_names = ({"lang": "de", "name": "Ember Owl", "printed_name": "Gluteule"},)
    metadata = write_metadata(tmp_path / "metadata", cards=cards, printed_names=printed_names)
    write_catalogue(CsvCards(metadata), tmp_path / "catalogue.sqlite")
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite")) as catalogue:
        assert sorted(english_titles(catalogue)) == [
            ("Day Moth", "Day Moth // Night Moth"),
            ("Ember Owl", "Ember Owl"),
            ("Night Moth", "Day Moth // Night Moth"),
        ]
