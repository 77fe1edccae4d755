"""Records -> calibration: a conditional logit model without negative weights, and where to draw the lines. Pure."""

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
from training.calibration.examples import Record

Floats = NDArray[np.float64]

RIDGE = 1e-4
"""Weight of the squared weights in the mean loss: keeps features that hardly vary from growing without bound."""
PROMISE, DOUBT = 0.99, 0.05
"""``identified`` names are right in so many cases, with a doubt of so much that they are not."""
LOWEST, HIGHEST = 0.95, 0.995
"""Between which the line of ``identified`` is looked for: the promise is kept on the average of all answers above it,
and those right at it have to be right 19 times in 20, too."""
LEAST_UNSURE = 0.3
"""Probability from which a name is worth showing: below, two of three would be wrong."""


def fit(records: Sequence[Record], facts: Mapping[str, Any]) -> Calibration:
    """Return the calibration that makes the records likeliest.

    Raises:
        ValueError: there are no records, or all are right, or all wrong.
    """
    if len({record.right for record in records}) < 2:
        raise ValueError("the judge can't be fitted: there must be both right and wrong names")
    cards = Cards.of(records)
    weights, bias = _regression(cards)
    line = _line(cards, cards.probabilities(weights, bias))
    named = {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)}
    return Calibration(named, round(bias, 4), line, LEAST_UNSURE, {**facts, "records": len(records)})


@dataclass(frozen=True, slots=True, eq=False)
class Cards:
    """Records by card: all names of a card one after another.

    Attributes:
        values: float64 (N, features).
        right, corroborated: bool (N,).
        starts: int64 (C,), where each card's names begin.
    """

    values: Floats
    right: NDArray[np.bool_]
    corroborated: NDArray[np.bool_]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, records: Sequence[Record]) -> Cards:
        """Sort records by card."""
        in_order = sorted(records, key=lambda record: record.card)
        numbers = np.array([record.card for record in in_order])
        return cls(
            np.array([record.features for record in in_order], np.float64),
            np.array([record.right for record in in_order]),
            np.array([record.corroborated for record in in_order]),
            np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1)),
        )

    def odds(self, weights: Floats, bias: float) -> Floats:
        """Return the log odds of each name against none, float64 (N,)."""
        return np.asarray(self.values @ weights + bias)

    def probabilities(self, weights: Floats, bias: float) -> Floats:
        """Return the probability of each name, as the judge has it, float64 (N,)."""
        odds = self.odds(weights, bias)
        return np.asarray(np.exp(odds - self.spread(self.totals(odds))))

    def totals(self, odds: Floats) -> Floats:
        """Return for each card the logarithm of ``1 + sum(exp(odds))``, float64 (C,)."""
        return np.asarray(np.logaddexp(0, np.logaddexp.reduceat(odds, self.starts)))

    def spread(self, per_card: Floats) -> Floats:
        """Return a card's value for each of its names, float64 (N,)."""
        return np.repeat(per_card, np.diff(self.starts, append=len(self.right)))

    def leads(self, probabilities: Floats) -> NDArray[np.int64]:
        """Return the first name of each card, int64 (C,): where it stands."""
        ends = np.append(self.starts[1:], len(self.right))
        return np.array(
            [start + probabilities[start:end].argmax() for start, end in zip(self.starts, ends, strict=True)]
        )


def _regression(cards: Cards) -> tuple[Floats, float]:
    """Return non-negative weights and a bias of maximal likelihood."""
    # A card and its token share a name: then both are right. A card of which no name is right is none of them.
    named = np.logical_or.reduceat(cards.right, cards.starts)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        odds = cards.odds(parameters[:-1], float(parameters[-1]))
        totals = cards.totals(odds)
        right = np.logaddexp.reduceat(np.where(cards.right, odds, -np.inf), cards.starts)
        said = np.where(named, right, 0.0) - totals
        pull = np.exp(odds - cards.spread(totals))
        push = np.where(cards.right, np.exp(odds - cards.spread(np.where(named, right, 0.0))), 0.0)
        slope = (pull - push) / len(totals)
        ridge = RIDGE * parameters[:-1]
        gradient = np.append(cards.values.T @ slope + ridge, slope.sum())
        return float(-said.mean() + (ridge * parameters[:-1]).sum() / 2), gradient

    start = np.append(np.ones(cards.values.shape[1]), -3.0)
    bounds = [(0.0, None)] * cards.values.shape[1] + [(None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x[:-1], np.float64), float(found.x[-1])


def _line(cards: Cards, probabilities: Floats) -> float:
    """Return the lowest probability from which corroborated first names are right as promised.

    By the bound of Clopper and Pearson (1934), not by the share alone: few answers prove little.
    """
    leads = cards.leads(probabilities)
    leads = leads[cards.corroborated[leads]]
    for line in np.arange(LOWEST, HIGHEST, 0.005):
        answers = cards.right[leads[probabilities[leads] >= line]]
        if least_share(int(answers.sum()), len(answers)) >= PROMISE:
            return round(float(line), 4)
    return HIGHEST


def least_share(right: int, of: int) -> float:
    """Return the share that is surely exceeded, but for :data:`DOUBT`, when so many of so many were right."""
    return float(beta.ppf(DOUBT, right, of - right + 1)) if right else 0.0


def scored(records: Sequence[Record], calibration: Calibration) -> list[tuple[float, bool]]:
    """Return the confidence of each card's first name, and whether it is right."""
    cards, weights = Cards.of(records), np.array([calibration.weights[name] for name in FEATURES])
    probabilities = cards.probabilities(weights, calibration.bias)
    leads = cards.leads(probabilities)
    return list(zip(probabilities[leads].tolist(), cards.right[leads].tolist(), strict=True))
