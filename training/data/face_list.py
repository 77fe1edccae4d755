"""Lists of card faces (``FACES.csv``) and their pictures."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.values import Rgb
from engine.image.photo import open_photo
from training.data.errors import CommandError

COLUMNS = ("file", "name", "face", "set", "collector_number", "scryfall_id")
"""Columns that our commands write; only the first two are required for reading."""
MAX_FACE_SIDE_PX = 2000
"""Longest side of a face; larger scans are reduced while they are decoded."""


class FacesCsvError(CommandError):
    """A list of faces can't be used; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class FaceRow:
    """A row of a list of faces: the picture, the card's name, and the printing if known."""

    path: Path
    name: str
    face: str
    set: str
    collector_number: str
    scryfall_id: str


def read_faces_csv(path: Path) -> list[FaceRow]:
    """Return all rows of :func:`iterate_faces_csv`."""
    return list(iterate_faces_csv(path))


def iterate_faces_csv(path: Path) -> Iterator[FaceRow]:
    """Yield the rows of a CSV with at least the first two of :data:`COLUMNS`; large ones wouldn't fit in memory.

    Raises:
        FacesCsvError: the file can't be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = {"file", "name"} - set(reader.fieldnames or ())
            if missing:
                raise FacesCsvError(f"{path} lacks the column(s) {', '.join(sorted(missing))}; it needs file,name.")
            for row in reader:
                if row["file"] and row["name"]:
                    file, name, face, code, *printing = ((row.get(column) or "").strip() for column in COLUMNS)
                    yield FaceRow(path.parent / file, name, face, code.lower(), *printing)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FacesCsvError(f"{path} can't be read as UTF-8 CSV: {error}") from error


def read_picture(path: Path) -> Rgb:
    """Return a face's picture, uint8 (H, W, 3); raises :class:`engine.PhotoError` if it can't be read."""
    return np.ascontiguousarray(open_photo(path).view(MAX_FACE_SIDE_PX).pixels)
