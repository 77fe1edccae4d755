"""The list beside the face index: the card and printing of each row."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from engine.core.errors import ArtifactDamaged


@dataclass(frozen=True, slots=True)
class IndexedFace:
    """The card and printing of one row; ``face`` is the face's name on a two-faced card. Unknown texts are empty."""

    name: str
    face: str
    set: str
    collector_number: str
    scryfall_id: str


COLUMNS = tuple(field.name for field in fields(IndexedFace))


def write_faces(path: Path, faces: Iterable[IndexedFace]) -> None:
    """Write the rows as CSV, in the index's order."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(astuple(face) for face in faces)


def read_faces(path: Path) -> list[IndexedFace]:
    """Read the rows; raises :class:`ArtifactDamaged` unless the file is as :func:`write_faces` writes it."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines)
            header = next(rows, [])
            faces = [IndexedFace(*row) for row in rows]
    except (ValueError, TypeError, csv.Error, OSError) as error:
        raise ArtifactDamaged(f"{path.name} can't be read ({error}); build the artifacts again.") from error
    if tuple(header) != COLUMNS:
        raise ArtifactDamaged(f"{path.name} has the columns {header}, not {list(COLUMNS)}; build the artifacts again.")
    return faces
