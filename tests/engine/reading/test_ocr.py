"""Finding and reading lines of text."""

import numpy as np
import pytest

from engine.core.errors import ArtifactMissing
from engine.reading import ocr
from engine.reading.ocr import LINE_HEIGHT, MAX_LINE_WIDTH, LineFinder, TextReader, crop_line
from tests.support.drawings import line_of_text


@pytest.fixture(scope="module")
def finder():
    return LineFinder(threads=1)


@pytest.fixture(scope="module")
def reader():
    return TextReader(threads=1)


def page(*lines):
    """Return uint8 (480, 640, 3) with pictures of lines at ``(x, y)``."""
    pixels = np.full((480, 640, 3), (235, 230, 215), np.uint8)
    for (x, y), line in lines:
        pixels[y : y + line.shape[0], x : x + line.shape[1]] = line
    return pixels


@pytest.mark.parametrize("text", ["Bellrook Sentry", "Prism of Nine Winters", "Fire // Ice", "Jace, the Mind Sculptor"])
def test_a_drawn_line_is_read(reader, text):
    (found,) = reader.read([line_of_text(text)])
    assert found.text.replace(" ", "") == text.replace(" ", "")
    assert 0.8 < found.score <= 1


@pytest.mark.parametrize("size_px", [16, 24, 80])
def test_the_size_of_the_letters_does_not_matter(reader, size_px):
    assert (
        reader.read([line_of_text("Verdant Oath", size_px=size_px, margin_px=size_px // 4)])[0].text == "Verdant Oath"
    )


def test_light_letters_on_dark_are_read(reader):
    crop = line_of_text("Night Market", ink=(240, 240, 240), paper=(25, 25, 40))
    assert reader.read([crop])[0].text == "Night Market"


def test_each_crop_is_read_independently(reader):
    crops = [line_of_text("Thornwood Oracle"), line_of_text("Gate"), np.full((48, 200, 3), 200, np.uint8)]
    together = [found.text for found in reader.read(crops)]
    assert together == [reader.read([crop])[0].text for crop in crops]
    assert together[:2] == ["Thornwood Oracle", "Gate"]
    assert reader.read([]) == []


def test_a_blank_crop_has_no_text(reader):
    (found,) = reader.read([np.full((48, 300, 3), 220, np.uint8)])
    assert found.text == ""


def test_lines_are_found_in_their_places_from_top_to_bottom(finder):
    upper, lower = line_of_text("Clockwork Tollkeeper", size_px=34), line_of_text("Sunlit Concordat", size_px=34)
    lines = finder.find_lines(page(((60, 300), lower), ((180, 80), upper)))
    assert len(lines) == 2
    for line, (x, y), picture in zip(lines, ((180, 80), (60, 300)), (upper, lower), strict=True):
        height, width = picture.shape[:2]
        assert line.corners.mean(0) == pytest.approx([x + width / 2, y + height / 2], abs=10)
        assert line.width == pytest.approx(width - 32, rel=0.15)
        assert line.height < height
        assert 0.5 <= line.score <= 1


def test_corners_of_lines_run_clockwise_from_the_top_left(finder):
    (line,) = finder.find_lines(page(((100, 200), line_of_text("Nightjar Conspiracy"))))
    top_left, top_right, bottom_right, bottom_left = line.corners
    assert top_left[0] < top_right[0]
    assert bottom_left[0] < bottom_right[0]
    assert top_left[1] < bottom_left[1]
    assert top_right[1] < bottom_right[1]


def test_no_line_is_found_on_blank_paper(finder):
    assert finder.find_lines(np.full((480, 640, 3), 200, np.uint8)) == []


@pytest.mark.parametrize(("width", "height"), [(1, 1), (5, 200), (33, 31), (641, 47)])
def test_pictures_of_any_size_are_searched(finder, width, height):
    assert finder.find_lines(np.full((height, width, 3), 90, np.uint8)) == []


def test_a_found_line_can_be_read(finder, reader):
    pixels = page(((70, 200), line_of_text("Quillon Glassmage")))
    (line,) = finder.find_lines(pixels)
    assert reader.read([crop_line(pixels, line.corners)])[0].text == "Quillon Glassmage"


class TestCropLine:
    def test_a_line_is_straightened_to_the_network_s_height(self):
        corners = np.array([[50, 100], [250, 120], [247, 150], [47, 130]], np.float32)
        crop = crop_line(np.zeros((300, 400, 3), np.uint8), corners)
        assert crop.shape[0] == LINE_HEIGHT
        assert crop.shape[1] == pytest.approx(LINE_HEIGHT * 201 / 30.1, abs=2)

    @pytest.mark.parametrize("length", [0, 1, 50_000])
    def test_its_width_is_limited_to_what_the_network_reads(self, length):
        corners = np.array([[0, 0], [length, 0], [length, 10], [0, 10]], np.float32)
        assert LINE_HEIGHT <= crop_line(np.zeros((40, 60, 3), np.uint8), corners).shape[1] <= MAX_LINE_WIDTH


def test_a_missing_text_model_is_named_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(ocr, "MODEL_DIR", tmp_path)
    with pytest.raises(ArtifactMissing, match=r"PP-OCR.*reinstall"):
        TextReader()
