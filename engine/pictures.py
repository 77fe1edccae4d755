"""Faces -> picture witnesses: which known faces a card looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.embedder import Embedder, Vectors
from engine.errors import ArtifactMismatch
from engine.faces import IndexedFace
from engine.index import FaceIndex
from engine.rectify import upside_down
from engine.stopwatch import Stopwatch
from engine.values import Rgb

NEIGHBOURS = 12
"""Rows looked at per face: several printings of one card may come first."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A known face near to the one seen; ``similarity`` is the cosine of their vectors, -1..1."""

    card_id: int
    face: IndexedFace
    similarity: float


@dataclass(frozen=True, slots=True)
class PictureReading:
    """What the picture witness says of one face: known faces, best first, at most one a card."""

    look_alikes: tuple[LookAlike, ...] = ()

    @property
    def similarity(self) -> float:
        """Cosine of the nearest known face, 0 where there is none."""
        return self.look_alikes[0].similarity if self.look_alikes else 0.0

    @property
    def margin(self) -> float:
        """How much nearer the nearest card is than the next one of another name."""
        return self.similarity - self.look_alikes[1].similarity if len(self.look_alikes) > 1 else self.similarity


NOTHING_SEEN = PictureReading()

SURE_OF_DIRECTION = 0.99
"""Probability from which a face is taken to stand as the network says, and not embedded the other way up as well."""


class PictureWitness:
    """Looks cards up by their picture.

    Args:
        embedder: faces to vectors.
        index: the known faces' vectors.
        faces: what each row of ``index`` is.
        find: card id of a name, or None.

    Raises:
        ArtifactMismatch: index and rows, or index and embedder, don't belong together.
    """

    def __init__(
        self, embedder: Embedder, index: FaceIndex, faces: Sequence[IndexedFace], find: Callable[[str], int | None]
    ) -> None:
        if len(index) != len(faces):
            raise ArtifactMismatch(f"The index has {len(index)} vectors, its list {len(faces)} faces; build it again.")
        if index.dimension != embedder.dimension:
            raise ArtifactMismatch(
                f"The index has vectors of {index.dimension} numbers, the embedder gives {embedder.dimension}; "
                "build the index again."
            )
        self._embedder, self._index, self._faces = embedder, index, faces
        card_ids = {name: find(name) for name in {face.name for face in faces}}
        lost = sorted(name for name, card_id in card_ids.items() if card_id is None)
        if lost:
            raise ArtifactMismatch(
                f"The catalogue lacks {len(lost)} names of the index ({lost[0]}, ...); build both again."
            )
        self._card_ids = [card_ids[face.name] or 0 for face in faces]

    def __call__(self, faces: Sequence[Rgb], clock: Stopwatch) -> list[PictureReading]:
        """Return what each of ``faces`` (uint8 (H, W, 3), upright) looks like."""
        if not faces or not len(self._index):
            return [NOTHING_SEEN] * len(faces)
        with clock.time("embed"):
            vectors = self._embedder(faces)
        return self._found(vectors, clock)

    def either_way(self, faces: Sequence[Rgb], clock: Stopwatch) -> list[tuple[bool, PictureReading]]:
        """Return for each of ``faces``, upright or upside down, whether it was to be turned, and what it looks like.

        The network says which way up a face is; only where it isn't sure are both ways looked up, and
        the one that looks more like a known face is taken.
        """
        if not faces or not len(self._index):
            return [(False, NOTHING_SEEN)] * len(faces)
        with clock.time("embed"):
            seen = self._embedder.see(faces)
            as_is = np.flatnonzero(seen.upright > 1 - SURE_OF_DIRECTION).tolist()
            turned = np.flatnonzero(seen.upright < SURE_OF_DIRECTION).tolist()
            other = self._embedder([upside_down(faces[i]) for i in turned])
        readings = self._found(np.concatenate([seen.vectors[as_is], other]), clock)
        tried = [(i, False) for i in as_is] + [(i, True) for i in turned]
        best = [(False, NOTHING_SEEN)] * len(faces)
        for (i, way), reading in zip(tried, readings, strict=True):
            if best[i][1] is NOTHING_SEEN or reading.similarity > best[i][1].similarity:
                best[i] = way, reading
        return best

    def _found(self, vectors: Vectors, clock: Stopwatch) -> list[PictureReading]:
        with clock.time("search"):
            found = self._index.search(vectors, min(NEIGHBOURS, len(self._index)))
            return [self._reading(rows, found.similarities[i]) for i, rows in enumerate(found.rows)]

    def _reading(self, rows: np.ndarray, similarities: np.ndarray) -> PictureReading:
        best: dict[int, LookAlike] = {}
        for row, similarity in zip(rows.tolist(), similarities.tolist(), strict=True):
            if row >= 0:
                card_id = self._card_ids[row]
                best.setdefault(card_id, LookAlike(card_id, self._faces[row], similarity))
        return PictureReading(tuple(best.values()))
