"""The figures of an evaluation and their JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with the counts behind it."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0..1; None if nothing was counted."""
        return self.hits / self.of if self.of else None

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"value", "hits", "of"}``."""
        return {"value": _rounded(self.value), "hits": self.hits, "of": self.of}


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a share over photos, each photo weighing the same; None over no photos."""

    value: float | None
    photos: int

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"value", "photos"}``."""
        return {"value": _rounded(self.value), "photos": self.photos}


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose confidence lies in ``[low, high)`` (the last bin includes 1)."""

    low: float
    high: float
    confidence: float | None
    right: Rate

    def to_dict(self) -> dict[str, Any]:
        """Return the bin as plain JSON values."""
        edges = {"low": round(self.low, 2), "high": round(self.high, 2)}
        return {**edges, "confidence": _rounded(self.confidence), "right": self.right.to_dict()}


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """The figures if only answers of at least this confidence were given.

    ``coverage`` is their share of all answers with a name, ``recall`` the share of labels they name.
    """

    threshold: float
    coverage: Rate
    precision: Rate
    recall: Rate

    def to_dict(self) -> dict[str, Any]:
        """Return the point as plain JSON values."""
        rates = {"coverage": self.coverage, "precision": self.precision, "recall": self.recall}
        return {"threshold": self.threshold, **{name: rate.to_dict() for name, rate in rates.items()}}


@dataclass(frozen=True, slots=True)
class PrintingFigures:
    """Printings given with right names, over those whose label has a set."""

    right: int
    wrong: int
    abstained: int

    @property
    def accuracy(self) -> Rate:
        """Right ones over all, abstentions included."""
        return Rate(self.right, self.right + self.wrong + self.abstained)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and the accuracy."""
        counts = {"right": self.right, "wrong": self.wrong, "abstained": self.abstained}
        return {**counts, "accuracy": self.accuracy.to_dict()}


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The main figures of some of the photos."""

    photos: int
    labels: int
    recall: Rate
    precision: Rate
    top1: Rate

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON values."""
        rates = {"recall": self.recall, "precision": self.precision, "top1": self.top1}
        return {
            "photos": self.photos,
            "labels": self.labels,
            **{name: rate.to_dict() for name, rate in rates.items()},
        }


@dataclass(frozen=True, slots=True)
class Metrics:
    """All figures of one system over one set of photos, except times."""

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

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as plain JSON values."""
        figures = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return {**figures, "calibration_error": _rounded(self.calibration_error)}


@dataclass(frozen=True, slots=True)
class Latency:
    """Median and 95th percentile in milliseconds (linear interpolation)."""

    p50_ms: float
    p95_ms: float

    def to_dict(self) -> dict[str, float]:
        """Return ``{"p50", "p95"}``, in milliseconds."""
        return {"p50": round(self.p50_ms, 2), "p95": round(self.p95_ms, 2)}


@runtime_checkable
class ToDict(Protocol):
    """Any figure with a JSON form."""

    def to_dict(self) -> Mapping[str, Any]:
        """Return the figure as plain JSON values."""
        ...


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value.to_dict() if isinstance(value, ToDict) else value
