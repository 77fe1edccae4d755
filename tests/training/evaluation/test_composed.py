"""Measuring on composed photos: by condition, and on the open set."""

import json
import shutil
from argparse import ArgumentParser

import numpy as np
import pytest

from engine.core.values import Status
from training.calibration import card_splits
from training.cli import main
from training.drawing.cards import demo_cards
from training.evaluation import composed
from training.evaluation.open_set import FalseName, OpenSetResult, open_set_table, single_card_recipe

SURE, UNSURE = Status.IDENTIFIED, Status.UNSURE


@pytest.mark.parametrize("seed", range(20))
def test_open_set_photos_show_a_single_card(seed):
    recipe = single_card_recipe(np.random.default_rng(seed))
    assert (recipe.layout, recipe.strange) == ("single", 0)


def test_the_open_set_table_has_counts_and_shares():
    named = [FalseName(at, "Fog", "Frog", status, 0.9, {}) for at, status in enumerate([SURE, *[UNSURE] * 4])]
    table = open_set_table({"removed": OpenSetResult(200, tuple(named))})
    assert table.rows == (("removed", "200", "1 = 0.5%", "4 = 2.0%"),)


@pytest.fixture
def measured(demo_set, demo_artifacts, tmp_path, monkeypatch):
    """Return a function that measures two photos of each kind on the demo cards, and returns figures.json."""
    monkeypatch.setattr(card_splits, "is_held_out", lambda _: True)  # of the few demo cards hardly one is
    kept = {name: composed.CONDITIONS[name] for name in ("plain", "no card")}
    monkeypatch.setattr(composed, "CONDITIONS", kept)
    options = ["--faces", str(demo_set.faces_csv), "--artifacts", str(demo_artifacts), "--out", str(tmp_path)]

    def run(*more):
        assert main(["evaluate-composed", *options, "--each", "2", "--open-set", "2", *more]) == 0
        return json.loads((tmp_path / "figures.json").read_text())

    return run


def test_the_command_measures_conditions_and_the_open_set(measured, capsys):
    figures = measured()
    printed = capsys.readouterr().out
    assert "| plain | 2 / 2 |" in printed
    assert printed.count("| condition |") == printed.count("| photos of |") == 1
    assert figures["open set"]["removed"]["photos"] == 2
    assert figures["open set"]["places without a card"] == {"photos": 2, "named": []}


def test_one_part_can_be_measured_alone(measured, capsys):
    figures = measured("--only", "places")
    assert (figures["composed"], list(figures["open set"])) == ({}, ["places without a card"])
    assert "plain" not in capsys.readouterr().out


def test_figures_measured_before_a_failure_are_kept(measured, tmp_path, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(composed, "measure_open_set", fail)
    with pytest.raises(KeyboardInterrupt):
        measured()
    assert list(json.loads((tmp_path / "figures.json").read_text())["composed"]) == ["plain", "no card"]


def test_false_names_are_written_with_their_evidence(measured, demo_set, tmp_path):
    for number in range(1, 7):
        shutil.copy(demo_set.folder / "faces" / f"{number:03d}.png", tmp_path)
    table = tmp_path / "fanmade.csv"
    table.write_text("file,real_title\n" + "".join(f"{number:03d}.png,\n" for number in range(1, 7)))
    # Demo cards listed as fan-made: the engine knows and names them all.
    figures = measured("--only", "fan-made", "--fan-made", str(table), "--open-set", "6")
    named = figures["open set"]["fan-made"]["named"]
    assert {one["said"] for one in named} <= {card.name for card in demo_cards()}
    assert any(one["status"] == "identified" and one["evidence"]["title_read"] for one in named)


def test_a_missing_list_of_faces_exits_with_2(tmp_path, capsys):
    assert main(["evaluate-composed", "--faces", str(tmp_path / "none.csv"), "--out", str(tmp_path)]) == 2
    assert "none.csv" in capsys.readouterr().err


def test_options_have_sensible_defaults():
    parser = ArgumentParser()
    composed.add_arguments(parser)
    args = parser.parse_args(["--faces", "FACES.csv"])
    assert (args.each, args.open_set) == (60, 1000)
