"""The log of a training run: one JSON object per line, and plots of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

NAME, PLOTS = "metrics.jsonl", "plots.png"


class MetricsLog:
    """Writes ``metrics.jsonl`` and ``plots.png``; ``validated`` is the prefix of the names of validation metrics.

    A resumed run continues ``after`` a step and drops later lines, from before it was killed; 0 starts a new log.
    """

    def __init__(self, folder: Path, validated: str, *, after: int = 0) -> None:
        self._validated = validated
        self._path = folder / NAME
        kept = [line for line in read(self._path) if int(line["step"]) <= after] if after else []
        self._path.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")

    def write(self, **values: float | str) -> None:
        """Append one line."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")

    def plot(self) -> None:
        """Plot loss and learning rate by step and the validation metrics by epoch."""
        # Imported here because it takes a second.
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
        epochs = [line["epoch"] for line in validations]
        names = sorted({key for line in validations for key in line if key.startswith(self._validated)})
        for key in names:
            values = [line[key] for line in validations]
            metrics.plot(epochs, values, marker=".", label=key.removeprefix(self._validated))
        metrics.set(title=f"{self._validated.strip()}, on held-out data", xlabel="epoch", ylim=(None, 1.0))
        if names:
            metrics.legend()
        figure.savefig(self._path.with_name(PLOTS), dpi=100)


def read(path: Path) -> list[Mapping[str, float]]:
    """Return the lines of a log, none if there is no file; skip a line that a kill cut short."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        with suppress(json.JSONDecodeError):
            lines.append(json.loads(line))
    return lines


def progress_interval_s() -> float:
    """Return the seconds between two updates of a progress bar: many in a file, to keep it short."""
    return 0.1 if sys.stderr.isatty() else 15.0
