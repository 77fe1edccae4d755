"""Name plates cut from scans of card faces, with the catalogue's cost of each card, in one small file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import FACE_SEPARATOR, face_names, fold
from engine.core import geometry
from engine.core.atomic_write import write_atomically
from engine.core.rectify import Box, box_to_photo, rectify
from engine.core.values import Rgb
from engine.reading.ocr import LineFinder
from engine.reading.title_positions import TITLE_HEIGHT
from engine.reading.title_reader import BAND_FACE_HEIGHT, TITLE_BAND
from training.data.errors import CommandError
from training.data.face_pack import is_held_out

HEIGHT, WIDTH = 48, 192
"""Size of a cut plate in pixels; the scans have about as many there."""
LINE_PX = 18
"""Height of the title's line of text on a cut plate; it is in the vertical middle."""
FACE_HEIGHT = 370
"""Height of a face of which plates are cut."""
LEFT = 1 - WIDTH / (FACE_HEIGHT * 63 / 88)
"""Left end of a cut plate, as a share of the face's width; the right end is the face's edge."""
USUAL_MIDDLE = 0.0764
"""Vertical middle of a title line as a share of the face's height: median of 3,000 scans."""
MIDDLES = (0.055, 0.092)
"""Range of middles in upright frames; lines elsewhere aren't titles."""
LEFT_OF_TITLE = (0.03, 0.2)
"""Range of left ends of titles, as shares of the face's width."""
SIDEWAYS = frozenset({"split", "battle", "planar"})
"""Layouts without a plate at the head of the upright card."""
ONE_SIDED_COST = frozenset({"transform", "meld"})
"""Layouts whose backs have no cost."""
WEBP_QUALITY = 92
ROWS = "plates.json"


class PlatesError(CommandError):
    """A file is not a pack of plates; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class PlateLabel:
    """What a plate shows: the card's name, and its cost in Scryfall's notation, "" if it has none."""

    name: str
    cost: str

    @property
    def held_out(self) -> bool:
        """Whether the card is held out from training."""
        return is_held_out(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """The right part of a name plate.

    Attributes:
        label: what it shows.
        pixels: uint8 (HEIGHT, WIDTH, 3).
        ends: left and right end of each symbol in pixels.
    """

    label: PlateLabel
    pixels: Rgb
    ends: tuple[tuple[float, float], ...] = ()


def printed_cost(catalogue: Catalogue, name: str, face: str) -> str | None:
    """Return the cost at the head of a card's face, "" if it has none; None if that can't be known.

    Args:
        catalogue: the card's.
        name: the card's.
        face: name of the side, empty for a card's only one or its front.
    """
    card_id = catalogue.find(name)
    if card_id is None:
        return None
    card = catalogue.card(card_id)
    names = [fold(one) for one in face_names(card.name)]
    side = names.index(fold(face)) if face and fold(face) in names else 0
    if card.layout in SIDEWAYS or card.type_line.startswith("Battle"):
        return None
    costs = [cost.strip() for cost in card.mana_cost.split(FACE_SEPARATOR.strip())]
    cost = costs[side] if side < len(costs) else ""
    without = card.is_token or "Land" in card.type_line or (side == 1 and card.layout in ONE_SIDED_COST)
    return cost if cost or without else None


def cut_plate(face: Rgb, finder: LineFinder) -> Rgb:
    """Return the right part of the plate at the head of an upright face, uint8 (HEIGHT, WIDTH, 3)."""
    corners = geometry.rectangle(face.shape[1], face.shape[0])
    band = rectify(face, corners, TITLE_BAND.box, face_height=BAND_FACE_HEIGHT)
    to_share = np.array([face.shape[1], face.shape[0]], np.float32)
    middle, leftmost = USUAL_MIDDLE, LEFT_OF_TITLE[1]
    for line in finder.find_lines(band):
        where = box_to_photo(line.corners, corners, TITLE_BAND.box, BAND_FACE_HEIGHT) / to_share
        left, (x, y), height = where[[0, 3], 0].mean(), where.mean(0), np.ptp(where[:, 1])
        is_title = TITLE_HEIGHT[0] < height < TITLE_HEIGHT[1] and MIDDLES[0] < y < MIDDLES[1] and x > left
        if is_title and LEFT_OF_TITLE[0] < left < leftmost:
            middle, leftmost = float(y), float(left)
    half = HEIGHT / FACE_HEIGHT / 2
    box: Box = (LEFT, middle - half, 1.0, middle + half)
    plate = rectify(face, corners, box, face_height=FACE_HEIGHT)
    return np.asarray(cv2.resize(plate, (WIDTH, HEIGHT)), np.uint8)


def write_plates(out: Path, plates: Iterable[Plate]) -> int:
    """Write plates to a file, atomically, and return their number."""
    rows: list[dict[str, Any]] = []
    with write_atomically(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for plate in plates:
            _, data = cv2.imencode(".webp", plate.pixels[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, WEBP_QUALITY])
            archive.writestr(f"{len(rows)}.webp", data.tobytes())
            rows.append({**asdict(plate.label), "ends": plate.ends})
        archive.writestr(ROWS, json.dumps(rows, ensure_ascii=False))
    return len(rows)


def read_plates(paths: Sequence[Path]) -> list[Plate]:
    """Return the plates of all files; raises :class:`PlatesError` if one is missing or not a pack of plates."""
    plates = []
    for path in paths:
        try:
            with zipfile.ZipFile(path) as archive:
                for i, row in enumerate(json.loads(archive.read(ROWS))):
                    data = np.frombuffer(archive.read(f"{i}.webp"), np.uint8)
                    pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
                    ends = tuple((float(left), float(right)) for left, right in row["ends"])
                    label = PlateLabel(row["name"], row["cost"])
                    plates.append(Plate(label, np.ascontiguousarray(pixels), ends))
        except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            advice = "make one with: python -m training pack-plates"
            raise PlatesError(f"{path} is not a pack of plates ({error}); {advice}") from error
    return plates
