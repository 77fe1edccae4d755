"""The demo set as files and as photos."""

import csv

import cv2
import numpy as np
import pytest
from PIL import Image

from training.data.face_list import COLUMNS
from training.drawing.cards import demo_cards
from training.scene.demo_set import build_demo, demo_single_photo, demo_table_photo


@pytest.fixture(scope="module", name="demo")
def _demo(tmp_path_factory):
    return build_demo(tmp_path_factory.mktemp("demo") / "not yet there")


def test_the_list_has_a_picture_of_every_card(demo):
    with demo.faces_csv.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["name"] for row in rows] == [card.name for card in demo_cards()]
    assert demo.count == len(rows)
    for row in rows:
        with Image.open(demo.folder / row["file"]) as picture:
            assert picture.mode == "RGB"
            assert picture.height == pytest.approx(picture.width * 88 / 63, abs=1)


def test_invented_cards_have_no_scryfall_id(demo):
    with demo.faces_csv.open(newline="", encoding="utf-8") as file:
        assert {row["scryfall_id"] for row in csv.DictReader(file)} == {""}


def test_the_table_photo_shows_different_cards_of_all_colours():
    photo = demo_table_photo()
    colour = {card.name: card.colour for card in demo_cards()}
    assert len(photo.names) == len(photo.quads) == 6
    assert len({colour[name] for name in photo.names}) == 6
    assert photo.image.shape == (1200, 1600, 3)


def test_the_jpeg_shows_the_image():
    photo = demo_single_photo(1)
    opened = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert opened.shape == photo.image.shape == (1600, 1200, 3)
    assert np.abs(opened.astype(float) - photo.image).mean() < 5


def test_the_same_seed_gives_the_same_bytes():
    assert demo_single_photo(4).jpeg == demo_single_photo(4).jpeg
    assert demo_single_photo(4).jpeg != demo_single_photo(5).jpeg


@pytest.mark.parametrize("count", [0, 29])
def test_an_impossible_number_of_cards_is_refused(count):
    with pytest.raises(ValueError, match="28 cards"):
        demo_table_photo(count=count)
