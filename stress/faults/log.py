"""The faults of a run: when each was active, and the outcomes of the photos that waited meanwhile."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.scoring.tables import Table


@dataclass(eq=False)
class Fault:
    """A fault.

    Attributes:
        at_s: when it began, seconds from the beginning of the run.
        detail: its parameters, as text.
        in_flight: number of photos that waited for their answers when it began.
        lasted_s: until recovery, None before.
        observed: observations, for the log.
        outcomes: outcomes of the photos in flight and of those posted while it lasted.
        open: number of these photos without an outcome yet.
    """

    kind: str
    at_s: float
    detail: str
    in_flight: int
    lasted_s: float | None = None
    observed: dict[str, Any] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    open: int = 0


class FaultLog:
    """Records the faults of a run, and writes each to a file as a line of JSON when all of its photos are done.

    Attributes:
        active: faults that have not ended.
        done: faults that are written.
    """

    def __init__(self, file: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._file, self._now, self._begun = file, now, now()
        self.active: set[Fault] = set()
        self.done: list[Fault] = []
        self._ended: set[Fault] = set()

    @property
    def at_s(self) -> float:
        """Seconds from the beginning of the run."""
        return self._now() - self._begun

    def begin(self, kind: str, detail: str, in_flight: int) -> Fault:
        """Record the beginning of a fault."""
        fault = Fault(kind, self.at_s, detail, in_flight, open=in_flight)
        self.active.add(fault)
        return fault

    def end(self, fault: Fault) -> None:
        """Record the end of a fault."""
        fault.lasted_s = self.at_s - fault.at_s
        self.active.remove(fault)
        self._ended.add(fault)
        self._write_if_done(fault)

    def add_outcome(self, fault: Fault, outcome: str) -> None:
        """Record the outcome of one of a fault's photos."""
        fault.outcomes[outcome] += 1
        fault.open -= 1
        self._write_if_done(fault)

    def _write_if_done(self, fault: Fault) -> None:
        if fault.open or fault not in self._ended:
            return
        self._ended.remove(fault)
        self.done.append(fault)
        line = {
            "at_s": round(fault.at_s, 1),
            "kind": fault.kind,
            "detail": fault.detail,
            "lasted_s": round(fault.lasted_s or 0.0, 1),
            "in_flight": fault.in_flight,
            "observed": fault.observed,
            "outcomes": dict(fault.outcomes),
        }
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


ANSWERED = "answered"


def fault_table(faults: Sequence[Fault]) -> Table:
    """Return a row of figures for each kind of fault."""
    rows = []
    for kind in sorted({fault.kind for fault in faults}):
        those = [fault for fault in faults if fault.kind == kind]
        lasted = sorted(fault.lasted_s or 0.0 for fault in those)[len(those) // 2]
        outcomes: Counter[str] = sum((fault.outcomes for fault in those), Counter())
        others = ", ".join(f"{word} {count}" for word, count in outcomes.most_common() if word != ANSWERED)
        counts = (str(outcomes.total()), str(outcomes[ANSWERED]))
        rows.append((kind, str(len(those)), f"{lasted:.1f}", *counts, others))
    columns = ("fault", "times", "lasted s, median", "photos meanwhile", "answered", "told otherwise")
    return Table("faults", columns, tuple(rows), left=(0, 5))
