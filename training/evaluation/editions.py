"""Measure how well real scans' printings are told apart, and what each clue is worth.

Each scan of a known printing is photographed by the synthetic camera at several sizes, the engine finds and names it,
and the printing is told from each clue alone and from all of them. The index is left out: it knows these very scans.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from engine.catalogue.catalogue import Catalogue, PrintingRow
from engine.core.timing import Stopwatch
from engine.core.values import Rgb, Witness
from engine.image.photo import open_photo
from engine.pipeline.recogniser import Recogniser
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.printings.posterior import Clues, PrintingVerdict, identify_printing
from training.camera.optics import to_jpeg
from training.data.face_list import FaceRow, read_faces_csv, read_picture
from training.data.held_out import is_held_out
from training.scene.demo_set import JPEG_QUALITY
from training.scoring.tables import Table

MIN_PRINTINGS = 3
ERAS = (
    ("2019-09-01", "since 2019"),
    ("2014-07-01", "2015"),
    ("2003-07-01", "2003"),
    ("1996-10-01", "1997"),
    ("", "1993"),
)
"""Frames with the dates of their first sets."""
CLUES: Mapping[str, Callable[[Clues], Clues]] = {
    "nothing": lambda _: Clues(NOTHING_PRINTED),
    "symbol": lambda clues: Clues(NOTHING_PRINTED, symbol=clues.symbol),
    "frame": lambda clues: Clues(NOTHING_PRINTED, looks=clues.looks),
    "artist": lambda clues: Clues(CollectorLine(texts=clues.line.texts)),
    "collector line": lambda clues: Clues(replace(clues.line, texts=())),
    "all": lambda clues: clues,
}
"""What is left of the clues in each row of the ablation."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan of a known printing."""

    face: FaceRow
    card_id: int
    row: PrintingRow

    @property
    def era(self) -> str:
        """The frame of its time."""
        return next(name for since, name in ERAS if self.row.released_at >= since)


def choose_scans(lists: Sequence[Path], catalogue: Catalogue, count: int, rng: np.random.Generator) -> list[Scan]:
    """Return scans of names that were not learnt from and have several printings; as many of each era as there are."""
    by_era: dict[str, list[Scan]] = {name: [] for _, name in ERAS}
    for face in (face for path in lists for face in read_faces_csv(path)):
        card_id = catalogue.find(face.name) if face.set and is_held_out(face.name) else None
        rows = [] if card_id is None else catalogue.printings(card_id)
        same = [row for row in rows if (row.set, row.collector_number) == (face.set, face.collector_number)]
        if card_id is not None and same and len({(row.set, row.collector_number) for row in rows}) >= MIN_PRINTINGS:
            scan = Scan(face, card_id, same[0])
            by_era[scan.era].append(scan)
    share = -(-count // len(by_era))
    return [scans[int(at)] for scans in by_era.values() for at in rng.permutation(len(scans))[:share]]


def measure_scans(
    recogniser: Recogniser,
    scans: Sequence[Scan],
    heights: Sequence[int],
    shoot: Callable[[Rgb, int, int], Rgb],
) -> Counter[tuple[str, int, str, str]]:
    """Return counts of answers by clue, height, era, and ``right``, ``wrong``, ``open`` or ``unnamed``.

    Args:
        shoot: returns a photo of a face at a height; the last number seeds it.
    """
    counts: Counter[tuple[str, int, str, str]] = Counter()
    for at, scan in enumerate(tqdm(scans, desc="evaluate-printings", unit="scan", file=sys.stderr)):
        picture = read_picture(scan.face.path)
        for height in heights:
            photo = open_photo(to_jpeg(shoot(picture, height, at), JPEG_QUALITY))
            cards = recogniser.recognise(photo, Witness.BOTH, Stopwatch())
            card = next((c for c in cards if c.verdict.best and c.verdict.best.card_id == scan.card_id), None)
            if card is None:
                counts["all", height, scan.era, "unnamed"] += 1
                continue
            rows, clues = recogniser.printings.gather(photo, card.titled, scan.card_id, card.line, Stopwatch())
            for name, keep in CLUES.items():
                counts[name, height, scan.era, outcome(identify_printing(rows, keep(clues)), scan.row)] += 1
    return counts


def outcome(verdict: PrintingVerdict, row: PrintingRow) -> str:
    """Return whether a verdict is ``right``, ``wrong``, ``open``, or open with the right one ``among`` the possible."""
    truth = (row.set, row.collector_number)
    if verdict.printing is not None:
        told = (verdict.printing.set, verdict.printing.collector_number)
        return "right" if told == truth else "wrong"
    return "among" if truth in [(one.set, one.collector_number) for one in verdict.possible] else "open"


def scan_tables(counts: Counter[tuple[str, int, str, str]]) -> list[Table]:
    """Return the figures by height, by era, and by clue."""
    heights = sorted({height for _, height, _, _ in counts})
    by_height = [(f"{height} px", lambda c, h=height: c[0] == "all" and c[1] == h) for height in heights]
    by_era = [(name, lambda c, n=name: c[0] == "all" and c[2] == n) for _, name in reversed(ERAS)]
    by_clue = [(name, lambda c, n=name: c[0] == n) for name in CLUES]
    return [
        _table(counts, f"Printings of real scans, {what}", rows)
        for what, rows in (("by height", by_height), ("by era", by_era), ("by clue", by_clue))
    ]


def _table(
    counts: Counter[tuple[str, int, str, str]],
    title: str,
    groups: Sequence[tuple[str, Callable[[tuple[str, int, str, str]], bool]]],
) -> Table:
    rows = []
    for name, belongs in groups:
        sums = Counter[str]()
        for key, count in counts.items():
            sums[key[3]] += count if belongs(key) else 0
        named = sums["right"] + sums["wrong"] + sums["among"] + sums["open"]
        if named:
            left = sums["among"] + sums["open"]
            share = f"{100 * sums['right'] / named:.1f}%"
            rows.append((name, str(named), share, str(sums["wrong"]), str(left), f"{sums['among']} of {left}"))
    columns = ("", "cards", "right", "wrong", "left open", "right one among ten likeliest")
    return Table(title, columns, tuple(rows))
