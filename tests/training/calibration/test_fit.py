"""Fitting the judge: what was true of the records is true of the fit."""

from __future__ import annotations

import numpy as np
import pytest

from engine.ranking.features import FEATURES
from training.calibration.examples import Record

pytest.importorskip("scipy")
from training.calibration.fit import HIGHEST, PROMISE, fit, least_share, scored
from training.scoring.metrics import calibration_error, reliability

TRUE = dict.fromkeys(FEATURES, 0.0) | {"alike": 4.0, "title": 6.0, "margin": 1.0}


def records(count, seed=0, bias=-4.0):
    """Return records of which it is known how likely each is to be right."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 1, (count, len(FEATURES)))
    odds = values @ np.array([TRUE[name] for name in FEATURES]) + bias
    right = rng.uniform(size=count) < 1 / (1 + np.exp(-odds))
    return [Record(i, tuple(v), bool(r), True) for i, (v, r) in enumerate(zip(values.tolist(), right, strict=True))]


def test_weights_are_found_again():
    found = fit(records(6000), {"photos": 1})
    assert found.weights["alike"] == pytest.approx(4, abs=0.6)
    assert found.weights["title"] == pytest.approx(6, abs=0.6)
    assert found.weights["size"] == pytest.approx(0, abs=0.3)


def test_confidence_is_a_probability_on_what_was_not_fitted_on():
    found = fit(records(4000), {"photos": 1})
    assert calibration_error(reliability(scored(records(4000, seed=1), found))) < 0.03


def test_no_weight_is_negative_even_where_the_records_say_so():
    turned = [Record(r.card, tuple(1 - v for v in r.features), r.right, True) for r in records(1000, bias=-6.0)]
    assert min(fit(turned, {"photos": 1}).weights.values()) >= 0


def test_the_line_keeps_its_promise_or_is_as_high_as_it_gets():
    found, fresh = fit(records(8000), {"photos": 1}), records(8000, seed=2)
    sure = [right for confidence, right in scored(fresh, found) if confidence >= found.identified_from]
    assert found.identified_from == HIGHEST or sum(sure) / len(sure) > PROMISE - 0.01


def test_of_several_names_of_one_card_only_the_first_is_scored():
    of_one = [Record(7, r.features, r.right, True) for r in records(5)]
    found = fit(records(500), {"photos": 1})
    assert len(scored(of_one, found)) == 1


@pytest.mark.parametrize("bias", [-60.0, 60.0])
def test_nothing_can_be_learnt_where_all_names_are_right_or_all_wrong(bias):
    with pytest.raises(ValueError, match="both"):
        fit(records(50, bias=bias), {})


def test_few_answers_prove_little():
    assert least_share(10, 10) < 0.99 < least_share(400, 400)
    assert least_share(0, 0) == 0
