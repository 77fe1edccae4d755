"""Faces -> picture witnesses: which known faces a card looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.errors import ArtifactMismatch
from engine.core.rectify import rectify, rotate_180
from engine.core.timing import Stopwatch
from engine.core.values import Quad, Rgb
from engine.image.photo import Photo
from engine.retrieval.embedder import Embedder, Vectors
from engine.retrieval.index import FaceIndex, Neighbours
from engine.retrieval.indexed_faces import IndexedFace

NEIGHBOURS = 12
"""Rows looked at per face: several printings of one card may come first."""
EMBED_FACE_PX = 320
"""Height of the face shown to the picture network, which takes about two thirds of it."""


@dataclass(frozen=True, slots=True)
class FaceMatch:
    """A known face near to the one seen; ``similarity`` is the cosine of their vectors, -1..1."""

    card_id: int
    face: IndexedFace
    similarity: float


@dataclass(frozen=True, slots=True)
class PictureMatches:
    """What the picture witness says of one face: known faces, best first, at most one a card."""

    matches: tuple[FaceMatch, ...] = ()

    @property
    def similarity(self) -> float:
        """Cosine of the nearest known face, 0 where there is none."""
        return self.matches[0].similarity if self.matches else 0.0

    @property
    def margin(self) -> float:
        """How much nearer the nearest card is than the next one of another name."""
        return self.similarity - self.matches[1].similarity if len(self.matches) > 1 else self.similarity


NO_MATCHES = PictureMatches()

SURE_OF_DIRECTION = 0.99
"""Probability from which a face is taken to stand as the network says, and not embedded the other way up as well."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownFaces:
    """Vectors, and what each is of. Never altered: searched in one thread while another puts a new one in its place.

    Attributes:
        index: one row a face.
        faces: what each row is.
        card_ids: the catalogue's card of each row.
    """

    index: FaceIndex
    faces: Sequence[IndexedFace]
    card_ids: Sequence[int]

    @classmethod
    def from_index(
        cls, index: FaceIndex, faces: Sequence[IndexedFace], find: Callable[[str], int | None]
    ) -> KnownFaces:
        """Return an artifact folder's faces; ``find`` gives the card id of a name, or None.

        Raises:
            ArtifactMismatch: index and rows, or rows and catalogue, don't belong together.
        """
        if len(index) != len(faces):
            raise ArtifactMismatch(f"The index has {len(index)} vectors, its list {len(faces)} faces; build it again.")
        card_ids = {name: find(name) for name in {face.name for face in faces}}
        lost = sorted(name for name, card_id in card_ids.items() if card_id is None)
        if lost:
            raise ArtifactMismatch(
                f"The catalogue lacks {len(lost)} names of the index ({lost[0]}, ...); build both again."
            )
        return cls(index, faces, [card_ids[face.name] or 0 for face in faces])

    def subset(self, wanted: Callable[[str], bool]) -> KnownFaces:
        """Return the faces of the names that are wanted, in an exact index of their own."""
        kept = [row for row, face in enumerate(self.faces) if wanted(face.name)]
        index = FaceIndex.build(self.index.vectors()[kept])
        return KnownFaces(index, [self.faces[row] for row in kept], [self.card_ids[row] for row in kept])

    def __len__(self) -> int:
        return len(self.faces)

    def nearest(self, vectors: Vectors) -> list[list[FaceMatch]]:
        """Return for each of ``vectors`` its nearest rows, best first, :data:`NEIGHBOURS` at most."""
        found = self.index.search(vectors, min(NEIGHBOURS, len(self)))
        return [
            [self._look_alike(row, near) for row, near in zip(rows, nearness, strict=True) if row >= 0]
            for rows, nearness in zip(found.rows.tolist(), found.similarities.tolist(), strict=True)
        ]

    def nearest_cards(self, vectors: Vectors, count: int) -> dict[int, float]:
        """Return the ``count`` cards nearest to any of ``vectors``, best first, and the cosine (-1..1) of the nearest.

        Fewer where the index holds fewer.
        """
        wanted = 2 * count
        while True:
            found = self.index.search(vectors, min(wanted, len(self)))
            best = self._best(found)
            # Many printings of one card may come before the next card: then further rows are asked for.
            if len(best) >= count or wanted >= len(self):
                return dict(sorted(best.items(), key=lambda pair: -pair[1])[:count])
            wanted *= 4

    def _best(self, found: Neighbours) -> dict[int, float]:
        best: dict[int, float] = {}
        for row, similarity in zip(found.rows.ravel().tolist(), found.similarities.ravel().tolist(), strict=True):
            if row >= 0:
                card_id = self.card_ids[row]
                best[card_id] = max(similarity, best.get(card_id, -1.0))
        return best

    def vectors_of_card(self, card_id: int) -> Vectors:
        """Return the vectors of a card's faces, float32 (N, dimension); N is 0 where it has none here."""
        return self.index.vectors_at([row for row, ident in enumerate(self.card_ids) if ident == card_id])

    def _look_alike(self, row: int, similarity: float) -> FaceMatch:
        return FaceMatch(self.card_ids[row], self.faces[row], similarity)


