"""Measuring crops of streams by their middle card."""

import csv

import cv2
import numpy as np
import pytest

from engine import Card, Identification, Status
from training.cli import main
from training.data.errors import CommandError
from training.drawing.cards import demo_cards, draw_card
from training.evaluation.stream import Crop, CropOutcome, middle_card, read_crops, table


def card(x, y, name="Opt", status=Status.IDENTIFIED, size=40):
    corners = tuple((x + a * size, y + b * size) for a, b in ((-1, -1.4), (1, -1.4), (1, 1.4), (-1, 1.4)))
    return Card(corners, status, name, 0.9)


def found(*cards):
    return Identification(200, 200, cards, {})


def test_the_card_in_the_middle_is_the_nearest_one_that_holds_it():
    near, far = card(105, 100), card(120, 110)
    assert middle_card(found(far, near)) is near
    assert middle_card(found(card(190, 30))) is None
    assert middle_card(found()) is None


def test_right_and_wrong_names_are_counted_and_what_has_a_scan_apart(tmp_path):
    def outcome(stem, name, status):
        return CropOutcome(Crop(tmp_path / f"{stem}.jpg", "Opt"), card(0, 0, name, status), 50.0)

    outcomes = [
        outcome("a", "Opt", Status.IDENTIFIED),
        outcome("b", "Opt", Status.UNSURE),
        outcome("c", "Shock", Status.IDENTIFIED),
        outcome("d", "Opt", Status.UNKNOWN),
        CropOutcome(Crop(tmp_path / "e.jpg", "Opt"), None, 50.0),
    ]
    assert table(outcomes, {"a", "b"}).rows == (
        ("all: 5", "40.0%", "20.0%", "1", "1", "50", "50"),
        ("whose very picture has a scan: 2", "100.0%", "50.0%", "0", "0", "50", "50"),
    )


def test_a_list_without_names_is_refused(tmp_path):
    (tmp_path / "crops.csv").write_text("file\na.jpg\n")
    with pytest.raises(CommandError, match="centre_name"):
        read_crops(tmp_path / "crops.csv")


def test_the_command_names_a_tiny_card(demo_artifacts, tmp_path, capsys):
    wanted = demo_cards()[0]
    crop = np.full((200, 200, 3), 90, np.uint8)
    face = draw_card(wanted, 90)
    crop[55 : 55 + face.shape[0], 68 : 68 + face.shape[1]] = face
    cv2.imwrite(str(tmp_path / "tiny.png"), crop[..., ::-1])
    with (tmp_path / "crops.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("file", "centre_name"), ("tiny.png", wanted.name)])
    words = ["--crops", str(tmp_path / "crops.csv"), "--scanned", "tiny", "--artifacts", str(demo_artifacts)]
    assert main(["evaluate-stream", *words]) == 0
    *_, every, scanned = capsys.readouterr().out.splitlines()
    assert "| 100.0% |" in every
    assert "| 100.0% |" in scanned
