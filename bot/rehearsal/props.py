"""Photos for a rehearsal, the cards they show, and pictures of cards to use instead of the network."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PHOTOS_CSV, FACES_CSV, ARTIFACTS = "photos.csv", "faces.csv", "artifacts"
"""In the folder that ``python -m training demo`` writes."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A file to post.

    Attributes:
        names: the cards it shows, as far as known.
    """

    file: str
    data: bytes
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Props:
    """Everything a rehearsal needs.

    Attributes:
        first: the photo to post in a channel.
        more: photos of single cards: a good one, one to be unsure about, and one without a legible name.
        faces: pictures of cards by name, PNG or JPEG.
        artifacts: the engine's folder, None for the shipped one.
    """

    first: Photo
    more: tuple[Photo, ...] = ()
    faces: Mapping[str, bytes] = field(default_factory=dict)
    artifacts: Path | None = None


def load_drawn_props(folder: Path) -> Props:
    """Load what ``python -m training demo`` wrote to a folder; raises OSError if it didn't."""
    photos = [
        Photo(row["file"], (folder / row["file"]).read_bytes(), tuple(row["names"].split("|")))
        for row in _rows(folder / PHOTOS_CSV)
    ]
    faces = {row["name"]: (folder / row["file"]).read_bytes() for row in _rows(folder / FACES_CSV)}
    return Props(photos[0], tuple(photos[1:]), faces, folder / ARTIFACTS)


def load_photo_props(file: Path) -> Props:
    """Load somebody's own photo, of unknown cards; raises OSError."""
    return Props(Photo(file.name, file.read_bytes()))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))
