"""The journal of a training: one JSON object a line, and plots of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

NAME, PLOTS = "metrics.jsonl", "plots.png"


class Journal:
    """Writes measurements down as they come.

    Args:
        folder: where ``metrics.jsonl`` and ``plots.png`` lie.
        after: lines of later steps, from before a kill, are dropped.
        measured: what the names of the figures begin with that are measured after an epoch.
    """

    def __init__(self, folder: Path, after: int = 0, measured: str = "recall@1 ") -> None:
        self._measured = measured
        self._path = folder / NAME
        kept = [line for line in read(self._path) if int(line["step"]) <= after] if after else []
        self._path.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")

    def write(self, **values: float | str) -> None:
        """Add one line."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")

    def plot(self) -> Path:
        """Draw loss and rate by step, recall@1 by epoch and severity; return the picture's path."""
        # Imported here: it takes a second, and only training has it.
        from matplotlib.figure import Figure

        lines = read(self._path)
        figure = Figure(figsize=(12, 4), layout="constrained")
        loss, rate, recall = figure.subplots(1, 3)
        steps = [line for line in lines if "loss" in line]
        loss.plot([line["step"] for line in steps], [line["loss"] for line in steps], linewidth=0.8)
        loss.set(title="loss", xlabel="step", yscale="log")
        rate.plot([line["step"] for line in steps], [line["lr"] for line in steps])
        rate.set(title="learning rate of the head", xlabel="step")
        measured = [line for line in lines if "epoch" in line]
        for key in sorted({k for line in measured for k in line if k.startswith(self._measured)}):
            recall.plot(
                [m["epoch"] for m in measured],
                [m[key] for m in measured],
                marker=".",
                label=key.removeprefix(self._measured),
            )
        recall.set(title=f"{self._measured.strip()}, of what was never trained on", xlabel="epoch", ylim=(None, 1.0))
        if measured:
            recall.legend()
        path = self._path.with_name(PLOTS)
        figure.savefig(path, dpi=100)
        return path


def read(path: Path) -> list[Mapping[str, float]]:
    """Return the journal's lines; none where there is no journal. A line cut short by a kill is left out."""
    if not path.exists():
        return []
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return lines


def telling_s() -> float:
    """Return the seconds between two states of a progress bar: a log of hours should stay readable."""
    return 0.1 if sys.stderr.isatty() else 15.0
