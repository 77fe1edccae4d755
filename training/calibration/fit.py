"""Fit the calibration: a conditional logit model with non-negative weights, and the statuses' thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import beta

from engine.ranking.calibration import Calibration
from engine.ranking.features import FEATURES
from training.calibration.examples import Example
from training.data.errors import CommandError

Floats = NDArray[np.float64]

RIDGE = 1e-4
"""Factor of the squared weights in the loss; limits the weights of features that hardly vary."""
MIN_PRECISION, SIGNIFICANCE = 0.99, 0.05
"""Required precision of ``identified`` names, and the accepted probability that the true precision is lower."""
LOWEST, HIGHEST = 0.95, 0.995
"""Range of the threshold of ``identified``. Answers above it have the required precision on average; those just above
it must still be right 19 times in 20."""
UNSURE_FROM = 0.3
"""Probability from which a name is shown; below it, two of three would be wrong."""


def fit(examples: Sequence[Example], facts: Mapping[str, Any]) -> Calibration:
    """Return the calibration of maximum likelihood for the examples.

    The threshold of ``identified`` is the lowest from which corroborated top candidates have the required precision
    by the bound of Clopper and Pearson (1934), because the observed share of few answers means little.

    Raises:
        CommandError: there are no examples, or all are right, or all wrong.
    """
    if len({example.right for example in examples}) < 2:
        raise CommandError("the judge can't be fitted: there must be both right and wrong names")
    candidates = Candidates.of(examples)
    weights, bias = _fit_weights(candidates)
    probabilities = candidates.probabilities(weights, bias)
    top = candidates.top_positions(probabilities)
    top = top[candidates.corroborated[top]]
    identified_from = HIGHEST
    for threshold in np.arange(LOWEST, HIGHEST, 0.005):
        answers = candidates.right[top[probabilities[top] >= threshold]]
        if lower_bound(int(answers.sum()), len(answers)) >= MIN_PRECISION:
            identified_from = round(float(threshold), 4)
            break
    named = {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)}
    return Calibration(named, round(bias, 4), identified_from, UNSURE_FROM, {**facts, "records": len(examples)})


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Examples as arrays, sorted by card.

    Attributes:
        values: float64 (N, features).
        right, corroborated: bool (N,).
        starts: int64 (C,), position of each card's first candidate.
    """

    values: Floats
    right: NDArray[np.bool_]
    corroborated: NDArray[np.bool_]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Candidates:
        """Sort examples by card."""
        in_order = sorted(examples, key=lambda example: example.card)
        numbers = np.array([example.card for example in in_order])
        return cls(
            np.array([example.features for example in in_order], np.float64),
            np.array([example.right for example in in_order]),
            np.array([example.corroborated for example in in_order]),
            np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1)),
        )

    def log_odds(self, weights: Floats, bias: float) -> Floats:
        """Return the log odds of each candidate against no name at all, float64 (N,)."""
        return np.asarray(self.values @ weights + bias)

    def probabilities(self, weights: Floats, bias: float) -> Floats:
        """Return the probability of each candidate, as the judge computes it, float64 (N,)."""
        odds = self.log_odds(weights, bias)
        return np.asarray(np.exp(odds - self.per_candidate(self.log_partition(odds))))

    def log_partition(self, odds: Floats) -> Floats:
        """Return the logarithm of ``1 + sum(exp(odds))`` of each card, float64 (C,)."""
        return np.asarray(np.logaddexp(0, np.logaddexp.reduceat(odds, self.starts)))

    def per_candidate(self, per_card: Floats) -> Floats:
        """Repeat each card's value for each of its candidates, float64 (N,)."""
        return np.repeat(per_card, np.diff(self.starts, append=len(self.right)))

    def top_positions(self, probabilities: Floats) -> NDArray[np.int64]:
        """Return the position of each card's most probable candidate, int64 (C,)."""
        ends = np.append(self.starts[1:], len(self.right))
        return np.array(
            [start + probabilities[start:end].argmax() for start, end in zip(self.starts, ends, strict=True)]
        )


def _fit_weights(candidates: Candidates) -> tuple[Floats, float]:
    """Return the non-negative weights and the bias of maximum likelihood."""
    # Several candidates may be right, as a card and its token have one name, or none.
    named = np.logical_or.reduceat(candidates.right, candidates.starts)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        odds = candidates.log_odds(parameters[:-1], float(parameters[-1]))
        totals = candidates.log_partition(odds)
        right = np.logaddexp.reduceat(np.where(candidates.right, odds, -np.inf), candidates.starts)
        likelihood = np.where(named, right, 0.0) - totals
        pull = np.exp(odds - candidates.per_candidate(totals))
        push = np.where(candidates.right, np.exp(odds - candidates.per_candidate(np.where(named, right, 0.0))), 0.0)
        slope = (pull - push) / len(totals)
        ridge = RIDGE * parameters[:-1]
        gradient = np.append(candidates.values.T @ slope + ridge, slope.sum())
        return float(-likelihood.mean() + (ridge * parameters[:-1]).sum() / 2), gradient

    start = np.append(np.ones(candidates.values.shape[1]), -3.0)
    bounds = [(0.0, None)] * candidates.values.shape[1] + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x[:-1], np.float64), float(found.x[-1])


def lower_bound(right: int, of: int) -> float:
    """Return the share that the true share exceeds, except with a probability of :data:`SIGNIFICANCE`."""
    return float(beta.ppf(SIGNIFICANCE, right, of - right + 1)) if right else 0.0


def score_top_names(examples: Sequence[Example], calibration: Calibration) -> list[tuple[float, bool]]:
    """Return the confidence of each card's most probable name, and whether it is right."""
    candidates, weights = Candidates.of(examples), np.array([calibration.weights[name] for name in FEATURES])
    probabilities = candidates.probabilities(weights, calibration.bias)
    top = candidates.top_positions(probabilities)
    return list(zip(probabilities[top].tolist(), candidates.right[top].tolist(), strict=True))
