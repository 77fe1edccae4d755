"""Fitting the judge to examples drawn from a known model."""

import numpy as np
import pytest

from engine.ranking.features import FEATURES
from training.calibration.examples import Example
from training.data.errors import CommandError

pytest.importorskip("scipy")
from training.calibration.fit import HIGHEST, MIN_PRECISION, fit, lower_bound, score_top_names
from training.scoring.metrics import calibration_error, reliability

TRUE = dict.fromkeys(FEATURES, 0.0) | {"alike": 4.0, "title": 6.0, "margin": 1.0}


def examples(count, seed=0, bias=-4.0):
    """Return examples drawn from a known probability of being right."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 1, (count, len(FEATURES)))
    odds = values @ np.array([TRUE[name] for name in FEATURES]) + bias
    right = rng.uniform(size=count) < 1 / (1 + np.exp(-odds))
    return [
        Example(i, f"Card {i}", tuple(v), bool(r), True)
        for i, (v, r) in enumerate(zip(values.tolist(), right, strict=True))
    ]


def test_fit_recovers_the_weights():
    found = fit(examples(6000), {"photos": 1})
    assert found.weights["alike"] == pytest.approx(4, abs=0.6)
    assert found.weights["title"] == pytest.approx(6, abs=0.6)
    assert found.weights["size"] == pytest.approx(0, abs=0.3)


def test_confidence_is_calibrated_on_fresh_examples():
    found = fit(examples(4000), {"photos": 1})
    assert calibration_error(reliability(score_top_names(examples(4000, seed=1), found))) < 0.03


def test_weights_are_never_negative():
    turned = [
        Example(r.card, r.name, tuple(1 - v for v in r.features), r.right, True) for r in examples(1000, bias=-6.0)
    ]
    assert min(fit(turned, {"photos": 1}).weights.values()) >= 0


def test_the_threshold_gives_the_required_precision_or_is_the_highest():
    found, fresh = fit(examples(8000), {"photos": 1}), examples(8000, seed=2)
    sure = [right for confidence, right in score_top_names(fresh, found) if confidence >= found.identified_from]
    assert found.identified_from == HIGHEST or sum(sure) / len(sure) > MIN_PRECISION - 0.01


def test_only_the_top_name_of_a_card_counts():
    of_one = [Example(7, r.name, r.features, r.right, True) for r in examples(5)]
    found = fit(examples(500), {"photos": 1})
    assert len(score_top_names(of_one, found)) == 1


@pytest.mark.parametrize("bias", [-60.0, 60.0])
def test_all_right_or_all_wrong_is_refused(bias):
    with pytest.raises(CommandError, match="both"):
        fit(examples(50, bias=bias), {})


def test_the_lower_bound_rises_with_the_number_of_answers():
    assert lower_bound(10, 10) < 0.99 < lower_bound(400, 400)
    assert lower_bound(0, 0) == 0
