"""A pack of faces: all pictures at training size in one small file, to carry training to another machine."""

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
"""Size of the packed pictures: a little more than the network's, so that the camera can lose some detail."""
WEBP_QUALITY = 78
HELD_OUT_PERCENT = 12
"""Share of names held out from training, chosen by a hash of the name: always the same, on every machine."""
ROWS = "rows.json"


class PackError(CommandError):
    """The file is not a pack of faces; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class PackedFace:
    """A face of the pack.

    Attributes:
        name: the card's name, "" if it has none that counts.
        set: code of its set, "" where unknown.
        kind: ``real``, ``fan-made`` or ``other`` (another game's).
        face: name of its side, if the card has two.
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
    """All faces of a pack, decoded.

    Attributes:
        faces: what is known of each.
        pixels: uint8 (N, PACK_HEIGHT, PACK_WIDTH, 3) RGB.
    """

    faces: tuple[PackedFace, ...]
    pixels: NDArray[np.uint8]

    def rows(self, *, held_out: bool) -> list[int]:
        """Return the indices of the faces that are held out, or of those to train on."""
        return [i for i, face in enumerate(self.faces) if face.held_out == held_out]

    def twins(self) -> list[int]:
        """Return the indices of real faces with another scan of the same name and side, in any art."""
        sides: dict[tuple[str, str], list[int]] = {}
        for i, face in enumerate(self.faces):
            if face.kind == "real":
                sides.setdefault((fold(face.name), fold(face.face)), []).append(i)
        return sorted(i for rows in sides.values() if len(rows) > 1 for i in rows)


def is_held_out(name: str) -> bool:
    """Return whether a name is held out from training; both sides of a card are, or neither."""
    digest = hashlib.sha256(fold(name.split(" // ")[0]).encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < HELD_OUT_PERCENT


def write_pack(out: Path, faces: Iterable[tuple[PackedFace, Rgb]]) -> int:
    """Write faces to a pack and return how many; the file is complete or not there at all."""
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
    """Return the pack's faces, decoded.

    Raises:
        PackError: the file is missing or not a pack.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            faces = tuple(PackedFace(**row) for row in json.loads(archive.read(ROWS)))
            pixels = np.empty((len(faces), PACK_HEIGHT, PACK_WIDTH, 3), np.uint8)
            for i in range(len(faces)):
                data = np.frombuffer(archive.read(f"{i}.webp"), np.uint8)
                pixels[i] = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise PackError(
            f"{path} is no pack of faces ({error}); make one with: python -m training pack-faces"
        ) from error
    return FacePack(faces, pixels)


def add_pack_option(parser: argparse.ArgumentParser) -> None:
    """Add the option ``--pack``, which may be given several times; :func:`read_packs` reads what it names."""
    parser.add_argument("--pack", type=Path, action="append", required=True, metavar="FILE", help="a pack of faces")


def read_packs(paths: Sequence[Path]) -> FacePack:
    """Return one pack with the faces of all; raises :class:`PackError` as :func:`read_pack`."""
    packs = [read_pack(path) for path in paths]
    return FacePack(tuple(f for pack in packs for f in pack.faces), np.concatenate([pack.pixels for pack in packs]))
