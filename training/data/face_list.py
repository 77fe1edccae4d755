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
"""Of every list that our own commands write; only the first two are required of one that is read."""
MAX_FACE_SIDE_PX = 2000
"""No face needs more; print-quality scans are reduced while they are decoded."""


class FacesCsvError(CommandError):
    """The list of faces can't be used; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class FaceRow:
    """One line of a list of faces: the picture, the card's name, and the printing where known."""

    path: Path
    name: str
    face: str
    set: str
    collector_number: str
    scryfall_id: str


def read_faces_csv(path: Path) -> list[FaceRow]:
    """Return the rows of a CSV with the columns ``file,name`` and, where known, the others of :class:`FaceRow`.

    Raises:
        FacesCsvError: the file can't be read or lacks a column.
    """
    return list(iterate_faces_csv(path))


def iterate_faces_csv(path: Path) -> Iterator[FaceRow]:
    """Yield the rows as :func:`read_faces_csv` returns them, one at a time: half a million are half a gigabyte.

    Raises:
        FacesCsvError: the file can't be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = {"file", "name"} - set(reader.fieldnames or ())
            if missing:
                raise FacesCsvError(f"{path} lacks the column(s) {', '.join(sorted(missing))}; it needs file,name.")
            yield from (_row(path.parent, row) for row in reader if row["file"] and row["name"])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FacesCsvError(f"{path} can't be read as UTF-8 CSV: {error}") from error


def _row(folder: Path, row: dict[str, str | None]) -> FaceRow:
    def value(column: str) -> str:
        return (row.get(column) or "").strip()

    return FaceRow(
        folder / value("file"),
        value("name"),
        value("face"),
        value("set").lower(),
        value("collector_number"),
        value("scryfall_id"),
    )


def read_picture(path: Path) -> Rgb:
    """Return a face's picture, uint8 (H, W, 3); raises :class:`engine.PhotoError` where it can't be read."""
    pixels = open_photo(path).view(MAX_FACE_SIDE_PX).pixels
    return np.ascontiguousarray(pixels)
