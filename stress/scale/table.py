"""The figures of a run as a Markdown table with a column for each size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from training.scoring.tables import Table

Results = dict[str, Any]
"""Figures by step."""

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


def figures_table(columns: Sequence[tuple[str, Results]]) -> str:
    """Return the table and its sentences as Markdown; a figure that was not measured is a dash."""
    rows = []
    for name, figure in _ROWS:
        cells = []
        for _, results in columns:
            try:
                cells.append(figure(results))
            except KeyError:
                cells.append("-")
        rows.append((name, *cells))
    table = Table("scale", ("", *(name for name, _ in columns)), tuple(rows))
    return "\n\n".join([table.to_markdown(), *_sentences(columns[0][1], columns[-1][1])])


def _sentences(first: Results, last: Results) -> Iterator[str]:
    """Yield how cost grows from the first size to the last, and what the second sync of the last size cost."""
    with suppress(KeyError):
        pictures = last["sync"]["pictures"] / first["sync"]["pictures"]
        time, memory = (
            [f"{last[step][what] / first[step][what]:.1f}" for step in ("sync", "index")]
            for what in ("cpu_s", "peak_mb")
        )
        yield (
            f"From the first to the last there are {pictures:.1f} times as many pictures; sync took {time[0]} times "
            f"the processor time and {memory[0]} times the memory, index {time[1]} and {memory[1]} times."
        )
    if "index of new cards" in last:
        sync, index = last["sync of new cards"], last["index of new cards"]
        yield (
            f"{sync['new']} new faces among them: sync {_minutes(sync)} and {sync['cpu_s']:.0f} s of processor time "
            f"({sync['peak_mb']:.0f} MB), index {_minutes(index)} and {index['cpu_s']:.0f} s "
            f"({index['peak_mb']:.0f} MB)."
        )


def _minutes(step: dict[str, float]) -> str:
    return f"{step['wall_s'] / 60:.1f} min" if step["wall_s"] >= 60 else f"{step['wall_s']:.0f} s"
