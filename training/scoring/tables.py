"""Put figures into tables for people: on the terminal, and as Markdown for the README. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from training.scoring.results import GroupFigures, Latency, Mean, Metrics, Rate

WALL = "wall"
"""The stage that says how long the caller waited for a photo; systems are compared by it."""

UNKNOWN = "–"
"""Stands where there is nothing to count."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One system's figures over the photos, and its milliseconds per stage (:data:`WALL` among them)."""

    name: str
    metrics: Metrics
    latencies: Mapping[str, Latency]


@dataclass(frozen=True, slots=True)
class Table:
    """A title, column names and rows of texts, all equally long.

    Attributes:
        left: positions of the columns aligned to the left; the others are aligned to the right.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    left: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"every row of {self.title!r} needs {len(self.columns)} cells")

    def to_text(self) -> str:
        """Return the table for a terminal, columns padded with spaces."""
        lines = (self.columns, *self.rows)
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.columns))]
        aligned = [
            "  ".join(
                cell.ljust(width) if at in self.left else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        ]
        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        return "\n".join([self.title, rule, aligned[0], rule, *aligned[1:]])

    def to_markdown(self) -> str:
        """Return the table as Markdown, without its title; without rows, the two lines of its head."""
        rule = ["---" if at in self.left else "---:" for at in range(len(self.columns))]
        return "\n".join(map(markdown_row, (self.columns, rule, *self.rows)))


def markdown_row(cells: Iterable[str]) -> str:
    """Return one row of a Markdown table, to be printed as soon as it is known."""
    # A bar in a cell would end the cell.
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


Pick = Callable[[Metrics], Rate | Mean]
"""Takes one figure out of all."""

SHARES: tuple[tuple[str, Pick, str], ...] = (
    ("single-card photos whose best answer is right", lambda m: m.top1, "photos"),
    ("single-card photos with the card among the best five", lambda m: m.top5, "photos"),
    ("card instances named (recall)", lambda m: m.recall, "cards"),
    ("names given that are right (precision)", lambda m: m.precision, "names"),
    ("recall, every photo weighing the same", lambda m: m.recall_by_photo, "photos"),
    ("precision, every photo weighing the same", lambda m: m.precision_by_photo, "photos"),
    ("card instances named as identified", lambda m: m.identified_recall, "cards"),
    ("identified names that are right", lambda m: m.identified_precision, "names"),
    ("names at confidence 0.9 or more that are right", lambda m: m.precision_when_sure, "names"),
    ("printing right where the set is known", lambda m: m.printing.accuracy, "right names"),
)
"""Figures told in percent: what it is, where it is found, what is counted."""

COUNTS: tuple[tuple[str, Callable[[Metrics], Rate], str], ...] = (
    ("photos without a card given an identified name", lambda m: m.false_identified, "photos"),
    ("photos without a card given any name", lambda m: m.false_named, "photos"),
    ("photos that could not be processed", lambda m: Rate(m.errors, m.photos), "photos"),
)
"""Figures told as bare counts, because each single one matters."""


def comparison(systems: Sequence[Measured]) -> Table:
    """Set systems side by side, a column each; the last column says how many were counted."""
    rows = [(what, *(share(pick(s.metrics)) for s in systems), _of(systems, pick, of)) for what, pick, of in SHARES]
    errors = (number(s.metrics.calibration_error) for s in systems)
    answers = [str(sum(b.right.of for b in s.metrics.reliability)) for s in systems]
    rows.append(("expected calibration error", *errors, f"{_joined(answers)} names"))
    rows += [(what, *(str(pick(s.metrics).hits) for s in systems), _of(systems, pick, of)) for what, pick, of in COUNTS]
    photos = f"{_joined([str(s.metrics.photos - s.metrics.errors) for s in systems])} photos"
    for what, percentile in (("p50", _p50), ("p95", _p95)):
        rows.append((f"{what} per photo", *(_seconds(s, percentile) for s in systems), photos))
    return Table("Figures", ("figure", *(s.name for s in systems), "count"), tuple(rows))


def details(system: Measured) -> list[Table]:
    """Return the further tables of one system: stages, calibration, risk and coverage, printings, groups."""
    metrics = system.metrics
    return [
        _stages(system),
        _calibration(metrics),
        _risk(metrics),
        _printing(metrics),
        _groups("By tag", metrics.by_tag),
        _groups("By source", metrics.by_source),
    ]


def latency_ratio(system: Measured, other: Measured) -> float | None:
    """Return the system's p50 over the other's, by the time the caller waited; None without times."""
    mine, theirs = system.latencies.get(WALL), other.latencies.get(WALL)
    return mine.p50_ms / theirs.p50_ms if mine and theirs and theirs.p50_ms else None


def _stages(system: Measured) -> Table:
    rows = tuple((stage, f"{t.p50_ms:.1f}", f"{t.p95_ms:.1f}") for stage, t in system.latencies.items())
    return Table("Milliseconds per photo", ("stage", "p50", "p95"), rows)


def _calibration(metrics: Metrics) -> Table:
    rows = tuple(
        (f"{b.low:.1f}–{b.high:.1f}", str(b.right.of), number(b.confidence), share(b.right))
        for b in metrics.reliability
    )
    return Table("Calibration", ("confidence", "names", "mean confidence", "right"), rows)


def _risk(metrics: Metrics) -> Table:
    rows = tuple(
        (f"{p.threshold:.2f}", share(p.coverage), share(p.precision), share(p.recall)) for p in metrics.risk_coverage
    )
    return Table("Risk and coverage", ("confidence from", "coverage", "precision", "recall"), rows)


def _printing(metrics: Metrics) -> Table:
    printing = metrics.printing
    row = (str(printing.right), str(printing.wrong), str(printing.abstained), share(printing.accuracy))
    return Table("Printing, where the set is known", ("right", "wrong", "abstained", "accuracy"), (row,))


def _groups(title: str, groups: Mapping[str, GroupFigures]) -> Table:
    rows = tuple(
        (name or UNKNOWN, str(g.photos), str(g.labels), share(g.recall), share(g.precision), share(g.top1))
        for name, g in groups.items()
    )
    return Table(title, ("", "photos", "cards", "recall", "precision", "top-1"), rows)


def share(figure: Rate | Mean) -> str:
    """Return a share in percent, :data:`UNKNOWN` of none."""
    return UNKNOWN if figure.value is None else f"{figure.value:.1%}"


def number(value: float | None) -> str:
    """Return a figure with three decimals, :data:`UNKNOWN` where there is none."""
    return UNKNOWN if value is None else f"{value:.3f}"


def _of(systems: Sequence[Measured], pick: Pick, unit: str) -> str:
    figures = [pick(s.metrics) for s in systems]
    return f"{_joined([str(f.of if isinstance(f, Rate) else f.photos) for f in figures])} {unit}"


def _joined(counts: Sequence[str]) -> str:
    """One number where all systems were asked the same, else one for each in the order of the columns."""
    return counts[0] if len(set(counts)) == 1 else " / ".join(counts)


def _p50(latency: Latency) -> float:
    return latency.p50_ms


def _p95(latency: Latency) -> float:
    return latency.p95_ms


def _seconds(system: Measured, percentile: Callable[[Latency], float]) -> str:
    wall = system.latencies.get(WALL)
    return UNKNOWN if wall is None else f"{percentile(wall) / 1000:.2f} s"
