"""Correcting the names of faces by the titles on them."""

import csv
from contextlib import closing

import cv2
import pytest

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import CATALOGUE
from engine.reading.title_reader import TitleReading
from training.cli import main
from training.drawing.cards import demo_cards, draw_card
from training.release import check_faces
from training.release.check_faces import FaceChecker


@pytest.fixture(name="checker", scope="module")
def _checker(demo_artifacts):
    with closing(Catalogue.open(demo_artifacts / CATALOGUE)) as catalogue:
        yield FaceChecker(catalogue)


@pytest.fixture(name="reading", scope="module")
def _reading(checker):
    """Return the reading of a text."""
    return lambda text, score=1.0: TitleReading(text, score, tuple(checker._titles.find_similar(text, 0.66)))


def test_a_face_that_says_its_name_stays(checker, reading):
    assert checker.compare(reading("Bellrook Sentry"), "Bellrook Sentry") is None


def test_a_name_that_contains_the_given_one_corrects_it(checker, reading):
    found = checker.compare(reading("Lightning Bolt"), "Lightning")
    assert (found.read, found.corrects) == ("Lightning Bolt", True)


def test_quite_another_name_is_only_reported(checker, reading):
    found = checker.compare(reading("Lightning Bolt"), "Bellrook Sentry")
    assert (found.read, found.corrects) == ("Lightning Bolt", False)


@pytest.mark.parametrize(("text", "score"), [("Lightn1ng Bo1t oo", 0.6), ("", 0.0), ("Zebra crossing", 1.0)])
def test_what_is_not_plain_says_nothing(checker, reading, text, score):
    assert checker.compare(reading(text, score), "Bellrook Sentry") is None


def test_the_command_writes_a_corrected_list(demo_artifacts, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(check_faces, "SHIPPED", demo_artifacts)
    first, second = demo_cards()[:2]
    for card, file in ((first, "first.png"), (second, "second.png")):
        cv2.imwrite(str(tmp_path / file), draw_card(card)[..., ::-1])
    (tmp_path / "broken.png").write_bytes(b"no picture")
    part = second.name.split()[0]
    rows = [("first.png", first.name, "one", "7"), ("second.png", part, "two", "8"), ("broken.png", "Opt", "", "")]
    with (tmp_path / "faces.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("file", "name", "set", "collector_number"), *rows])
    assert main(["check-faces", "--faces", str(tmp_path / "faces.csv"), "--out", str(tmp_path / "checked.csv")]) == 0
    with (tmp_path / "checked.csv").open(newline="") as lines:
        checked = list(csv.DictReader(lines))
    assert [(row["name"], row["set"]) for row in checked] == [(first.name, "one"), (second.name, ""), ("Opt", "")]
    assert all(row["file"].startswith(str(tmp_path)) for row in checked)
    said = capsys.readouterr().out
    assert f"second.png: {part} reads {second.name}" in said
    assert "broken.png" in said
