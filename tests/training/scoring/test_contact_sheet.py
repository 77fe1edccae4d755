from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import BadImage
from engine.core.values import Card, Status
from training.data.photo_labels import Label, LabelledPhoto
from training.scoring.contact_sheet import (
    NEUTRAL,
    RIGHT,
    TILE_WIDTH,
    TILES_PER_PAGE,
    WRONG,
    caption_lines,
    draw_tile,
    write_contact_sheets,
)
from training.scoring.matching import Outcome

WHITE = (255, 255, 255)


def card(name, status=Status.IDENTIFIED, confidence=0.9, corners=((60, 60), (300, 60), (300, 400), (60, 400))) -> Card:
    return Card(corners, status, name, confidence)


def photo(*names, path=Path("a.jpg"), visible=None) -> LabelledPhoto:
    visible = len(names) if visible is None else visible
    return LabelledPhoto("a.jpg", path, visible, tuple(map(Label, names)))


@pytest.fixture(name="drawn")
def _drawn(tmp_path) -> Path:
    """A white photo of 640 x 480 pixels."""
    path = tmp_path / "a.jpg"
    Image.new("RGB", (640, 480), WHITE).save(path)
    return path


def caption(outcome: Outcome) -> list[tuple[str, tuple[int, int, int]]]:
    return caption_lines(outcome)[1:]


def colours(picture: Image.Image) -> set[tuple[int, int, int]]:
    return {tuple(colour) for colour in np.asarray(picture).reshape(-1, 3).tolist()}


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


class TestCaptions:
    def test_contain_expected_missing_and_answered_names(self):
        cards = (
            card("Owl"),
            card("Bear", Status.UNSURE, 0.5),
            card("Newt", Status.UNKNOWN, 0.1),
            card(None, Status.UNKNOWN),
        )
        lines = caption(Outcome(photo("Owl", "Owl", visible=3), cards))
        assert ("missing: Owl", WRONG) in lines
        assert "expected: Owl" in [text for text, _ in lines]
        assert ("1 Owl · identified 0.90", RIGHT) in lines
        assert ("2 Bear · unsure 0.50", WRONG) in lines
        assert ("3 Newt · unknown 0.10", NEUTRAL) in lines
        assert ("and 1 that nobody could name", NEUTRAL) in lines
        assert len(lines) == 6

    def test_say_if_no_card_is_expected(self):
        assert [text for text, _ in caption(Outcome(photo(visible=0)))] == ["expected: no card"]

    def test_contain_the_error(self):
        lines = caption(Outcome(photo("Owl"), error=BadImage("damaged_image", "It ends too early.")))
        assert lines == [("error damaged_image: It ends too early.", WRONG), ("missing: Owl", WRONG)]


class TestContactSheet:
    def test_quads_are_drawn_at_the_tile_s_scale_in_the_colour_of_their_answer(self, drawn):
        one = draw_tile(Outcome(photo("Owl", path=drawn), (card("Owl"),)))
        # 640 pixels became 320: the right edge of the quad, 300, lies at 150.
        assert one.getpixel((150, 100)) == RIGHT
        assert one.getpixel((100, 100)) == WHITE

    @pytest.mark.parametrize(
        ("answer", "colour"),
        [(card("Owl"), RIGHT), (card("Elk"), WRONG), (card("Owl", Status.UNKNOWN), NEUTRAL)],
    )
    def test_right_answers_are_green_wrong_ones_red_and_unknown_ones_grey(self, drawn, answer, colour):
        one = draw_tile(Outcome(photo("Owl", path=drawn), (answer,))).crop((0, 0, TILE_WIDTH, 240))
        assert colours(one) & {RIGHT, WRONG, NEUTRAL} == {colour}

    def test_exif_orientation_is_applied(self, tmp_path):
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.new("RGB", (640, 480), WHITE).save(tmp_path / "turned.jpg", exif=exif)
        corners = ((20, 20), (440, 20), (440, 600), (20, 600))
        one = draw_tile(Outcome(photo("Owl", path=tmp_path / "turned.jpg"), (card("Owl", corners=corners),)))
        # Upright it is 480 x 640, shown 320 x 427: the quad's lower edge, 600, lies at 400 or a pixel above.
        assert RIGHT in {one.getpixel((160, y)) for y in (398, 399, 400)}

    def test_a_photo_with_an_error_is_not_opened(self):
        failed = Outcome(photo("Owl", path=Path("nowhere.jpg")), error=BadImage("file_unreadable", "Not there."))
        assert draw_tile(failed).size[0] == TILE_WIDTH

    def test_a_long_name_is_cut_at_the_tile_s_edge(self, drawn):
        assert draw_tile(Outcome(photo("Owl " * 60, path=drawn))).width == TILE_WIDTH

    def test_pages_are_numbered_if_there_are_several(self, drawn, tmp_path):
        failed = Outcome(photo("Owl", path=drawn))
        assert [p.name for p in write_contact_sheets([failed], tmp_path)] == ["failures.png"]
        written = write_contact_sheets([failed] * (TILES_PER_PAGE + 1), tmp_path)
        assert [path.name for path in written] == ["failures-1.png", "failures-2.png"]
        first, second = (size_of(path) for path in written)
        assert first[0] > 4 * TILE_WIDTH > second[0]
        assert first[1] > second[1]

    def test_only_sheets_of_an_earlier_run_are_deleted(self, drawn, tmp_path):
        write_contact_sheets([Outcome(photo("Owl", path=drawn))] * (TILES_PER_PAGE + 1), tmp_path)
        (tmp_path / "failures-of-last-year.png").touch()
        assert write_contact_sheets([], tmp_path) == []
        assert {path.name for path in tmp_path.glob("*.png")} == {"failures-of-last-year.png"}
