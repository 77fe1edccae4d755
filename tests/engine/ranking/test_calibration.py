"""The calibration file: kept as it is, refused when it can't be one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.artifacts import JUDGE, SHIPPED
from engine.core.errors import ArtifactDamaged, ArtifactMismatch
from engine.ranking.calibration import Calibration
from engine.ranking.features import FEATURES

SOME = Calibration(dict.fromkeys(FEATURES, 1.5), -4.0, 0.9, 0.3, {"photos": 1})


def test_it_comes_back_as_it_was_saved(tmp_path):
    SOME.save(tmp_path / "judge.json")
    assert Calibration.open(tmp_path / "judge.json") == SOME


def test_the_shipped_one_can_be_opened_and_promises_as_much_as_it_says():
    shipped = Calibration.open(SHIPPED / JUDGE)
    assert 0.8 <= shipped.identified_from < 1
    assert shipped.fitted_on["photos"] > 0


@given(st.lists(st.floats(-1, 1), min_size=len(FEATURES), max_size=len(FEATURES)), st.sampled_from(FEATURES))
def test_more_of_any_feature_never_lowers_the_odds(values, name):
    before = dict(zip(FEATURES, values, strict=True))
    after = {**before, name: 1.0}
    assert SOME.odds(before) <= SOME.odds(after)


def saved(tmp_path, **changes):
    path = tmp_path / "judge.json"
    SOME.save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": dict.fromkeys(FEATURES, -1.0)},
        {"weights": [1, 2]},
        {"bias": "much"},
        {"bias": float("nan")},
        {"identified_from": 1.2},
        {"identified_from": 0.2},
        {"unsure_from": -0.1},
        {"fitted_on": 3},
    ],
)
def test_numbers_that_can_not_be_one_are_refused(tmp_path, changes):
    with pytest.raises(ArtifactDamaged):
        Calibration.open(saved(tmp_path, **changes))


def test_a_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "judge.json").write_text("once upon a time")
    with pytest.raises(ArtifactDamaged, match="training calibrate"):
        Calibration.open(tmp_path / "judge.json")


def test_one_that_weighs_other_evidence_belongs_to_another_version(tmp_path):
    with pytest.raises(ArtifactMismatch, match="training calibrate"):
        Calibration.open(saved(tmp_path, weights={"beauty": 1.0}))
