"""Cut the name plates of listed faces and pack them into one small file: ``python -m training pack-plates``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.errors import PhotoError
from engine.reading.ocr import LineFinder
from training.data.face_list import read_faces_csv, read_picture
from training.symbols.drawing import locate_cost
from training.symbols.plates import Plate, PlateLabel, cut_plate, printed_cost, write_plates

MIN_FIT = 0.3
"""Correlation with a drawn cost below which a plate is left out: it shows another cost, or has it elsewhere."""


def iterate_plates(lists: Iterable[Path], catalogue: Catalogue, font: Path | None) -> Iterator[Plate]:
    """Yield the plate of each listed face whose cost is known and found on it; report pictures that can't be read."""
    finder = LineFinder(threads=1)
    for row in tqdm([row for path in lists for row in read_faces_csv(path)], unit="face", desc="cutting"):
        cost = printed_cost(catalogue, row.name, row.face)
        if cost is None:
            continue
        try:
            pixels = cut_plate(read_picture(row.path), finder)
        except PhotoError as error:
            tqdm.write(f"left out {row.path}: {error.message}", file=sys.stderr)
            continue
        ends, fit = locate_cost(pixels, cost, font)
        if fit > MIN_FIT:
            yield Plate(PlateLabel(row.name, cost), pixels, ends)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training pack-plates``."""
    parser.add_argument("--faces", type=Path, action="append", required=True, metavar="CSV", help="a list of faces")
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose catalogue has the costs")
    parser.add_argument(
        "--font", type=Path, metavar="FILE", help="a font with mana symbols, as for training train cost"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the pack to write")


def run(args: argparse.Namespace) -> int:
    """Cut, pack and report."""
    with closing(Catalogue.open(open_artifacts(args.artifacts).catalogue)) as catalogue:
        count = write_plates(args.out, iterate_plates(args.faces, catalogue, args.font))
    print(f"{args.out}: {count} plates, {args.out.stat().st_size / 1e6:.1f} MB")
    return 0
