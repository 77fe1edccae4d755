"""Check that the pictures of a finished artifact folder find their own names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from engine.catalogue.names import fold
from engine.core.artifacts import EMBEDDER, FACES, INDEX
from engine.core.values import Rgb
from engine.retrieval.embedder import BATCH, Embedder
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import read_faces
from training.data.errors import CommandError
from training.data.face_list import FaceRow, read_picture
from training.scoring.results import Rate

SAMPLE, SAMPLE_SEED = 1000, 14
"""Number of pictures searched for; one error is 0.1 points."""
MIN_SELF_RETRIEVAL = 0.9
"""Below this share, index and list don't belong together. Cards that share a picture under two names cost some tenths
of a point."""


@dataclass(slots=True)
class Sample:
    """At most ``size`` rows drawn evenly from a stream of unknown length (Vitter's algorithm R, 1985)."""

    size: int = SAMPLE
    rows: list[FaceRow] = field(default_factory=list)
    _count: int = 0
    _rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(SAMPLE_SEED))

    def offer(self, row: FaceRow) -> None:
        """Take the next row of the stream into account."""
        self._count += 1
        if len(self.rows) < self.size:
            self.rows.append(row)
        elif (place := int(self._rng.integers(self._count))) < self.size:
            self.rows[place] = row


class NameIndex:
    """A folder's index of faces, searched for names alone; the folder's network is opened unless given."""

    def __init__(self, folder: Path, embedder: Embedder | None = None) -> None:
        self._embedder = embedder or Embedder(folder / EMBEDDER)
        self._index = FaceIndex.open(folder / INDEX)
        self.names = [fold(face.name) for face in read_faces(folder / FACES)]

    def recall(self, queries: Iterable[tuple[str, Rgb]]) -> Rate:
        """Return recall@1 by name of pictures, uint8 (H, W, 3), given with their names."""
        remaining, hits, of = iter(queries), 0, 0
        while batch := list(islice(remaining, BATCH)):
            nearest = self._index.search(self._embedder.embed([picture for _, picture in batch]), 1).rows[:, 0]
            hits += sum(self.names[at] == fold(name) for at, (name, _) in zip(nearest.tolist(), batch, strict=True))
            of += len(batch)
        return Rate(hits, of)


def self_retrieval(folder: Path, embedder: Embedder, rows: Sequence[FaceRow]) -> Rate:
    """Embed some of the list's pictures again and return recall@1 by name; raises CommandError if it is too low."""
    found = NameIndex(folder, embedder).recall((row.name, read_picture(row.path)) for row in rows)
    if found.hits < MIN_SELF_RETRIEVAL * found.of:
        raise CommandError(
            f"Of {found.of} pictures only {found.hits} find their own name in the new index, so it is not used. "
            "Check that pictures and names of the list belong together."
        )
    return found
