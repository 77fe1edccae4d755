"""The faults of a run: what was broken when, and what became of the photos that were under way meanwhile."""

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
        detail: what was drawn for it.
        in_flight: photos that waited for their answers when it began.
        lasted_s: until all was as before, None as long as it isn't.
        observed: what was seen of it.
        outcomes: what became of the photos in flight and of those posted while it lasted.
        open: how many of them have no outcome yet.
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
    """Keeps the faults of a run, and writes each into a file as a line of JSON when all of its photos are done.

    Attributes:
        at_work: faults that have not ended.
    """

    def __init__(self, file: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._file, self._now, self._begun = file, now, now()
        self.at_work: set[Fault] = set()
        self.done: list[Fault] = []
        self._ended: set[Fault] = set()

    @property
    def at_s(self) -> float:
        """Seconds from the beginning of the run."""
        return self._now() - self._begun

    def begin(self, kind: str, detail: str, in_flight: int) -> Fault:
        """Note that something breaks."""
        fault = Fault(kind, self.at_s, detail, in_flight, open=in_flight)
        self.at_work.add(fault)
        return fault

    def end(self, fault: Fault) -> None:
        """Note that all is as before."""
        fault.lasted_s = self.at_s - fault.at_s
        self.at_work.remove(fault)
        self._ended.add(fault)
        self._write_if_done(fault)

    def came_out(self, fault: Fault, outcome: str) -> None:
        """Note what became of one of a fault's photos."""
        fault.outcomes[outcome] += 1
        fault.open -= 1
        self._write_if_done(fault)

    def _write_if_done(self, fault: Fault) -> None:
        if fault.open or fault not in self._ended:
            return
        self._ended.remove(fault)
        self.done.append(fault)
        told = {
            "at_s": round(fault.at_s, 1),
            "kind": fault.kind,
            "detail": fault.detail,
            "lasted_s": round(fault.lasted_s or 0.0, 1),
            "in_flight": fault.in_flight,
            "observed": fault.observed,
            "outcomes": dict(fault.outcomes),
        }
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")


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
