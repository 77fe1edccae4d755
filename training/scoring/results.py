"""The figures of an evaluation and their JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """The base of figures with a JSON form."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values, rounded to four decimals."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Rate(Figures):
    """A share as two counts."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0..1; None if nothing was counted."""
        return self.hits / self.of if self.of else None

    def to_dict(self) -> dict[str, Any]:
        """Return the value and the counts."""
        return {"value": _plain(self.value), **Figures.to_dict(self)}


@dataclass(frozen=True, slots=True)
class Mean(Figures):
    """The mean of a share over photos, each with the same weight; None for no photos."""

    value: float | None
    photos: int


@dataclass(frozen=True, slots=True)
class Bin(Figures):
    """Answers whose confidence is in ``[low, high)``, or ``[low, 1]`` in the last bin; ``confidence`` is its mean."""

    low: float
    high: float
    confidence: float | None
    right: Rate


@dataclass(frozen=True, slots=True)
class RiskPoint(Figures):
    """The figures if only answers of at least this confidence were given.

    ``coverage`` is their share of all answers with a name, ``recall`` the share of labels that they name.
    """

    threshold: float
    coverage: Rate
    precision: Rate
    recall: Rate


@dataclass(frozen=True, slots=True)
class PrintingFigures(Figures):
    """Counts of the printings given with right names, if the label has a set."""

    right: int
    wrong: int
    abstained: int

    @property
    def accuracy(self) -> Rate:
        """Share of right ones among all, abstentions included."""
        return Rate(self.right, self.right + self.wrong + self.abstained)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and the accuracy."""
        return {**Figures.to_dict(self), "accuracy": self.accuracy.to_dict()}


@dataclass(frozen=True, slots=True)
class GroupFigures(Figures):
    """The main figures of a group of photos."""

    photos: int
    labels: int
    recall: Rate
    precision: Rate
    top1: Rate


@dataclass(frozen=True, slots=True)
class Metrics(Figures):
    """All figures of a system on a set of photos, except times."""

    photos: int
    labels: int
    errors: int
    recall: Rate
    precision: Rate
    identified_recall: Rate
    identified_precision: Rate
    recall_by_photo: Mean
    precision_by_photo: Mean
    top1: Rate
    top5: Rate
    precision_when_sure: Rate
    calibration_error: float | None
    reliability: tuple[Bin, ...]
    risk_coverage: tuple[RiskPoint, ...]
    printing: PrintingFigures
    false_identified: Rate
    false_named: Rate
    by_source: Mapping[str, GroupFigures]
    by_tag: Mapping[str, GroupFigures]


@dataclass(frozen=True, slots=True)
class Latency:
    """Median and 95th percentile in milliseconds (linear interpolation)."""

    p50_ms: float
    p95_ms: float

    def to_dict(self) -> dict[str, float]:
        """Return ``{"p50", "p95"}``, in milliseconds."""
        return {"p50": round(self.p50_ms, 2), "p95": round(self.p95_ms, 2)}


def _plain(value: object) -> object:
    if isinstance(value, Figures):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return round(value, 4) if isinstance(value, float) else value
