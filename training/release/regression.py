"""How good an artifact folder is, without a photo at hand: the same questions to the one in place and to the next.

Cards that both know are photographed by the synthetic camera: held close, for the picture network alone, and on
a table, for the whole engine. Counts of what a folder knows stand beside, for a catalogue that lost half its
cards still finds all others. Labelled photos, where there are any, are asked about, too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from engine import Engine
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import fold
from engine.core.artifacts import CATALOGUE, FACES
from engine.core.constants import CARD_ASPECT
from engine.core.values import Rgb
from engine.retrieval.indexed_faces import read_faces
from engine.retrieval.picture_match import EMBED_FACE_PX
from training.camera.closeup import HARD, MEDIUM, degrade
from training.camera.tabletop import photograph
from training.data.face_list import FaceRow, read_picture
from training.data.photo_labels import LabelledPhoto
from training.drawing.cards import card_mask
from training.evaluation.photos import MAX_CARDS, measure_photo
from training.release.self_retrieval import Sample, Shelf
from training.scoring.matching import best_answer, same_card
from training.scoring.metrics import precision, recall
from training.scoring.results import Rate

Figure = Rate | int
Figures = Mapping[str, Figure]

CLOSE, ON_TABLES = 400, 100
"""Cards held close, and cards on a table."""
TOLERATED = 0.01
"""What a share may fall by, and a count in proportion: of 400 pictures, 4; of 100, 1. As both folders get the same
pictures, only those count that one finds and the other does not: where 4 do by chance, their balance is off by 2."""
ROUNDING = 1e-9
TABLE_SEVERITY, TABLE_SIZE, TABLE_FACE_PX = 0.3, (960, 1280), 680
CLOSE_SIZE = (EMBED_FACE_PX, round(EMBED_FACE_PX * CARD_ASPECT))
SEED = 20_26
COUNTED = ("cards", "printings", "printed_names")
"""Of what the catalogue tells of itself."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of each folder.

    Attributes:
        close: faces held close.
        on_tables: faces on a table, each alone.
        photos: labelled photos.
    """

    close: Sequence[FaceRow]
    on_tables: Sequence[FaceRow]
    photos: Sequence[LabelledPhoto] = ()


def common_questions(
    rows: Iterator[FaceRow], folders: Sequence[Path], photos: Sequence[LabelledPhoto] = (), *, close: int = CLOSE
) -> Questions:
    """Draw faces from a list, always the same ones of the same list, whose names all the folders know."""
    known = set.intersection(*({fold(face.name) for face in read_faces(folder / FACES)} for folder in folders))
    sample = Sample(close)
    for row in rows:
        if fold(row.name) in known and row.path.is_file():
            sample.see(row)
    return Questions(sample.taken, sample.taken[:ON_TABLES], photos)


def evaluate(folder: Path, questions: Questions) -> Figures:
    """Return the figures of a folder.

    Raises:
        ArtifactError: the folder can't be used.
        PhotoError: a picture of the questions can't be read.
    """
    figures: dict[str, Figure] = dict(_close(Shelf(folder), questions.close))
    with contextlib.closing(Engine.open(folder)) as engine:
        figures |= _on_tables(engine, questions.on_tables)
        figures |= _labelled(engine, questions.photos)
    return figures | _counts(folder)


def _close(shelf: Shelf, rows: Sequence[FaceRow]) -> Iterator[tuple[str, Figure]]:
    yield "faces", len(shelf.names)
    yield "pictures that find their name", shelf.recall((row.name, read_picture(row.path)) for row in rows)
    for word, severity in (("medium", MEDIUM), ("hard", HARD)):
        yield f"the same photographed, {word}", shelf.recall(_held_close(rows, severity))


def _held_close(rows: Sequence[FaceRow], severity: float) -> Iterator[tuple[str, Rgb]]:
    for number, row in enumerate(rows):
        dice = np.random.default_rng((SEED, round(severity * 1000), number))
        yield row.name, degrade(read_picture(row.path), dice, severity, CLOSE_SIZE)


def _on_tables(engine: Engine, rows: Sequence[FaceRow]) -> dict[str, Figure]:
    named = misnamed = 0
    for number, row in enumerate(rows):
        best = best_answer(engine.identify(_on_table(read_picture(row.path), number)).cards)
        if best is not None and best.name is not None:
            right = same_card(row.name, best.name)
            named, misnamed = named + right, misnamed + (not right)
    of = len(rows)
    return {"cards on a table named": Rate(named, of), "cards on a table not misnamed": Rate(of - misnamed, of)}


def _on_table(face: Rgb, number: int) -> Rgb:
    size = (round(TABLE_FACE_PX * CARD_ASPECT), TABLE_FACE_PX)
    upright = cv2.resize(face, size, interpolation=cv2.INTER_AREA)
    dice = np.random.default_rng((SEED, number))
    photo = photograph([np.asarray(upright, np.uint8)], [card_mask()], dice, size=TABLE_SIZE, severity=TABLE_SEVERITY)
    return photo.image


def _labelled(engine: Engine, photos: Sequence[LabelledPhoto]) -> dict[str, Figure]:
    if not photos:
        return {}
    outcomes = [measure_photo(photo, lambda path: engine.identify(path, max_cards=MAX_CARDS)) for photo in photos]
    return {"labelled cards named": recall(outcomes), "names given that are right": precision(outcomes)}


def _counts(folder: Path) -> dict[str, Figure]:
    with contextlib.closing(Catalogue.open(folder / CATALOGUE)) as catalogue:
        meta = catalogue.meta()
    return {f"{name.replace('_', ' ')} in the catalogue": int(meta[name]) for name in COUNTED if name in meta}


def fallen(before: Figures, after: Figures, tolerated: float = TOLERATED) -> list[str]:
    """Return the names of the figures that fell by more than is tolerated, or are gone."""
    return [name for name, figure in before.items() if _fell(figure, after.get(name), tolerated)]


def _fell(before: Figure, after: Figure | None, tolerated: float) -> bool:
    if isinstance(before, int):
        return not isinstance(after, int) or after < before * (1 - tolerated)
    if before.value is None:
        return False
    return not isinstance(after, Rate) or after.value is None or after.value < before.value - tolerated - ROUNDING


def table(before: Figures | None, after: Figures, worse: Sequence[str]) -> str:
    """Return the figures of both folders as lines for people."""
    lines = [f"{'':<36} {'in place':>18} {'new':>18}"]
    for name in dict.fromkeys([*(before or {}), *after]):
        was, now = (_shown(figures.get(name)) if figures else "-" for figures in (before, after))
        lines.append(f"{name:<36} {was:>18} {now:>18}{'  FELL' if name in worse else ''}")
    return "\n".join(lines)


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    if isinstance(figure, int):
        return f"{figure:,}"
    return f"{figure.value:.1%} of {figure.of}" if figure.value is not None else "of none"
