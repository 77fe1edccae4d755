"""Regression test of artifact folders without real photos: the folder in place and the new one are evaluated alike.

Cards that both know are photographed by the synthetic camera: as close-ups, for the picture network alone, and on a
table, for the whole engine. Counts are compared, too, as a catalogue that lost half its cards still finds all others.
Labelled photos are used if there are any.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
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
from training.evaluation.engine_on_photos import measure_photo
from training.release.self_retrieval import NameIndex, Sample
from training.scoring.matching import best_answer, same_card
from training.scoring.metrics import precision, recall
from training.scoring.results import Rate

Figure = Rate | int
Figures = Mapping[str, Figure]

CLOSE, ON_TABLES = 400, 100
"""Number of close-ups, and of cards on a table."""
TOLERATED = 0.01
"""How far a share may fall, and a count in proportion: 4 of 400 pictures, 1 of 100. Both folders get the same pictures,
so they differ by chance only in a few: if 4 pictures are found by one folder alone, the difference is about 2."""
ROUNDING = 1e-9
TABLE_SEVERITY, TABLE_SIZE, TABLE_FACE_PX = 0.3, (960, 1280), 680
CLOSE_SIZE = (EMBED_FACE_PX, round(EMBED_FACE_PX * CARD_ASPECT))
SEED = 20_26
COUNTED = ("cards", "printings", "printed_names")
"""Keys of the catalogue's metadata."""


def draw_faces(rows: Iterator[FaceRow], folders: Sequence[Path], count: int = CLOSE) -> list[FaceRow]:
    """Draw at most ``count`` faces whose names all folders know; the same list always gives the same faces."""
    known = set.intersection(*({fold(face.name) for face in read_faces(folder / FACES)} for folder in folders))
    sample = Sample(count)
    for row in rows:
        if fold(row.name) in known and row.path.is_file():
            sample.offer(row)
    return sample.rows


def evaluate(folder: Path, faces: Sequence[FaceRow], photos: Sequence[LabelledPhoto] = ()) -> Figures:
    """Return a folder's figures: on close-ups of faces, the first of them on tables, and labelled photos if any.

    Raises:
        ArtifactError: the folder can't be used.
        PhotoError: a face's picture can't be read.
    """
    figures = _evaluate_close_ups(NameIndex(folder), faces)
    with contextlib.closing(Engine.open(folder)) as engine:
        figures |= _evaluate_on_tables(engine, faces[:ON_TABLES])
        if photos:
            outcomes = [measure_photo(photo, engine.identify) for photo in photos]
            figures |= {"labelled cards named": recall(outcomes), "names given that are right": precision(outcomes)}
    with contextlib.closing(Catalogue.open(folder / CATALOGUE)) as catalogue:
        meta = catalogue.meta
    counts = {f"{name.replace('_', ' ')} in the catalogue": int(meta[name]) for name in COUNTED if name in meta}
    return figures | counts


def _evaluate_close_ups(index: NameIndex, rows: Sequence[FaceRow]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {
        "faces": len(index.names),
        "pictures that find their name": index.recall((row.name, read_picture(row.path)) for row in rows),
    }

    def photographed(severity: float) -> Iterator[tuple[str, Rgb]]:
        for number, row in enumerate(rows):
            rng = np.random.default_rng((SEED, round(severity * 1000), number))
            yield row.name, degrade(read_picture(row.path), rng, severity, CLOSE_SIZE)

    for word, severity in (("medium", MEDIUM), ("hard", HARD)):
        figures[f"the same photographed, {word}"] = index.recall(photographed(severity))
    return figures


def _evaluate_on_tables(engine: Engine, rows: Sequence[FaceRow]) -> dict[str, Figure]:
    named = misnamed = 0
    size = (round(TABLE_FACE_PX * CARD_ASPECT), TABLE_FACE_PX)
    for number, row in enumerate(rows):
        face = cv2.resize(read_picture(row.path), size, interpolation=cv2.INTER_AREA)
        rng = np.random.default_rng((SEED, number))
        photo = photograph(
            [np.asarray(face, np.uint8)], [card_mask(TABLE_FACE_PX)], rng, size=TABLE_SIZE, severity=TABLE_SEVERITY
        )
        best = best_answer(engine.identify(photo.image).cards)
        if best is not None and best.name is not None:
            right = same_card(row.name, best.name)
            named, misnamed = named + right, misnamed + (not right)
    of = len(rows)
    return {"cards on a table named": Rate(named, of), "cards on a table not misnamed": Rate(of - misnamed, of)}


def fallen_figures(before: Figures, after: Figures, tolerated: float = TOLERATED) -> list[str]:
    """Return the names of the figures that fell by more than is tolerated, or are missing."""

    def fell(was: Figure, now: Figure | None) -> bool:
        if isinstance(was, int):
            return not isinstance(now, int) or now < was * (1 - tolerated)
        if was.value is None:
            return False
        return not isinstance(now, Rate) or now.value is None or now.value < was.value - tolerated - ROUNDING

    return [name for name, figure in before.items() if fell(figure, after.get(name))]


def format_table(before: Figures | None, after: Figures, fallen: Sequence[str]) -> str:
    """Return the figures of both folders as a text table."""

    def cell(figure: Figure | None) -> str:
        if figure is None:
            return "-"
        if isinstance(figure, int):
            return f"{figure:,}"
        return f"{figure.value:.1%} of {figure.of}" if figure.value is not None else "of none"

    lines = [f"{'':<36} {'in place':>18} {'new':>18}"]
    for name in dict.fromkeys([*(before or {}), *after]):
        was, now = (cell(figures.get(name)) if figures else "-" for figures in (before, after))
        lines.append(f"{name:<36} {was:>18} {now:>18}{'  FELL' if name in fallen else ''}")
    return "\n".join(lines)
