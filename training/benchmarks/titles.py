"""Compare the index of titles with a comparison of every title, on noisy lines: answers, time, memory.

python -m training bench-titles [--titles 300000] [--lines 10000] [--artifacts DIR] [--json]

The lines are titles of all languages, spoilt as recognition spoils them: letters replaced, lost and invented, and now
and then a mana cost read behind the title. A catalogue with fewer titles than asked for gets more, with the beginning
of one and the end of another.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from tqdm import tqdm

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import Title, fold
from engine.catalogue.titles import TitleTable
from engine.core.arguments import positive
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.reading.title_matcher import CANDIDATES, MIN_SIMILARITY, TitleMatcher, title_key
from training.benchmarks.process_memory import is_available, memory_of, private
from training.scoring.tables import Table
from training.scoring.timing import timed

TITLES, LINES = 300_000, 10_000
SPOILT = (0.0, 0.05, 0.1, 0.2)
"""Shares of a line's letters that are misread."""
COSTS, COST_SHARE = ("R", "1", "2W", "oo"), 0.1
SEED = 25
KIB, MIB = 1024, 2**20
ROUNDED = 1e-6

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class TitlesResult:
    """The figures of one catalogue.

    Attributes:
        same: lines for which the index finds the same keys, equally similar, as comparing all.
        p50_ms, p95_ms: time in which a line is matched, one core.
        all_p50_ms: time in which a line is compared with all.
        load_s: time in which a table of the titles is made.
        mebibytes: what it takes; None where the system doesn't tell.
    """

    titles: int
    lines: int
    same: int
    p50_ms: float
    p95_ms: float
    all_p50_ms: float
    load_s: float
    mebibytes: float | None


def more_titles(titles: Sequence[Title], count: int, rng: np.random.Generator) -> list[Title]:
    """Return ``count`` titles that begin like one of the given and end like another, of the same language."""
    by_lang: dict[str, list[Title]] = {}
    for title in titles:
        by_lang.setdefault(title.lang, []).append(title)
    added = []
    for _ in range(count):
        first = _pick(titles, rng)
        second = _pick(by_lang[first.lang], rng)
        text = first.text[: len(first.text) // 2] + second.text[len(second.text) // 2 :]
        added.append(Title(text, first.card_id, first.lang, first.face, fold(text)))
    return added


def _pick(values: Sequence[Value], rng: np.random.Generator) -> Value:
    return values[int(rng.integers(len(values)))]


def spoil(text: str, share: float, letters: str, rng: np.random.Generator) -> str:
    """Return a text with about a share of its letters replaced by some of ``letters``, lost, or one invented."""
    kept = []
    for letter in text:
        chance = rng.random() / share if share else 1.0
        if chance < 0.6:
            kept.append(_pick(letters, rng))
        elif chance >= 0.8:
            kept.append(letter + (_pick(letters, rng) if chance < 1.0 else ""))
    return "".join(kept)


def noisy_line(titles: Sequence[Title], rng: np.random.Generator) -> str:
    """Return a title as recognition may read it."""
    title = _pick(titles, rng)
    others = [other.text for other in (_pick(titles, rng) for _ in range(40)) if other.lang == title.lang]
    line = spoil(title.text, _pick(SPOILT, rng), "".join([title.text, *others]), rng)
    return f"{line} {_pick(COSTS, rng)}" if rng.random() < COST_SHARE else line


def measure(titles: Sequence[Title], count: int, rng: np.random.Generator) -> TitlesResult:
    """Return the figures of some titles and ``count`` noisy lines."""
    before = private(memory_of(os.getpid())) if is_available() else None
    table, load_ms = timed(TitleTable.of, titles)
    used = None if before is None else (private(memory_of(os.getpid())) - before) * KIB / MIB
    matcher, times, all_times, same = TitleMatcher(table), [], [], 0
    keys = list(dict.fromkeys(title_key(title.text) for title in titles))
    rows = dict(zip((title_key(title.text) for title in titles), table.keys.rows.tolist(), strict=True))
    for line in tqdm([noisy_line(titles, rng) for _ in range(count)], unit="line"):
        times.append(timed(matcher.match, line)[1])
        key = title_key(line)
        near = table.keys.nearest(key, CANDIDATES, MIN_SIMILARITY)
        compared, took_ms = timed(
            process.extract,
            key,
            keys,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=MIN_SIMILARITY - ROUNDED,
            limit=CANDIDATES,
        )
        all_times.append(took_ms)
        found = [(one.row, round(one.similarity, 6)) for one in near]
        same += found == [(rows[other], round(similarity, 6)) for other, similarity, _ in compared]
    p50, p95 = np.percentile(times, (50, 95)).tolist()
    return TitlesResult(len(titles), count, same, p50, p95, float(np.median(all_times)), load_ms / 1000, used)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training bench-titles``."""
    parser.add_argument("--titles", type=positive, default=TITLES, metavar="N", help="titles, at least the catalogue's")
    parser.add_argument("--lines", type=positive, default=LINES, metavar="N")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose catalogue")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    rng = np.random.default_rng(SEED)
    with closing(Catalogue.open(open_artifacts(args.artifacts).catalogue)) as catalogue:
        titles = list(catalogue.titles)
    titles += more_titles(titles, max(args.titles - len(titles), 0), rng)
    result = measure(titles, args.lines, rng)
    print(json.dumps(asdict(result)) if args.json else to_markdown(result))
    return 0


def to_markdown(result: TitlesResult) -> str:
    """Return the figures as a Markdown table."""
    columns = "titles", "lines", "same as comparing all", "ms p50", "ms p95", "comparing all, ms p50", "load, s", "MiB"
    memory = "–" if result.mebibytes is None else f"{result.mebibytes:.0f}"
    times = (f"{value:.2f}" for value in (result.p50_ms, result.p95_ms, result.all_p50_ms, result.load_s))
    row = f"{result.titles:,}", f"{result.lines:,}", f"{result.same:,}", *times, memory
    return Table("titles", columns, (row,)).to_markdown()
