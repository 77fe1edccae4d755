"""Whether a finished artifact folder does what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from engine import Engine
from engine.catalogue.names import fold
from engine.core.artifacts import EMBEDDER, FACES, INDEX
from engine.core.values import Rgb
from engine.retrieval.embedder import BATCH, Embedder
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import read_faces
from training.data.face_list import FaceRow, read_picture
from training.scoring.results import Rate

SAMPLE, SAMPLE_SEED = 1000, 14
"""Pictures that are looked for again: of so many, 1 wrong is 0.1 points."""
LEAST_FOUND_AGAIN = 0.9
"""Below this share index and list don't belong together, whatever the reason. Cards that share their picture under
two names cost some tenths of a point."""


class NotFoundAgain(RuntimeError):
    """The pictures of a new index do not find themselves in it; it is not put in place."""


@dataclass(slots=True)
class Sample:
    """Rows drawn evenly from a stream of unknown length (Vitter's algorithm R, 1985).

    Attributes:
        size: how many are drawn at most.
        taken: those drawn so far.
    """

    size: int = SAMPLE
    taken: list[FaceRow] = field(default_factory=list)
    _seen: int = 0
    _dice: np.random.Generator = field(default_factory=lambda: np.random.default_rng(SAMPLE_SEED))

    def see(self, row: FaceRow) -> None:
        """Let a row go by; it may be taken."""
        self._seen += 1
        if len(self.taken) < self.size:
            self.taken.append(row)
        elif (place := int(self._dice.integers(self._seen))) < self.size:
            self.taken[place] = row


class Shelf:
    """A folder's index, asked for names alone.

    Args:
        folder: holds the finished index and its list.
        embedder: the folder's network; opened unless given.
    """

    def __init__(self, folder: Path, embedder: Embedder | None = None) -> None:
        self._embedder = embedder or Embedder(folder / EMBEDDER)
        self._index = FaceIndex.open(folder / INDEX)
        self.names = [fold(face.name) for face in read_faces(folder / FACES)]

    def recall(self, asked: Iterable[tuple[str, Rgb]]) -> Rate:
        """Return how many pictures (names, and uint8 (H, W, 3)) find a row of their own name first."""
        coming, hits, of = iter(asked), 0, 0
        while batch := list(islice(coming, BATCH)):
            nearest = self._index.search(self._embedder.embed([picture for _, picture in batch]), 1).rows[:, 0]
            hits += sum(self.names[at] == fold(name) for at, (name, _) in zip(nearest.tolist(), batch, strict=True))
            of += len(batch)
        return Rate(hits, of)


def self_retrieval(folder: Path, embedder: Embedder, rows: Sequence[FaceRow]) -> Rate:
    """Embed pictures anew and return how many find a row of their own name first.

    Args:
        folder: holds the finished index and its list.
        embedder: the folder's network.
        rows: readable pictures of the list.

    Raises:
        NotFoundAgain: too few do.
    """
    shelf = Shelf(folder, embedder)
    found = shelf.recall((row.name, read_picture(row.path)) for row in rows)
    if found.hits < LEAST_FOUND_AGAIN * found.of:
        raise NotFoundAgain(
            f"Of {found.of} pictures only {found.hits} find their own name in the new index, so that it is not used. "
            "Look whether pictures and names of the list belong together."
        )
    return found


def prove(folder: Path) -> None:
    """Open a finished folder as the bot would; raises :class:`engine.ArtifactError` where that fails."""
    Engine.open(folder).close()
