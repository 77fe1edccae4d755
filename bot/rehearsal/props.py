"""What a rehearsal is played with: photos, what they really show, and cards' pictures for where no network is."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PHOTOS_CSV, FACES_CSV, ARTIFACTS = "photos.csv", "faces.csv", "artifacts"
"""In the folder that ``python -m training demo`` writes."""
NAMES_APART = "|"


@dataclass(frozen=True, slots=True)
class Photo:
    """A file that is posted.

    Attributes:
        names: what it shows, as far as that is known.
    """

    file: str
    data: bytes
    names: tuple[str, ...] = ()

    @property
    def upload(self) -> tuple[str, bytes]:
        """As an attachment."""
        return self.file, self.data


@dataclass(frozen=True, slots=True)
class Props:
    """All that is needed for a rehearsal.

    Attributes:
        first: the photo that is posted in a channel.
        more: photos of single cards: a good one, one to be unsure of, and one on which no name can be read.
        faces: pictures of cards by their names, PNG or JPEG.
        artifacts: the engine's folder, None for the shipped one.
    """

    first: Photo
    more: tuple[Photo, ...] = ()
    faces: Mapping[str, bytes] = field(default_factory=dict)
    artifacts: Path | None = None


def load_drawn_props(folder: Path) -> Props:
    """Return what ``python -m training demo`` left in a folder; raises OSError where it did not run there."""
    photos = [
        Photo(row["file"], (folder / row["file"]).read_bytes(), tuple(row["names"].split(NAMES_APART)))
        for row in _rows(folder / PHOTOS_CSV)
    ]
    faces = {row["name"]: (folder / row["file"]).read_bytes() for row in _rows(folder / FACES_CSV)}
    return Props(photos[0], tuple(photos[1:]), faces, folder / ARTIFACTS)


def load_photo_props(file: Path) -> Props:
    """Return somebody's own photo, of which nothing is known; raises OSError where it can't be read."""
    return Props(Photo(file.name, file.read_bytes()))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))
