"""Plot the reliability diagram and the risk-coverage curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from training.scoring.metrics import reliability

Answers = Sequence[tuple[float, bool]]
"""Confidence of each answer, 0..1, and whether it is right."""


def draw_plots(answers: Mapping[str, Answers], out: Path) -> None:
    """Draw both plots into one PNG, with a curve for each set of answers."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), constrained_layout=True)
    left.plot([0, 1], [0, 1], color="0.75", linewidth=1)
    for name, of in answers.items():
        bins = [b for b in reliability(of) if b.right.of]
        left.plot([b.confidence for b in bins], [b.right.value for b in bins], "o-", label=f"{name} ({len(of)} cards)")
        coverage, risk = risk_by_coverage(of)
        right.plot(coverage, 100 * risk, label=name)
    left.set(xlabel="confidence", ylabel="share that is right", title="Reliability", xlim=(0, 1), ylim=(0, 1.02))
    right.set(xlabel="share of cards answered, surest first", ylabel="wrong, %", title="Risk and coverage")
    left.legend()
    figure.savefig(out, dpi=110)
    plt.close(figure)


def risk_by_coverage(answers: Answers) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of answers above a falling threshold, and the wrong share of these, float64 (N,) each."""
    right = np.array([right for _, right in sorted(answers, key=lambda a: -a[0])], np.float64)
    count = np.arange(1, len(right) + 1)
    return count / max(len(right), 1), 1 - np.cumsum(right) / count
