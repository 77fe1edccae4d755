"""Tables of figures: as text for the terminal and as Markdown for documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from training.scoring.results import GroupFigures, Latency, Mean, Metrics, Rate

WALL = "wall"
"""The stage of a photo's total time for the caller; systems are compared by it."""
UNKNOWN = "–"
"""Cell of a figure without counts."""


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """A system's figures, and its latencies by stage, including :data:`WALL`."""

    name: str
    metrics: Metrics
    latencies: Mapping[str, Latency]


@dataclass(frozen=True, slots=True)
class Table:
    """A title, column names and rows of cells; the columns with positions in ``left`` are aligned to the left."""

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
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        sides = ["<" if at in self.left else ">" for at in range(len(widths))]
        aligned = [
            "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True))
            for line in lines
        ]
        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        return "\n".join([self.title, rule, aligned[0], rule, *aligned[1:]])

    def to_markdown(self) -> str:
        """Return the table as Markdown, without its title."""
        rule = ["---" if at in self.left else "---:" for at in range(len(self.columns))]
        return "\n".join(map(markdown_row, (self.columns, rule, *self.rows)))


def markdown_row(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table."""
    # A bar would end the cell.
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


Pick = Callable[[Metrics], Rate | Mean]
"""Selects a figure."""

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
"""Figures in percent: name, selection, unit."""

COUNTS: tuple[tuple[str, Callable[[Metrics], Rate], str], ...] = (
    ("photos without a card given an identified name", lambda m: m.false_identified, "photos"),
    ("photos without a card given any name", lambda m: m.false_named, "photos"),
    ("photos that could not be processed", lambda m: Rate(m.errors, m.photos), "photos"),
)
"""Figures shown as counts, because each one matters."""


def comparison(systems: Sequence[SystemFigures]) -> Table:
    """Return a table with a column for each system; the last column has the counts."""

    def join(counts: Sequence[int], unit: str) -> str:
        """Return one number if all systems have the same, else one for each system."""
        return f"{' / '.join(map(str, counts if len(set(counts)) > 1 else counts[:1]))} {unit}"

    def count(pick: Pick, unit: str) -> str:
        figures = [pick(s.metrics) for s in systems]
        return join([f.of if isinstance(f, Rate) else f.photos for f in figures], unit)

    rows = [(what, *(percent(pick(s.metrics)) for s in systems), count(pick, unit)) for what, pick, unit in SHARES]
    errors = (decimal(s.metrics.calibration_error) for s in systems)
    names = join([sum(b.right.of for b in s.metrics.reliability) for s in systems], "names")
    rows.append(("expected calibration error", *errors, names))
    rows += [(what, *(str(pick(s.metrics).hits) for s in systems), count(pick, unit)) for what, pick, unit in COUNTS]
    photos = join([s.metrics.photos - s.metrics.errors for s in systems], "photos")
    for what in ("p50", "p95"):
        waits = (s.latencies.get(WALL) for s in systems)
        times = (UNKNOWN if wait is None else f"{getattr(wait, f'{what}_ms') / 1000:.2f} s" for wait in waits)
        rows.append((f"{what} per photo", *times, photos))
    return Table("Figures", ("figure", *(s.name for s in systems), "count"), tuple(rows))


def details(system: SystemFigures) -> list[Table]:
    """Return the other tables of a system: stages, calibration, risk and coverage, printings, groups."""
    metrics, printing = system.metrics, system.metrics.printing
    stages = ((stage, f"{t.p50_ms:.1f}", f"{t.p95_ms:.1f}") for stage, t in system.latencies.items())
    bins = (
        (f"{b.low:.1f}–{b.high:.1f}", str(b.right.of), decimal(b.confidence), percent(b.right))
        for b in metrics.reliability
    )
    risks = (
        (f"{p.threshold:.2f}", percent(p.coverage), percent(p.precision), percent(p.recall))
        for p in metrics.risk_coverage
    )
    counts = (str(printing.right), str(printing.wrong), str(printing.abstained), percent(printing.accuracy))
    return [
        Table("Milliseconds per photo", ("stage", "p50", "p95"), tuple(stages)),
        Table("Calibration", ("confidence", "names", "mean confidence", "right"), tuple(bins)),
        Table("Risk and coverage", ("confidence from", "coverage", "precision", "recall"), tuple(risks)),
        Table("Printing, where the set is known", ("right", "wrong", "abstained", "accuracy"), (counts,)),
        _groups("By tag", metrics.by_tag),
        _groups("By source", metrics.by_source),
    ]


def _groups(title: str, groups: Mapping[str, GroupFigures]) -> Table:
    rows = tuple(
        (name or UNKNOWN, str(g.photos), str(g.labels), percent(g.recall), percent(g.precision), percent(g.top1))
        for name, g in groups.items()
    )
    return Table(title, ("", "photos", "cards", "recall", "precision", "top-1"), rows)


def latency_ratio(system: SystemFigures, other: SystemFigures, *, what: Literal["p50", "p95"] = "p50") -> float | None:
    """Return the ratio of the systems' total times, rounded to four decimals; None without times."""
    mine, theirs = (getattr(one.latencies.get(WALL), f"{what}_ms", None) for one in (system, other))
    return round(mine / theirs, 4) if mine is not None and theirs else None


def percent(figure: Rate | Mean) -> str:
    """Return a share in percent, :data:`UNKNOWN` if nothing was counted."""
    return UNKNOWN if figure.value is None else f"{figure.value:.1%}"


def decimal(value: float | None) -> str:
    """Return a figure with three decimals, :data:`UNKNOWN` if there is none."""
    return UNKNOWN if value is None else f"{value:.3f}"
