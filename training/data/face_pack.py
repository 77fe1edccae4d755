"""A pack of faces: all pictures at training size in one small file, to train on another machine."""

from __future__ import annotations

import argparse
import hashlib
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.catalogue.names import fold
from engine.core.atomic_write import write_atomically
from engine.core.values import Rgb
from training.data.errors import CommandError

PACK_HEIGHT, PACK_WIDTH = 256, 184
"""Size of the packed pictures: a little larger than the network's, so that the camera can lose some detail."""
WEBP_QUALITY = 78
HELD_OUT_PERCENT = 12
"""Share of names held out from training; a hash of the name decides, so that they are the same everywhere."""
ROWS = "rows.json"


class PackError(CommandError):
    """A file is not a pack of faces; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class PackedFace:
    """A face of the pack.

    Attributes:
        name: the card's name; "" for fan-made and other games' cards.
        set: set code, "" if unknown.
        kind: ``real``, ``fan-made`` or ``other`` (another game's).
        face: name of the side, if the card has two.
    """

    name: str
    set: str
    kind: str
    face: str = ""

    @property
    def held_out(self) -> bool:
        """Whether the face is held out from training."""
        return self.kind == "real" and is_held_out(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class FacePack:
    """All faces of a pack and their pixels, uint8 (N, PACK_HEIGHT, PACK_WIDTH, 3) RGB."""

    faces: tuple[PackedFace, ...]
    pixels: NDArray[np.uint8]

    def rows(self, *, held_out: bool) -> list[int]:
        """Return the indices of the faces held out from training, or of the others."""
        return [i for i, face in enumerate(self.faces) if face.held_out == held_out]

    def twins(self) -> list[int]:
        """Return the indices of the real faces that share name and side with another face, whatever the art."""
        sides: dict[tuple[str, str], list[int]] = {}
        for i, face in enumerate(self.faces):
            if face.kind == "real":
                sides.setdefault((fold(face.name), fold(face.face)), []).append(i)
        return sorted(i for rows in sides.values() if len(rows) > 1 for i in rows)


def is_held_out(name: str) -> bool:
    """Return whether a name is held out from training; the sides of a card are treated alike."""
    return int.from_bytes(name_digest(name)[:4], "big") % 100 < HELD_OUT_PERCENT


def name_digest(name: str) -> bytes:
    """Return a hash of the name of a card's front."""
    return hashlib.sha256(fold(name.split(" // ")[0]).encode()).digest()


def write_pack(out: Path, faces: Iterable[tuple[PackedFace, Rgb]]) -> int:
    """Write faces to a pack, atomically, and return their number."""
    known: list[PackedFace] = []
    with write_atomically(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for face, picture in faces:
            small = cv2.resize(picture, (PACK_WIDTH, PACK_HEIGHT), interpolation=cv2.INTER_AREA)
            done, data = cv2.imencode(".webp", small[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, WEBP_QUALITY])
            if not done:
                raise PackError("a picture can't be written as WebP")
            archive.writestr(f"{len(known)}.webp", data.tobytes())
            known.append(face)
        archive.writestr(ROWS, json.dumps([asdict(face) for face in known], ensure_ascii=False))
    return len(known)


def read_pack(path: Path) -> FacePack:
    """Return the decoded faces of a pack; raises :class:`PackError` if the file is missing or not a pack."""
    try:
        with zipfile.ZipFile(path) as archive:
            faces = tuple(PackedFace(**row) for row in json.loads(archive.read(ROWS)))
            pixels = np.empty((len(faces), PACK_HEIGHT, PACK_WIDTH, 3), np.uint8)
            for i in range(len(faces)):
                data = np.frombuffer(archive.read(f"{i}.webp"), np.uint8)
                pixels[i] = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        advice = "make one with: python -m training pack-faces"
        raise PackError(f"{path} is not a pack of faces ({error}); {advice}") from error
    return FacePack(faces, pixels)


def add_pack_option(parser: argparse.ArgumentParser) -> None:
    """Add the option ``--pack``, which may be repeated, for :func:`read_packs`."""
    parser.add_argument("--pack", type=Path, action="append", required=True, metavar="FILE", help="a pack of faces")


def read_packs(paths: Sequence[Path]) -> FacePack:
    """Return one pack with the faces of all; raises :class:`PackError` like :func:`read_pack`."""
    packs = [read_pack(path) for path in paths]
    return FacePack(tuple(f for pack in packs for f in pack.faces), np.concatenate([pack.pixels for pack in packs]))
