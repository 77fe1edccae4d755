"""Divide cards into splits for fitting and measuring the judge.

All cards have names that the picture network was not trained on (see ``training/data/face_pack.py``), so that their
pictures are as new to it as those of the next set. A hash of the name decides: one half of the names is for fitting
and one for measuring. Of each half the engine knows a third by picture and title, a third by title only, like most
cards of the starter index, and a third not at all.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import Artifacts
from engine.core.values import Rgb
from engine.pipeline.build import open_faces, open_networks, open_recogniser
from engine.pipeline.recogniser import Recogniser
from engine.retrieval.picture_match import PictureWitness
from training.data.errors import CommandError
from training.data.face_list import iterate_faces_csv, read_picture
from training.data.face_pack import is_held_out, name_digest


class CardSplit(StrEnum):
    """What the engine may know of a card: picture and title, only the title, or else nothing."""

    PICTURED = "pictured"
    TITLED = "titled"
    REMOVED = "removed"
    """Removed from index and catalogue."""
    FAN_MADE = "fan-made"
    """Looks like a Magic card, but is none."""
    OTHER_GAME = "other game"


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationCard:
    """A face: its picture, uint8 (H, W, 3), its card's name ("" if it has none), and its split."""

    picture: Rgb
    name: str
    split: CardSplit


def is_for_fitting(name: str) -> bool:
    """Return whether a name is in the half for fitting, not in the one for measuring."""
    return _hash(name) % 2 == 0


def split_of(name: str) -> CardSplit:
    """Return the split of a held-out name."""
    return (CardSplit.PICTURED, CardSplit.TITLED, CardSplit.REMOVED)[_hash(name) // 2 % 3]


def _hash(name: str) -> int:
    # The digest's first bytes decide which names are held out.
    return int.from_bytes(name_digest(name)[4:8], "big")


def read_real_cards(
    faces: Path, *, fitting: bool, split: Callable[[str], CardSplit] = split_of
) -> list[CalibrationCard]:
    """Return the faces of held-out names of one half.

    Raises:
        FacesCsvError: the list can't be read.
        PhotoError: a picture can't be read.
        CommandError: no face is left.
    """
    rows = [row for row in iterate_faces_csv(faces) if is_held_out(row.name) and is_for_fitting(row.name) == fitting]
    if not rows:
        raise CommandError(f"{faces} has too few faces of names that are held out from training")
    return [CalibrationCard(read_picture(row.path), row.name, split(row.name)) for row in rows]


def read_unknown_cards(
    table: Path, split: CardSplit, *, fitting: bool, is_title: Callable[[str], bool] = lambda _: False
) -> list[CalibrationCard]:
    """Return one half of the fan-made or other games' faces in a CSV.

    Faces with a real card's title are left out, because naming that card would not be wrong.

    Args:
        table: the CSV, with paths relative to its folder.
        split: of all these faces.
        fitting: which half.
        is_title: whether a fan-made card's title, as it was read, is a real card's or token's.

    Raises:
        OSError: the table can't be read.
        PhotoError: a picture can't be read.
    """
    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if not (row.get("real_title") or "").strip()]
    files = [row["file"] for row in rows if not is_title(row.get("title_read") or "")]
    files = [file for file in files if is_for_fitting(file) == fitting]
    return [CalibrationCard(read_picture(table.parent / file), "", split) for file in files]


class SplitFilter:
    """Decides which titles and faces the engine may know: those of ``names`` by their split, and all others."""

    def __init__(
        self, catalogue: Catalogue, names: Iterable[str], split: Callable[[str], CardSplit] = split_of
    ) -> None:
        self._splits = {catalogue.name(c): split(n) for n in names if (c := catalogue.find(n)) is not None}

    def allows_titles(self, name: str) -> bool:
        """Return whether the engine may know the titles of a card in the catalogue."""
        return self._splits.get(name) is not CardSplit.REMOVED

    def allows_pictures(self, name: str) -> bool:
        """Return whether the engine may know the faces of a card in the index."""
        return self._splits.get(name, CardSplit.PICTURED) is CardSplit.PICTURED


def build_recogniser(artifacts: Artifacts, catalogue: Catalogue, known: SplitFilter | None = None) -> Recogniser:
    """Return the engine's recogniser with what the filter allows, or with everything.

    Raises:
        ArtifactError: the artifacts can't be used.
    """
    pictured, titled = (known.allows_pictures, known.allows_titles) if known else (None, None)
    networks = open_networks(artifacts)
    pictures = PictureWitness(networks.embedder, open_faces(artifacts, catalogue, knows_picture=pictured))
    recogniser, _ = open_recogniser(artifacts, networks, catalogue, pictures, knows_title=titled)
    return recogniser
