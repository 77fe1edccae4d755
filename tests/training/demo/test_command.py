"""The demo's report on each card, and when it counts as a failure."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.values import Card, Identification, Status
from training.data.photo_labels import read_photo_labels
from training.demo.command import PHOTOS_CSV, describe, find_card, more_photos, report, write_photos
from training.scene.demo_set import DemoPhoto

LEFT = np.array([[10, 10], [110, 10], [110, 150], [10, 150]], np.float32)
RIGHT = LEFT + np.array([150, 0], np.float32)
PAGE = "https://scryfall.com/search?q=x"


def card(corners, name="Bellrook Sentry", status=Status.IDENTIFIED) -> Card:
    places = tuple((float(x), float(y)) for x, y in corners)
    return Card(places, status, name, 0.9, scryfall_uri=PAGE)


def result(*cards) -> Identification:
    return Identification(300, 200, cards, {"total": 1.0})


def photo(*names) -> DemoPhoto:
    return DemoPhoto(np.zeros((200, 300, 3), np.uint8), b"", names, (LEFT, RIGHT)[: len(names)])


def test_a_card_is_found_where_it_was_drawn():
    there, elsewhere = card(LEFT + 4), card(RIGHT)
    assert find_card(LEFT, result(elsewhere, there)) is there
    assert find_card(LEFT, result(elsewhere)) is None
    assert find_card(LEFT, result()) is None


def test_right_names_are_printed_and_not_returned(capsys):
    assert report(photo("Bellrook Sentry"), result(card(LEFT))) == []
    line = capsys.readouterr().out
    assert "Bellrook Sentry" in line
    assert "90.0%" in line
    assert PAGE in line


@pytest.mark.parametrize(
    "answer",
    [(), (card(LEFT, name="Prism of Nine Winters"),), (card(LEFT, status=Status.UNSURE),)],
    ids=["missed", "wrong name", "unsure"],
)
def test_a_card_not_identified_counts_as_wrong(answer):
    assert report(photo("Bellrook Sentry"), result(*answer)) == ["Bellrook Sentry"]


def test_a_wrong_name_is_shown_with_the_right_one():
    line = describe("Bellrook Sentry", card(LEFT, name="Prism of Nine Winters"))
    assert "Prism of Nine Winters" in line
    assert "Bellrook Sentry" in line


def test_status_and_missing_cards_are_shown():
    assert "[unsure]" in describe("Bellrook Sentry", card(LEFT, status=Status.UNSURE))
    assert "not found" in describe("Bellrook Sentry", None)


def test_photos_are_written_with_labels_for_the_measurements(tmp_path):
    photos = more_photos()
    write_photos(photos, tmp_path)
    told = {one.file: tuple(label.name for label in one.labels) for one in read_photo_labels(tmp_path / PHOTOS_CSV)}
    assert told == {name: photo.names for name, photo in photos.items()}
    assert all((tmp_path / name).read_bytes() == photo.jpeg for name, photo in photos.items())
