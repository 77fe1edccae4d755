"""Compute accuracy figures from outcomes.

Recall and precision count answers with a name and a status other than ``unknown``, ``identified_recall`` and
``identified_precision`` only those with the status ``identified``; calibration and risk-coverage count all answers
with a name. A photo that could not be processed has no answers, so its labels are missed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from engine.core.values import Card
from training.data.photo_labels import LabelledPhoto
from training.scoring.matching import (
    Outcome,
    best_answer,
    is_given,
    is_identified,
    is_named,
    match,
    right_answers,
    same_card,
)
from training.scoring.results import Bin, GroupFigures, Latency, Mean, Metrics, PrintingFigures, Rate, RiskPoint

SURE = 0.9
"""Confidence from which an answer counts as sure, as in the accuracy goal."""
BINS = 10
"""Bins of confidence for the calibration error, equally wide."""
THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Confidences at which risk and coverage are measured; denser in the range of a bot's threshold."""


def measure(outcomes: Sequence[Outcome]) -> Metrics:
    """Compute all figures; the order of the outcomes doesn't matter."""
    singles = [outcome for outcome in outcomes if outcome.photo.is_single]
    empties = [outcome for outcome in outcomes if outcome.photo.is_empty]
    named = [
        (card.confidence, at is not None)
        for outcome in outcomes
        for card, at in zip(outcome.cards, match(outcome.photo.labels, outcome.cards, is_named), strict=True)
        if is_named(card)
    ]
    bins = reliability(named)
    return Metrics(
        photos=len(outcomes),
        labels=_label_count(outcomes),
        errors=sum(outcome.error is not None for outcome in outcomes),
        recall=recall(outcomes),
        precision=precision(outcomes),
        identified_recall=recall(outcomes, is_identified),
        identified_precision=precision(outcomes, is_identified),
        recall_by_photo=_mean_by_photo(recall, outcomes),
        precision_by_photo=_mean_by_photo(precision, outcomes),
        top1=_share(has_right_top1, singles),
        top5=_share(has_right_top5, singles),
        precision_when_sure=precision(outcomes, lambda card: is_given(card) and card.confidence >= SURE),
        calibration_error=calibration_error(bins),
        reliability=bins,
        risk_coverage=risk_coverage(named, _label_count(outcomes)),
        printing=printing_figures(outcomes),
        false_identified=_share(lambda outcome: any(map(is_identified, outcome.cards)), empties),
        false_named=_share(lambda outcome: any(map(is_given, outcome.cards)), empties),
        by_source=_by_group(outcomes, lambda photo: (photo.source,)),
        by_tag=_by_group(outcomes, lambda photo: photo.tags),
    )


def latencies(outcomes: Iterable[Outcome]) -> dict[str, Latency]:
    """Return the latency of each timed stage, in their order, over photos without errors."""
    times = defaultdict[str, list[float]](list)
    for outcome in outcomes:
        if outcome.error is None:
            for stage, ms in outcome.timings_ms.items():
                times[stage].append(ms)
    return {stage: Latency(*map(float, np.percentile(ms, (50, 95)))) for stage, ms in times.items()}


def recall(outcomes: Iterable[Outcome], counts: Callable[[Card], bool] = is_given) -> Rate:
    """Return the share of labels that an answer names."""
    outcomes = list(outcomes)
    return Rate(_right_count(outcomes, counts), _label_count(outcomes))


def precision(outcomes: Iterable[Outcome], counts: Callable[[Card], bool] = is_given) -> Rate:
    """Return the share of answers that name a label."""
    outcomes = list(outcomes)
    answers = sum(counts(card) for outcome in outcomes for card in outcome.cards)
    return Rate(_right_count(outcomes, counts), answers)


def has_right_top1(outcome: Outcome) -> bool:
    """Whether the most confident answer names the photo's card (for photos with one label)."""
    best = best_answer(outcome.cards)
    return best is not None and best.name is not None and same_card(outcome.photo.labels[0].name, best.name)


def has_right_top5(outcome: Outcome) -> bool:
    """Whether the photo's card is the most confident answer or among its first five candidates."""
    best, label = best_answer(outcome.cards), outcome.photo.labels[0].name
    candidates = best.candidates[:5] if best else ()
    return has_right_top1(outcome) or any(same_card(label, candidate.name) for candidate in candidates)


def reliability(scored: Iterable[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Sort answers, pairs of a confidence (0..1) and whether it is right, into bins of equal width."""
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in scored:
        groups[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    bins = []
    for at, group in enumerate(groups):
        # Sorted, so that the mean doesn't depend on the order of the answers.
        mean = float(np.mean(sorted(confidence for confidence, _ in group))) if group else None
        accuracy = Rate(sum(right for _, right in group), len(group))
        bins.append(Bin(at / BINS, (at + 1) / BINS, mean, accuracy))
    return tuple(bins)


def calibration_error(bins: Iterable[Bin]) -> float | None:
    """Return the expected calibration error: mean gap between confidence and accuracy, weighted by answers."""
    filled = [(b.right.of, b.confidence, b.right.value) for b in bins]
    gaps = [count * abs(said - true) for count, said, true in filled if said is not None and true is not None]
    return sum(gaps) / sum(count for count, _, _ in filled) if gaps else None


def risk_coverage(scored: Sequence[tuple[float, bool]], labels: int) -> tuple[RiskPoint, ...]:
    """Return coverage, precision and recall at each of :data:`THRESHOLDS`."""
    points = []
    for threshold in THRESHOLDS:
        passing = [right for confidence, right in scored if confidence >= threshold]
        rates = Rate(len(passing), len(scored)), Rate(sum(passing), len(passing)), Rate(sum(passing), labels)
        points.append(RiskPoint(threshold, *rates))
    return tuple(points)


def printing_figures(outcomes: Iterable[Outcome]) -> PrintingFigures:
    """Count the printings of right answers whose label has a set."""
    is_right = Counter(
        None if card.printing is None else card.printing.set.lower() == label.set_code
        for outcome in outcomes
        for card, label in right_answers(outcome)
        if label.set_code is not None
    )
    return PrintingFigures(is_right[True], is_right[False], abstained=is_right[None])


def _right_count(outcomes: Iterable[Outcome], counts: Callable[[Card], bool]) -> int:
    return sum(at is not None for outcome in outcomes for at in match(outcome.photo.labels, outcome.cards, counts))


def _label_count(outcomes: Iterable[Outcome]) -> int:
    return sum(len(outcome.photo.labels) for outcome in outcomes)


def _share(has: Callable[[Outcome], bool], outcomes: Sequence[Outcome]) -> Rate:
    return Rate(sum(map(has, outcomes)), len(outcomes))


def _mean_by_photo(rate: Callable[[list[Outcome]], Rate], outcomes: Iterable[Outcome]) -> Mean:
    # Photos without a label have no recall and are left out, as are photos without an answer for precision.
    values = [value for outcome in outcomes if (value := rate([outcome]).value) is not None]
    return Mean(float(np.mean(sorted(values))) if values else None, len(values))


def _by_group(outcomes: Iterable[Outcome], keys: Callable[[LabelledPhoto], Iterable[str]]) -> dict[str, GroupFigures]:
    groups = defaultdict[str, list[Outcome]](list)
    for outcome in outcomes:
        for key in keys(outcome.photo):
            groups[key].append(outcome)
    figures = {}
    for key, group in sorted(groups.items()):
        top1 = _share(has_right_top1, [outcome for outcome in group if outcome.photo.is_single])
        figures[key] = GroupFigures(len(group), _label_count(group), recall(group), precision(group), top1)
    return figures
