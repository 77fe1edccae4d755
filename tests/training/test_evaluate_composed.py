"""Measuring on composed photos: by condition, and on what can't be known."""

from __future__ import annotations

import json
from argparse import Namespace

import numpy as np
import pytest

from training import evaluate_composed
from training.calibration import cast
from training.cli import main
from training.evaluate_composed import Answered, alone, open_set_table


@pytest.mark.parametrize("seed", range(20))
def test_who_can_not_be_known_is_alone_in_the_photo(seed):
    recipe = alone(np.random.default_rng(seed))
    assert (recipe.layout, recipe.strange) == ("single", 0)


def test_shares_come_with_their_counts():
    table = open_set_table({"removed": Answered(200, 1, 4)})
    assert table.rows == (("removed", "200", "1 = 0.5%", "4 = 2.0%"),)


def test_the_command_measures_conditions_and_the_open_set(demo_set, demo_artifacts, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cast, "is_held_out", lambda _: True)  # of the few demo cards hardly one is
    kept = {name: evaluate_composed.CONDITIONS[name] for name in ("plain", "no card")}
    monkeypatch.setattr(evaluate_composed, "CONDITIONS", kept)
    options = ["--faces", str(demo_set.faces_csv), "--artifacts", str(demo_artifacts), "--out", str(tmp_path)]
    assert main(["evaluate-composed", *options, "--each", "2", "--open-set", "2"]) == 0
    told = capsys.readouterr().out
    assert "| plain | 2 / 2 |" in told
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["open set"]["removed"][0] == 2
    assert figures["open set"]["places without a card"] == [2, 0, 0]


def test_a_list_of_faces_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["evaluate-composed", "--faces", str(tmp_path / "none.csv"), "--out", str(tmp_path)]) == 2
    assert "none.csv" in capsys.readouterr().err


def test_options_have_sensible_defaults():
    from argparse import ArgumentParser

    parser = ArgumentParser()
    evaluate_composed.add_arguments(parser)
    args: Namespace = parser.parse_args(["--faces", "FACES.csv"])
    assert (args.each, args.open_set) == (60, 1000)