class PictureWitness:
    """Looks cards up by their picture.

    Args:
        embedder: faces to vectors.
        known: the faces of the index.
        learned: gives the faces confirmed up to now, where any are to be searched beside the index.

    Raises:
        ArtifactMismatch: index and embedder don't belong together.
    """

    def __init__(self, embedder: Embedder, known: KnownFaces, learned: Callable[[], KnownFaces] | None = None) -> None:
        if known.index.dimension != embedder.dimension:
            raise ArtifactMismatch(
                f"The index has vectors of {known.index.dimension} numbers, the embedder gives {embedder.dimension}; "
                "build the index again."
            )
        self._embedder, self._known, self._learned = embedder, known, learned

    def match(self, faces: Sequence[Rgb], clock: Stopwatch) -> list[PictureMatches]:
        """Return what each of ``faces`` (uint8 (H, W, 3), upright) looks like."""
        face_sets = self.face_sets()
        if not faces or not face_sets:
            return [NO_MATCHES] * len(faces)
        with clock.time("embed"):
            vectors = self._embedder.embed(faces)
        return _found(vectors, face_sets, clock)

    def match_either_way(self, faces: Sequence[Rgb], clock: Stopwatch) -> list[tuple[bool, PictureMatches]]:
        """Return for each of ``faces``, upright or upside down, whether it was to be turned, and what it looks like.

        The network says which way up a face is; only where it isn't sure are both ways looked up, and
        the one that looks more like a known face is taken.
        """
        face_sets = self.face_sets()
        if not faces or not face_sets:
            return [(False, NO_MATCHES)] * len(faces)
        with clock.time("embed"):
            seen = self._embedder.embed_oriented(faces)
            as_is = np.flatnonzero(seen.upright > 1 - SURE_OF_DIRECTION).tolist()
            turned = np.flatnonzero(seen.upright < SURE_OF_DIRECTION).tolist()
            other = self._embedder.embed([rotate_180(faces[i]) for i in turned])
        readings = _found(np.concatenate([seen.vectors[as_is], other]), face_sets, clock)
        tried = [(i, False) for i in as_is] + [(i, True) for i in turned]
        best = [(False, NO_MATCHES)] * len(faces)
        for (i, way), reading in zip(tried, readings, strict=True):
            if best[i][1] is NO_MATCHES or reading.similarity > best[i][1].similarity:
                best[i] = way, reading
        return best

    def face_sets(self) -> list[KnownFaces]:
        """Return what there is to search: the index, and what was confirmed up to now."""
        learned = [self._learned()] if self._learned else []
        return [known for known in (self._known, *learned) if len(known)]


def _found(vectors: Vectors, face_sets: Sequence[KnownFaces], clock: Stopwatch) -> list[PictureMatches]:
    with clock.time("search"):
        by_shelf = [known.nearest(vectors) for known in face_sets]
        return [best_matches(seen for near in found for seen in near) for found in zip(*by_shelf, strict=True)]


def best_matches(seen: Iterable[FaceMatch]) -> PictureMatches:
    """Return the reading of a face that looks like these, as if all were rows of one index."""
    best: dict[int, FaceMatch] = {}
    for look_alike in sorted(seen, key=lambda one: -one.similarity)[:NEIGHBOURS]:
        best.setdefault(look_alike.card_id, look_alike)
    return PictureMatches(tuple(best.values()))


def extract_face(photo: Photo, quad: Quad, clock: Stopwatch) -> Rgb:
    """Return the face at a quad of a photo, uint8 (:data:`EMBED_FACE_PX`, W, 3), as the network is shown it.

    Raises:
        BadImage: damaged_image.
    """
    with clock.time("decode"):
        view = photo.at_scale(min(1.0, EMBED_FACE_PX / max(quad.height, 1.0)))
    with clock.time("rectify"):
        return rectify(view.pixels, quad.corners * np.float32(view.scale), face_height=EMBED_FACE_PX)
