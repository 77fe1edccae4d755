"""The command that measures the detector, on drawn faces."""

import csv
import json
from dataclasses import asdict

import pytest
from PIL import Image

from tests.support.scenery import demo_stock
from training.cli import main
from training.data.photo_labels import LabelledPhoto, read_photo_labels
from training.detector.measure import DetectionFigures
from training.evaluation import detector
from training.evaluation.detector import count_photos, figure_tables, measure_condition
from training.scene.demo_set import demo_single_photo
from training.scene.recipes import CONDITIONS


@pytest.fixture(scope="module", name="photos")
def labelled_photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    Image.fromarray(demo_single_photo(1).image).save(folder / "one.jpg")
    Image.new("RGB", (400, 300), (120, 90, 60)).save(folder / "none.jpg")
    with (folder / "photos.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("file", "cards_visible", "names"), ("one.jpg", 1, "X"), ("none.jpg", 0, "")])
    return folder / "photos.csv"


def test_measures_draws_and_writes(demo_pack, photos, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(detector, "TIMED", 1)
    monkeypatch.setattr(detector, "SIZES", ((256, 192),))
    monkeypatch.setattr(detector, "TWELVE_MEGAPIXELS", (600, 400))
    options = ["--pack", str(demo_pack), "--photos", str(photos), "--each", "1", "--out", str(tmp_path)]
    assert main(["evaluate-detector", *options]) == 0
    printed = capsys.readouterr().out
    assert all(f"| {name} |" in printed for name in CONDITIONS)
    assert "| single-card photos with one card found |" in printed
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert set(figures["composed"]) == set(CONDITIONS)
    assert figures["photos"]["single"] == [1, 1]
    assert figures["photos"]["empty"] == [0, 1]
    assert (tmp_path / "detections-1.png").read_bytes().startswith(b"\x89PNG")


def test_unusable_files_exit_with_2(tmp_path, demo_pack, capsys):
    assert main(["evaluate-detector", "--pack", str(tmp_path / "no.pack")]) == 2
    assert main(["evaluate-detector", "--pack", str(demo_pack), "--photos", str(tmp_path / "no.csv")]) == 2
    assert main(["evaluate-detector", "--pack", str(demo_pack), "--artifacts", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("error: ") == 3


def test_a_detector_that_finds_nothing_has_recall_0_and_no_false_quads():
    found = measure_condition(demo_stock(), "plain", 2, lambda image: [])
    assert (found.cards, found.photos, found.recall, found.false_quads) == (2, 2, 0.0, 0.0)


def test_counts_are_compared_with_the_labels(photos):
    labelled = [*read_photo_labels(photos), LabelledPhoto("three.jpg", photos, 3)]
    printed = count_photos(labelled, [1, 2, 2])
    assert printed == {"single": [1, 1], "equal": [1, 3], "total": [5, 4], "empty": [1, 1]}


def test_tables_have_a_row_for_each_condition():
    nothing = asdict(DetectionFigures.of([], [0]))
    figures = {"composed": {"no card": nothing}, "speed": {"all": 12.4}}
    first, speed = figure_tables(figures)
    assert first.rows[0][:3] == ("no card", "0 / 1", "–")
    assert speed.rows == (("all", "12"),)
