"""The figures of a run as a Markdown table: one column a size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Results = dict[str, Any]
"""By step: what was measured."""

_ROWS: tuple[tuple[str, Callable[[Results], str]], ...] = (
    ("pictures", lambda r: f"{r['sync']['pictures']:,}"),
    ("sync: time", lambda r: _minutes(r["sync"])),
    ("sync: pictures a second", lambda r: f"{r['sync']['new'] / r['sync']['wall_s']:.0f}"),
    ("sync: processor time", lambda r: f"{r['sync']['cpu_s']:.0f} s"),
    ("sync: peak memory", lambda r: f"{r['sync']['peak_mb']:.0f} MB"),
    ("sync: disk", lambda r: f"{r['sync']['disk_mb']:.0f} MB"),
    ("index: time", lambda r: _minutes(r["index"])),
    ("index: vectors a second", lambda r: f"{r['index']['new'] / r['index']['wall_s']:.0f}"),
    ("index: processor time", lambda r: f"{r['index']['cpu_s']:.0f} s"),
    ("index: peak memory", lambda r: f"{r['index']['peak_mb']:.0f} MB"),
    ("artifact folder, on disk", lambda r: f"{r['index']['disk_mb']:.0f} MB"),
    ("index file", lambda r: f"{r['search']['index_mb']:.1f} MB"),
    ("engine: time to open", lambda r: f"{r['search']['load_s']:.1f} s"),
    ("engine: memory when open", lambda r: f"{r['search']['memory_mb']:.0f} MB"),
    ("search for one face, p50", lambda r: f"{r['search']['search_ms'][0]:.2f} ms"),
    ("search for one face, p99", lambda r: f"{r['search']['search_ms'][1]:.2f} ms"),
    ("its own picture finds a card", lambda r: f"{r['search']['itself']:.2%}"),
    ("a mild photo finds it", lambda r: f"{r['search']['recall']['mild']:.2%}"),
    ("a medium photo finds it", lambda r: f"{r['search']['recall']['medium']:.2%}"),
)


def table(columns: Sequence[tuple[str, Results]]) -> str:
    """Return the table; a figure that was not measured is a dash."""
    head = ["| |" + "".join(f" {name} |" for name, _ in columns), "| --- |" + " ---: |" * len(columns)]
    rows = [f"| {name} |" + "".join(f" {_cell(cell, results)} |" for _, results in columns) for name, cell in _ROWS]
    return "\n".join(head + rows + _growth(columns[0][1], columns[-1][1]) + _second(columns[-1][1]))


def _growth(first: Results, last: Results) -> list[str]:
    """Return a sentence on how cost grows from the first size to the last."""
    try:
        pictures = last["sync"]["pictures"] / first["sync"]["pictures"]
        time, memory = (
            [f"{last[step][what] / first[step][what]:.1f}" for step in ("sync", "index")]
            for what in ("cpu_s", "peak_mb")
        )
    except KeyError:
        return []
    return [
        "",
        f"From the first to the last there are {pictures:.1f} times as many pictures; sync took {time[0]} times the "
        f"processor time and {memory[0]} times the memory, index {time[1]} and {memory[1]} times.",
    ]


def _second(results: Results) -> list[str]:
    """Return a sentence on the second sync, where there was one."""
    if "index of new cards" not in results:
        return []
    sync, index = results["sync of new cards"], results["index of new cards"]
    return [
        "",
        f"{sync['new']} new faces among them: sync {_minutes(sync)} and {sync['cpu_s']:.0f} s of processor time "
        f"({sync['peak_mb']:.0f} MB), index {_minutes(index)} and {index['cpu_s']:.0f} s ({index['peak_mb']:.0f} MB).",
    ]


def _cell(cell: Callable[[Results], str], results: Results) -> str:
    try:
        return cell(results)
    except KeyError:
        return "-"


def _minutes(step: dict[str, float]) -> str:
    return f"{step['wall_s'] / 60:.1f} min" if step["wall_s"] >= 60 else f"{step['wall_s']:.0f} s"
