"""The log of a training run: one JSON object per line, and plots of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

NAME, PLOTS = "metrics.jsonl", "plots.png"


class MetricsLog:
    """Writes metrics as they come.

    Args:
        folder: where ``metrics.jsonl`` and ``plots.png`` are written.
        after: lines of later steps, left over from before a kill, are dropped; 0 starts a new log.
        validated: prefix of the names of validation metrics.
    """

    def __init__(self, folder: Path, after: int = 0, validated: str = "recall@1 ") -> None:
        self._validated = validated
        self._path = folder / NAME
        kept = [line for line in read(self._path) if int(line["step"]) <= after] if after else []
        self._path.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")

    def write(self, **values: float | str) -> None:
        """Append one line."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")

    def plot(self) -> Path:
        """Plot loss and learning rate by step and the validation metrics by epoch; return the picture's path."""
        # Imported here: it takes a second, and only training has it.
        from matplotlib.figure import Figure

        lines = read(self._path)
        figure = Figure(figsize=(12, 4), layout="constrained")
        loss, rate, metrics = figure.subplots(1, 3)
        steps = [line for line in lines if "loss" in line]
        loss.plot([line["step"] for line in steps], [line["loss"] for line in steps], linewidth=0.8)
        loss.set(title="loss", xlabel="step", yscale="log")
        rate.plot([line["step"] for line in steps], [line["lr"] for line in steps])
        rate.set(title="learning rate of the head", xlabel="step")
        validations = [line for line in lines if "epoch" in line]
        names = sorted({key for line in validations for key in line if key.startswith(self._validated)})
        for key in names:
            metrics.plot(
                [line["epoch"] for line in validations],
                [line[key] for line in validations],
                marker=".",
                label=key.removeprefix(self._validated),
            )
        metrics.set(title=f"{self._validated.strip()}, on held-out data", xlabel="epoch", ylim=(None, 1.0))
        if names:
            metrics.legend()
        path = self._path.with_name(PLOTS)
        figure.savefig(path, dpi=100)
        return path


def read(path: Path) -> list[Mapping[str, float]]:
    """Return the lines of a log, none if there is no file. A line cut short by a kill is left out."""
    if not path.exists():
        return []
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return lines


def progress_interval_s() -> float:
    """Return the seconds between two updates of a progress bar: long in a file, so that hours stay readable."""
    return 0.1 if sys.stderr.isatty() else 15.0
