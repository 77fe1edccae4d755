"""Who appears in the photos that the judge is fitted and measured on, and what the engine may know of each.

All cards are of names that the picture network never saw (see ``training/data/face_pack.py``), so that their
pictures are as strange to it as those of the next set will be. A hash of the name shares them out, on every machine
alike: one half to fit on and one to measure on, and in each a third whose picture and title the engine knows, a
third known by title only, as most cards are to the starter index, and a third that it can't know at all.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import fold
from engine.core.artifacts import Artifacts
from engine.core.values import Rgb
from engine.pipeline.build import open_faces, open_recogniser
from engine.pipeline.recogniser import Recogniser
from engine.retrieval.picture_match import PictureWitness
from training.data.face_list import FaceRow, read_faces_csv, read_picture
from training.data.face_pack import is_held_out


class Known(StrEnum):
    """How far the engine may know a card."""

    PICTURED = "pictured"
    """By picture and title."""
    TITLED = "titled"
    """By title alone."""
    REMOVED = "removed"
    """Not at all: taken out of index and catalogue."""
    FAN_MADE = "fan-made"
    """In a Magic card's frame, but no Magic card."""
    OTHER_GAME = "other game"


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """A face: its picture, uint8 (H, W, 3), its card's name ("" where it has none), and how far it may be known."""

    picture: Rgb
    name: str
    known: Known


def is_for_fitting(name: str) -> bool:
    """Return whether a name's photos are fitted on, not measured on."""
    return _hash(name) % 2 == 0


def known_of(name: str) -> Known:
    """Return how far the engine may know a held-out name."""
    return (Known.PICTURED, Known.TITLED, Known.REMOVED)[_hash(name) // 2 % 3]


def _hash(name: str) -> int:
    # Not the digest's first bytes: those say which names are held out.
    return int.from_bytes(hashlib.sha256(fold(name.split(" // ")[0]).encode()).digest()[4:8], "big")


def real_actors(faces: Path, *, fitting: bool, known: Callable[[str], Known] = known_of) -> list[Actor]:
    """Return the faces of held-out names of one half.

    Raises:
        FacesCsvError: the list can't be read.
        PhotoError: a picture can't.
        ValueError: there is none.
    """
    rows = [row for row in read_faces_csv(faces) if is_held_out(row.name) and is_for_fitting(row.name) == fitting]
    if not rows:
        raise ValueError(f"{faces} has too few faces of names that are held out from training")
    return [Actor(read_picture(row.path), row.name, known(row.name)) for row in rows]


def strange_actors(
    table: Path, known: Known, *, fitting: bool, is_title: Callable[[str], bool] = lambda _: False
) -> list[Actor]:
    """Return one half of the fan-made or other games' faces of a CSV; those with a real card's title are left out.

    Args:
        is_title: tells of a fan-made card's title, as it was read, whether a real card or token bears it: to be
            taken for that one is not wrong, and nothing to learn from.

    Raises:
        OSError: the table can't be read.
        PhotoError: a picture can't.
    """
    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if not (row.get("real_title") or "").strip()]
    strange = [row["file"] for row in rows if not is_title(row.get("title_read") or "")]
    kept = [file for file in strange if is_for_fitting(file) == fitting]
    return [Actor(read_picture(table.parent / file), "", known) for file in kept]


class Knowledge:
    """What the engine may know, for :func:`recogniser_of`.

    Args:
        catalogue: tells which card a name means.
        names: all that may not be known fully.
        known: tells how far each may be.
    """

    def __init__(self, catalogue: Catalogue, names: Iterable[str], known: Callable[[str], Known] = known_of) -> None:
        self._known = {catalogue.name(c): known(n) for n in names if (c := catalogue.find(n)) is not None}

    def titled(self, name: str) -> bool:
        """Return whether the titles of a card of the catalogue may be known."""
        return self._known.get(name) is not Known.REMOVED

    def pictured(self, name: str) -> bool:
        """Return whether a face of the index may be known."""
        return self._known.get(name, Known.PICTURED) is Known.PICTURED


def recogniser_of(artifacts: Artifacts, catalogue: Catalogue, knows: Knowledge | None = None) -> Recogniser:
    """Return the engine's straight line, knowing what it may, or all; raises :class:`engine.ArtifactError`."""
    pictured, titled = (knows.pictured, knows.titled) if knows else (None, None)
    pictures = PictureWitness(*open_faces(artifacts, catalogue, pictured=pictured))
    recogniser, _ = open_recogniser(artifacts, catalogue, pictures, titled=titled)
    return recogniser


def held_out_names(rows: Sequence[FaceRow]) -> set[str]:
    """Return the names among the rows that the picture network never saw."""
    return {row.name for row in rows if is_held_out(row.name)}
