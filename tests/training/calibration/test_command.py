"""The command that fits the judge."""

import json
import shutil

import pytest

pytest.importorskip("scipy")

from engine.core.artifacts import JUDGE, open_artifacts
from engine.ranking.calibration import Calibration
from training.calibration import card_splits
from training.calibration.command import PLOT, install
from training.cli import main


def test_fits_plots_and_installs(demo_set, demo_artifacts, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(card_splits, "is_held_out", lambda _: True)  # of the few demo cards hardly one is
    pytest.importorskip("matplotlib")
    folder = shutil.copytree(demo_artifacts, tmp_path / "artifacts")
    options = ["--faces", str(demo_set.faces_csv), "--artifacts", str(folder), "--out", str(tmp_path / "out")]
    assert main(["calibrate", *options, "--photos", "4", "--measured", "2", "--install"]) == 0
    printed = capsys.readouterr().out
    assert "fitted: " in printed
    assert "measured: " in printed
    fitted = Calibration.open(tmp_path / "out" / JUDGE)
    assert fitted.fitted_on["photos"] == 4
    assert Calibration.open(open_artifacts(folder).judge) == fitted
    assert (tmp_path / "out" / PLOT).stat().st_size > 10_000
    lines = (tmp_path / "out" / "fitted-records.jsonl").read_text().splitlines()
    assert {"card", "name", "features", "right", "corroborated"} == set(json.loads(lines[0]))


def test_installing_keeps_the_rest_of_the_manifest(demo_artifacts, tmp_path):
    folder = shutil.copytree(demo_artifacts, tmp_path / "artifacts")
    before = open_artifacts(folder).manifest
    other = Calibration(dict.fromkeys(Calibration.open(folder / JUDGE).weights, 1.0), -3.0, 0.9, 0.3, {})
    other.save(tmp_path / "other.json")
    install(tmp_path / "other.json", folder)
    after = open_artifacts(folder)
    assert Calibration.open(after.judge) == other
    assert {**after.manifest, "files": {}} == {**before, "files": {}}


def test_a_list_without_held_out_names_is_refused(tmp_path, demo_set, capsys):
    (tmp_path / "few.csv").write_text("file,name\n")
    assert main(["calibrate", "--faces", str(tmp_path / "few.csv"), "--out", str(tmp_path / "out")]) == 2
    assert "held out" in capsys.readouterr().err
