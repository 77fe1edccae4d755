"""Card faces with known title lines: what the plate finder learns from.

``python -m training label-titles`` finds the lines once by reading the faces; a title counts only if it says the
card's name, so that a label is never a guess.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import overload

import cv2
import numpy as np

from engine.core.values import Corners, Rgb
from training.data.errors import CommandError
from training.data.face_list import read_picture
from training.data.face_pack import is_held_out
from training.scene.stock import HELD_OUT_PLACES, Stock, read_places

FACE_HEIGHT = 344
"""Height of the faces that photos are composed of."""
SOFT_SHARE, SOFT_HEIGHT = 4, 230
"""One face in so many is reduced to this height first: other games' faces are softer, and softness must not tell."""


@dataclass(frozen=True, slots=True)
class TitledFace:
    """A face and its title lines.

    Attributes:
        file: the picture, relative to the list.
        kind: ``real``, ``fan-made`` or ``other`` (another game's, without titles).
        name: the card's name, "" if unknown.
        titles: of each title line its corners in fractions of the face's width and height, clockwise from the start of
            its upper edge as it reads.
        costs: for each title, the corners of the mana cost; None where there is none.
    """

    file: str
    kind: str
    name: str
    titles: tuple[tuple[tuple[float, float], ...], ...] = ()
    costs: tuple[tuple[tuple[float, float], ...] | None, ...] = ()

    def lines(self) -> Iterator[tuple[Corners, Corners | None]]:
        """Yield title and cost, float32 (4, 2) each, fractions of the face."""
        for title, cost in zip(self.titles, self.costs, strict=True):
            yield np.array(title, np.float32), None if cost is None else np.array(cost, np.float32)


def save_titled_faces(faces: Sequence[TitledFace], path: Path) -> None:
    """Write a list of faces, one JSON object a line."""
    path.write_text("".join(json.dumps(asdict(face), ensure_ascii=False) + "\n" for face in faces), encoding="utf-8")


def read_titled_faces(path: Path) -> list[TitledFace]:
    """Read a list of faces; raises CommandError."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [TitledFace(**row) for row in rows]
    except (OSError, ValueError, TypeError) as error:
        raise CommandError(f"{path} is not a list of titled faces ({error}); run training label-titles.") from error


class Pictures(Sequence[Rgb]):
    """The pictures of faces, uint8 (FACE_HEIGHT, W, 3), each decoded when it is first asked for, then kept."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._decoded: dict[int, Rgb] = {}

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> Rgb: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rgb]: ...
    def __getitem__(self, index: int | slice) -> Rgb | Sequence[Rgb]:
        """Return one picture, or a part of the list."""
        if isinstance(index, slice):
            return Pictures(self._paths[index])
        if index not in self._decoded:
            picture = read_picture(self._paths[index])
            for height in (SOFT_HEIGHT, FACE_HEIGHT) if index % SOFT_SHARE == 0 else (FACE_HEIGHT,):
                size = max(1, round(picture.shape[1] * height / picture.shape[0])), height
                how = cv2.INTER_AREA if height < picture.shape[0] else cv2.INTER_CUBIC
                picture = np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
            self._decoded[index] = picture
        return self._decoded[index]


def open_titled_stock(path: Path, places: Path | None, *, held_out: bool) -> tuple[Stock, list[TitledFace]]:
    """Return the faces and places to train on, or those held out; and for each Magic face of the stock its titles."""
    rows = read_titled_faces(path)
    magic = [row for row in rows if row.titles and (row.kind == "real" and is_held_out(row.name)) == held_out]
    others = [row for i, row in enumerate(r for r in rows if r.kind == "other") if (i % 8 == 0) == held_out]
    if not magic:
        raise CommandError(f"{path} has no titled face of a Magic card {'held out' if held_out else 'to train on'}")
    pictures = read_places(places)
    chosen = [place for i, place in enumerate(pictures) if (i % HELD_OUT_PLACES == 0) == held_out]
    faces, strange = (Pictures([path.parent / row.file for row in some]) for some in (magic, others))
    return Stock(faces, strange, chosen or pictures), magic
