"""Records -> calibration: a logistic regression without negative weights, and where to draw the lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import beta

from engine.calibration import Calibration
from engine.evidence import FEATURES
from training.calibration.collect import Record

Floats = NDArray[np.float64]

RIDGE = 1e-4
"""Weight of the squared weights in the mean loss: keeps features that hardly vary from growing without bound."""
PROMISE, DOUBT = 0.99, 0.05
"""``identified`` names are right in so many cases, with a doubt of so much that they are not."""
LOWEST, HIGHEST = 0.8, 0.995
"""Between which the line of ``identified`` is looked for."""
LEAST_UNSURE = 0.3
"""Probability from which a name is worth showing: below, two of three would be wrong."""


def fit(records: Sequence[Record], facts: Mapping[str, Any]) -> Calibration:
    """Return the calibration that makes the records likeliest.

    Raises:
        ValueError: there are no records, or all are right, or all wrong.
    """
    values = np.array([record.features for record in records], np.float64)
    right = np.array([record.right for record in records], np.float64)
    if len(records) == 0 or right.min() == right.max():
        raise ValueError("the judge can't be fitted: there must be both right and wrong names")
    weights, bias = _regression(values, right)
    probabilities = np.asarray(expit(values @ weights + bias))
    line = _line(records, probabilities)
    named = {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)}
    return Calibration(named, round(bias, 4), line, LEAST_UNSURE, {**facts, "records": len(records)})


def _regression(values: Floats, right: Floats) -> tuple[Floats, float]:
    """Return non-negative weights and a bias of maximal likelihood."""
    signs = 2 * right - 1

    def loss(parameters: Floats) -> tuple[float, Floats]:
        odds = values @ parameters[:-1] + parameters[-1]
        mean = float(np.logaddexp(0, -signs * odds).mean() + RIDGE / 2 * (parameters[:-1] ** 2).sum())
        slope = -signs * expit(-signs * odds) / len(signs)
        return mean, np.append(values.T @ slope + RIDGE * parameters[:-1], slope.sum())

    start = np.append(np.ones(values.shape[1]), -3.0)
    bounds = [(0.0, None)] * values.shape[1] + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x[:-1], np.float64), float(found.x[-1])


def _line(records: Sequence[Record], probabilities: Floats) -> float:
    """Return the lowest probability from which corroborated first names are right as promised.

    By the bound of Clopper and Pearson (1934), not by the share alone: few answers prove little.
    """
    leads = _leads(records, probabilities)
    for line in np.arange(LOWEST, HIGHEST, 0.005):
        answers = [right for probability, right, corroborated in leads if corroborated and probability >= line]
        if least_share(sum(answers), len(answers)) >= PROMISE:
            return round(float(line), 4)
    return HIGHEST


def least_share(right: int, of: int) -> float:
    """Return the share that is surely exceeded, but for :data:`DOUBT`, when so many of so many were right."""
    return float(beta.ppf(DOUBT, right, of - right + 1)) if right else 0.0


def _leads(records: Sequence[Record], probabilities: Floats) -> list[tuple[float, bool, bool]]:
    """Return the first name of each card as the judge has it: probability, right, corroborated."""
    cards: dict[int, list[tuple[float, bool, bool]]] = {}
    for record, probability in zip(records, probabilities.tolist(), strict=True):
        cards.setdefault(record.card, []).append((probability, record.right, record.corroborated))
    leads = []
    for names in cards.values():
        total = max(1.0, sum(probability for probability, _, _ in names))
        probability, right, corroborated = max(names)
        leads.append((probability / total, right, corroborated))
    return leads


def scored(records: Sequence[Record], calibration: Calibration) -> list[tuple[float, bool]]:
    """Return the confidence of each card's first name, and whether it is right."""
    named = (dict(zip(FEATURES, record.features, strict=True)) for record in records)
    probabilities = np.array([calibration.probability(values) for values in named])
    return [(probability, right) for probability, right, _ in _leads(records, probabilities)]
