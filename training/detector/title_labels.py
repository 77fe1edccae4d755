"""Find the title lines of card faces: ``python -m training label-titles``.

The faces are read with the engine's own text models. A line counts only if it says the card's name, or, of fan-made
cards, the title that was once read on them.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from rapidfuzz import fuzz
from tqdm import tqdm

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.values import Corners, Rgb
from engine.pipeline.stacks import COST_RIGHT
from engine.reading.ocr import LineFinder, TextReader, crop_line
from engine.reading.title_matcher import title_key
from engine.reading.title_positions import AFTERMATH, FLIP, SPLIT
from training.data.face_list import iterate_faces_csv, read_picture
from training.detector.titled_faces import TitledFace, save_titled_faces

FACE_PX = 700
"""Height at which faces are read."""
HEAD, SIDE = 0.16, 0.25
"""Parts of the upright face and of the face on its side in which titles stand, over its height there."""
MIN_LINE_PX, MIN_ASPECT = 8.0, 1.2
MIN_RATIO = 80.0
"""Least similarity, of 100, of a line and the name that it says."""
SYMBOL_WIDTH, COST_GAP = 0.0505, 0.008
"""Width of a symbol of a mana cost, and least gap to the title, over the card's width: the same in all frames from 1993
to today, within a third of a symbol."""
MIN_TITLE_WIDTH = 0.03
SYMBOL = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A line that says ``name``: corners in fractions of the upright face, quarter turns anticlockwise, similarity."""

    name: str
    corners: Corners
    turns: int
    ratio: float


class TitleLabeller:
    """Finds the titles of faces."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._finder, self._reader, self._catalogue = LineFinder(threads=1), TextReader(threads=1), catalogue

    def label(self, picture: Rgb, name: str, face: str = "") -> TitledFace | None:
        """Return the titles of a face; None if no line says its name."""
        size = max(1, round(picture.shape[1] * FACE_PX / picture.shape[0])), FACE_PX
        upright = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
        card_id = self._catalogue.find(name)
        layout = "" if card_id is None else self._catalogue.card(card_id).layout
        names = list(dict.fromkeys(part for part in (face, *name.split(" // "), name) if part))
        found = list(self._find(upright, 0, HEAD, names))
        if layout == SPLIT or not found:
            found += [line for turns in (1, 3) for line in self._find(upright, turns, SIDE, names)]
        if layout in {FLIP, AFTERMATH}:
            found += self._find(upright, *((2, HEAD) if layout == FLIP else (3, SIDE)), names)
        costs = "" if card_id is None else self._catalogue.card(card_id).mana_cost
        titles, cost_quads = [], []
        for line in _best_by_place(found):
            title, cost = _with_cost(line, costs.split(" // ")[0] if line.turns == 0 and layout != SPLIT else "")
            if title is not None:
                titles.append(_plain(title))
                cost_quads.append(None if cost is None else _plain(cost))
        return TitledFace("", "real", name, tuple(titles), tuple(cost_quads)) if titles else None

    def _find(self, upright: Rgb, turns: int, share: float, names: Sequence[str]) -> Iterator[_Found]:
        """Yield the lines in the upper ``share`` of a face, turned anticlockwise, that say one of the names."""
        turned = np.ascontiguousarray(np.rot90(upright, turns))
        height, width = turned.shape[:2]
        band = turned[: round(share * height)]
        for line in self._finder.find_lines(band):
            if line.height < MIN_LINE_PX or line.width < MIN_ASPECT * line.height:
                continue
            (text,) = self._reader.read([crop_line(band, line.corners)])
            ratios = {name: fuzz.ratio(title_key(text.text), title_key(name)) for name in names}
            best = max(ratios, key=lambda name: ratios[name])
            if ratios[best] >= MIN_RATIO:
                corners = line.corners / np.array([width, height], np.float32)
                for _ in range(turns):
                    corners = np.stack([1 - corners[:, 1], corners[:, 0]], 1)
                yield _Found(best, corners.astype(np.float32), turns, ratios[best])


def _best_by_place(found: Sequence[_Found]) -> list[_Found]:
    """Return the lines, each place once."""
    best: dict[tuple[int, ...], _Found] = {}
    for line in sorted(found, key=lambda one: -one.ratio):
        best.setdefault(tuple(np.round(line.corners.mean(0) * 50).astype(int).tolist()), line)
    return list(best.values())


def _with_cost(line: _Found, cost: str) -> tuple[Corners | None, Corners | None]:
    """Return the corners of an upright title and of its mana cost; the title ends where the cost begins."""
    count = len(SYMBOL.findall(cost))
    if count == 0:
        return line.corners, None
    left = COST_RIGHT - SYMBOL_WIDTH * count
    top, bottom = float(line.corners[:2, 1].mean()), float(line.corners[2:, 1].mean())
    title = line.corners.copy()
    title[1:3, 0] = np.minimum(title[1:3, 0], left - COST_GAP)
    quad = np.array([[left, top], [COST_RIGHT, top], [COST_RIGHT, bottom], [left, bottom]], np.float32)
    return (title, quad) if title[1, 0] - title[0, 0] >= MIN_TITLE_WIDTH else (None, None)


def _plain(corners: Corners) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in corners)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training label-titles``."""
    parser.add_argument("--faces", type=Path, required=True, metavar="CSV", help="real card faces and their names")
    parser.add_argument("--fan-made", type=Path, metavar="CSV", help="fan-made faces: columns file,title_read")
    parser.add_argument(
        "--other", type=Path, action="append", default=[], metavar="CSV", help="other games' faces; may be repeated"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the list to write")


def run(args: argparse.Namespace) -> int:
    """Read all faces and write the list; faces whose title can't be read are left out."""
    labeller = TitleLabeller(Catalogue.open(open_artifacts(SHIPPED).catalogue))
    wanted = [(row.path, "real", row.name, row.face) for row in iterate_faces_csv(args.faces)]
    if args.fan_made:
        wanted += [(path, "fan-made", row["title_read"], "") for path, row in _rows(args.fan_made)]
    faces, left_out = [], 0
    for path, kind, name, face in tqdm(wanted, desc="faces", unit="face", file=sys.stderr):
        labelled = labeller.label(read_picture(path), name, face)
        if labelled is None:
            left_out += 1
            continue
        known = name if kind == "real" else ""
        faces.append(TitledFace(_relative(path, args.out), kind, known, labelled.titles, labelled.costs))
    faces += [TitledFace(_relative(path, args.out), "other", "") for table in args.other for path, _ in _rows(table)]
    save_titled_faces(faces, args.out)
    print(f"{args.out}: {len(faces)} faces; {left_out} left out because no line says their name")
    return 0


def _rows(table: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    with table.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield table.parent / row["file"], row


def _relative(path: Path, out: Path) -> str:
    return os.path.relpath(path.resolve(), out.parent.resolve()).replace(os.sep, "/")
