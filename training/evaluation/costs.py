"""Measure the reader of mana costs: ``python -m training evaluate-cost --pack PLATES.pack --model COST.onnx``.

On plates of names that were held out from training, as photos would have them, by the height of the title's line.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from engine.reading.mana_cost import CostReader, cost_log_odds, symbol_numbers
from training.data.errors import CommandError
from training.scoring.tables import Table
from training.scoring.timing import timed
from training.symbols.crops import Crop, cut_crop
from training.symbols.plates import Plate, read_plates

LINE_HEIGHTS_PX = (30, 20, 14, 10)
CROPS_OF_PLATE = 2
OTHERS = 100
"""Random other cards with which each plate's own cost is compared."""
REJECTED = -2.0
"""Nats below which a card is as good as ruled out by its cost."""
SEED = 11
"""Of the test crops; training uses other ones."""


@dataclass(frozen=True, slots=True)
class CostFigures:
    """The figures at one height of the line.

    Attributes:
        crops: with the whole cost, of cards that have one.
        right: share of these whose cost is read without a mistake.
        nothing: share of these in which nothing is read.
        auc: probability that a plate's own cost has more evidence than another card's; half for equal evidence.
        auc_unequal: the same without other cards of the same cost.
        own, other: median nats for a plate's own cost, and for another card's.
        rejected: share of these whose own cost has less evidence than :data:`REJECTED`.
        empty: number of crops without any symbol: lands, and plates cut off before the cost.
        empty_read: share of those in which a symbol is read.
    """

    crops: int
    right: float
    nothing: float
    auc: float
    auc_unequal: float
    own: float
    other: float
    rejected: float
    empty: int
    empty_read: float


def measure_height(reader: CostReader, plates: Sequence[Plate], line_px: int) -> CostFigures:
    """Return the figures on :data:`CROPS_OF_PLATE` crops of each plate."""
    rng = np.random.default_rng((SEED, line_px))
    crops = [(plate, cut_crop(plate, rng, plates, line_px)) for plate in plates for _ in range(CROPS_OF_PLATE)]
    readings = reader.read([crop.pixels for _, crop in crops])
    own, others, equal, right, nothing, empty = [], [], [], 0, 0, []
    for (plate, crop), reading in zip(crops, readings, strict=True):
        if not crop.symbols:
            empty.append(bool(reading.symbols))
            continue
        right += tuple(symbol_numbers(reading.cost)) == crop.symbols
        nothing += not reading.symbols
        costs = [plates[int(at)].label.cost for at in rng.integers(len(plates), size=OTHERS)]
        own.append(cost_log_odds(reading, plate.label.cost))
        others.append([cost_log_odds(reading, cost) for cost in costs])
        equal.append([cost == plate.label.cost for cost in costs])
    mine, theirs, same = np.array(own), np.array(others), np.array(equal)
    return CostFigures(
        len(own), right / len(own), nothing / len(own), area_under_curve(mine, theirs.ravel()),
        area_under_curve(mine, theirs[~same]), float(np.median(mine)), float(np.median(theirs[~same])),
        float((mine < REJECTED).mean()), len(empty), float(np.mean(empty)) if empty else 0.0,
    )  # fmt: skip


def area_under_curve(right: NDArray[np.float64], wrong: NDArray[np.float64]) -> float:
    """Return the probability that a right value exceeds a wrong one; equal ones count half."""
    ordered = np.sort(wrong)
    below, up_to = np.searchsorted(ordered, right, "left"), np.searchsorted(ordered, right, "right")
    return float((below + up_to).mean() / 2 / len(wrong))


def figure_table(figures: dict[int, CostFigures]) -> Table:
    """Return the figures as a table."""
    columns = ("line", "costs", "right", "nothing read", "AUC", "unequal costs", "own / other, nats", "own < -2 nats",
               "no cost: read")  # fmt: skip
    rows = tuple(
        (
            f"{px} px", str(one.crops), f"{one.right:.1%}", f"{one.nothing:.1%}", f"{one.auc:.3f}",
            f"{one.auc_unequal:.3f}", f"{one.own:+.1f} / {one.other:+.1f}", f"{one.rejected:.1%}",
            f"{one.empty_read:.1%} of {one.empty}",
        )
        for px, one in figures.items()
    )  # fmt: skip
    return Table("mana costs of held-out names", columns, rows)


def measure_speed(reader: CostReader, crops: Sequence[Crop]) -> float:
    """Return the median milliseconds that a crop takes, read one at a time."""
    return statistics.median(timed(reader.read, [crop.pixels])[1] for crop in crops)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-cost``."""
    parser.add_argument("--pack", type=Path, action="append", required=True, metavar="FILE", help="a pack of plates")
    parser.add_argument("--model", type=Path, required=True, metavar="COST.onnx", help="an exported reader")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: argparse.Namespace) -> int:
    """Measure and report; raises CommandError."""
    plates = [plate for plate in read_plates(args.pack) if plate.label.held_out]
    if not plates:
        raise CommandError("no plate is held out from training: --pack needs more names")
    reader = CostReader(args.model, threads=1)
    bar = tqdm(LINE_HEIGHTS_PX, leave=False, file=sys.stderr)
    figures = {px: measure_height(reader, plates, px) for px in bar}
    rng = np.random.default_rng(SEED)
    speed = measure_speed(reader, [cut_crop(plate, rng, plates) for plate in plates[:200]])
    if args.json:
        print(json.dumps({"ms": speed, "heights": {str(px): asdict(one) for px, one in figures.items()}}))
    else:
        print(f"{figure_table(figures).to_text()}\n{len(plates)} plates; {speed:.1f} ms a crop on one core")
    return 0
