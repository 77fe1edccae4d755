"""Correct the names in a list of faces by the titles on the pictures: ``python -m training check-faces``.

Lists that were gathered by searching for a name hold cards that only contain it: *Jousting Dummy* under *Joust*. A face
under a wrong name would make the index name one card for another, so what the picture plainly says wins.
"""

from __future__ import annotations

import argparse
import csv
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from engine import PhotoError
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import fold
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.values import Rgb
from engine.reading.ocr import LineFinder, TextReader
from engine.reading.title_matcher import TitleMatcher
from engine.reading.title_reader import STRONG, TitleReader, TitleReading
from training.data.face_list import read_picture

READ_PX = 520
"""Height at which faces are read."""
MIN_SIMILARITY = 0.85
"""Least similarity of a title that may correct a name."""
OTHERS = {"face", "set", "collector_number", "scryfall_id"}
"""Columns that belong to the wrong card, too."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What the picture of a face says, and whether that corrects its name: a name that contains the given one does."""

    read: str
    corrects: bool


class FaceChecker:
    """Compares the names of faces with the titles on their pictures."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._titles = TitleReader(LineFinder(threads=1), TextReader(), TitleMatcher(catalogue.titles))

    def check(self, picture: Rgb, name: str) -> Correction | None:
        """Return which other card's title is plainly on a face, None if there is none."""
        size = max(1, round(picture.shape[1] * READ_PX / picture.shape[0])), READ_PX
        pixels = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.uint8)
        width, height = (side - 1 for side in size)
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        (reading,) = self._titles.read_strips([pixels], [corners])
        return self.compare(reading, name)

    def compare(self, reading: TitleReading, name: str) -> Correction | None:
        """Return what a title says of a face with this name; see :meth:`check`."""
        plain = [match for match in reading.matches if match.similarity >= MIN_SIMILARITY]
        own = self._catalogue.find(name)
        if not plain or reading.evidence < STRONG or own in {match.title.card_id for match in plain}:
            return None
        found = self._catalogue.name(plain[0].title.card_id)
        return Correction(found, fold(name) in fold(found))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training check-faces``."""
    parser.add_argument("--faces", type=Path, required=True, metavar="CSV", help="the list to check")
    parser.add_argument("--out", type=Path, required=True, metavar="CSV", help="the corrected list")


def run(args: argparse.Namespace) -> int:
    """Write the list with the names corrected; print what was, and what is only doubtful."""
    with args.faces.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    with closing(Catalogue.open(open_artifacts(SHIPPED).catalogue)) as catalogue:
        checker = FaceChecker(catalogue)
        for row in tqdm(rows, desc="faces", unit="face", file=sys.stderr):
            file, row["file"] = row["file"], str((args.faces.parent / row["file"]).resolve())
            try:
                correction = checker.check(read_picture(Path(row["file"])), row["name"])
            except PhotoError as error:
                print(f"{file}: {error.message}")
                continue
            if correction is not None:
                print(f"{file}: {row['name']} reads {correction.read}{'' if correction.corrects else ', left'}")
            if correction is not None and correction.corrects:
                row.update({"name": correction.read, **dict.fromkeys(OTHERS & set(columns), "")})
    with args.out.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return 0
