"""Match card faces by picture: which known faces each one looks like."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.core.errors import ArtifactMismatch
from engine.core.rectify import rectify, rotate_180
from engine.core.timing import Stopwatch
from engine.core.values import Quad, Rgb
from engine.image.photo import Photo
from engine.retrieval.embedder import Embedder, Vectors
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import IndexedFace

NEIGHBOURS = 12
"""Cards that a face is compared with: the nearest ones."""
ROWS_FETCHED, MORE = 768, 8
"""Rows fetched at first, and how many times as many if they are of too few cards: a card may have many printings that
look alike, basic lands have 800. Up to so many rows a search takes no longer."""
EMBED_FACE_PX = 320
"""Height of the face given to the picture network, which reduces it to about two thirds."""
SURE_OF_DIRECTION = 0.99
"""Probability from which the network is trusted on which way up a face is, so that only that way is embedded."""


@dataclass(frozen=True, slots=True)
class FaceMatch:
    """A known face near the query; ``similarity`` is the cosine of their vectors, -1..1."""

    card_id: int
    face: IndexedFace
    similarity: float


@dataclass(frozen=True, slots=True)
class PictureMatches:
    """The known faces that one face looks like, best first, at most one per card.

    ``vector`` is the face's own, float32 (dimension,), if it was embedded.
    """

    matches: tuple[FaceMatch, ...] = ()
    vector: Vectors | None = field(default=None, compare=False, repr=False)

    @property
    def similarity(self) -> float:
        """Cosine of the nearest known face, 0 without any."""
        return self.matches[0].similarity if self.matches else 0.0

    @property
    def margin(self) -> float:
        """How much nearer the nearest card is than the second nearest."""
        return self.similarity - self.matches[1].similarity if len(self.matches) > 1 else self.similarity


NO_MATCHES = PictureMatches()


@dataclass(frozen=True, slots=True, eq=False)
class KnownFaces:
    """An index, and the face and the catalogue's card of each of its rows.

    Immutable: a search goes on with the old one while another thread replaces it.
    """

    index: FaceIndex
    faces: Sequence[IndexedFace]
    card_ids: Sequence[int]

    @classmethod
    def from_index(
        cls, index: FaceIndex, faces: Sequence[IndexedFace], find: Callable[[str], int | None]
    ) -> KnownFaces:
        """Return the faces of an artifact folder; ``find`` returns the card id of a name, or None.

        Raises ArtifactMismatch if index and rows, or rows and catalogue, don't belong together.
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
        """Return the faces whose names are ``wanted``, in a new exact index."""
        kept = [row for row, face in enumerate(self.faces) if wanted(face.name)]
        index = FaceIndex.build(self.index.vectors()[kept])
        return KnownFaces(index, [self.faces[row] for row in kept], [self.card_ids[row] for row in kept])

    def __len__(self) -> int:
        return len(self.faces)

    def nearest(self, vectors: Vectors) -> list[list[FaceMatch]]:
        """Return each vector's nearest faces of different cards, best first: :data:`NEIGHBOURS` of them, or all."""
        matches: list[list[FaceMatch]] = [[] for _ in vectors]
        open_ones, fetched = list(range(len(vectors))), ROWS_FETCHED
        while open_ones:
            found = self.index.search(vectors[open_ones], min(fetched, len(self)))
            for n, rows, similarities in zip(open_ones, found.rows.tolist(), found.similarities.tolist(), strict=True):
                best: dict[int, FaceMatch] = {}
                for row, similarity in zip(rows, similarities, strict=True):
                    if row < 0 or len(best) == NEIGHBOURS:
                        break
                    card_id = self.card_ids[row]
                    if card_id not in best:
                        best[card_id] = FaceMatch(card_id, self.faces[row], similarity)
                matches[n] = list(best.values())
            open_ones = [n for n in open_ones if len(matches[n]) < NEIGHBOURS and fetched < len(self)]
            fetched *= MORE
        return matches

    def nearest_cards(self, vectors: Vectors, count: int) -> dict[int, float]:
        """Return at most ``count`` cards nearest to any of ``vectors``, best first, with their highest cosines."""
        wanted = 2 * count
        while True:
            found = self.index.search(vectors, min(wanted, len(self)))
            best: dict[int, float] = {}
            for row, similarity in zip(found.rows.ravel().tolist(), found.similarities.ravel().tolist(), strict=True):
                if row >= 0:
                    card_id = self.card_ids[row]
                    best[card_id] = max(similarity, best.get(card_id, -1.0))
            # Many printings of one card may precede the next card: fetch more rows until there are enough cards.
            if len(best) >= count or wanted >= len(self):
                return dict(sorted(best.items(), key=lambda pair: -pair[1])[:count])
            wanted *= 4

    def vectors_of_card(self, card_id: int) -> Vectors:
        """Return the vectors of a card's faces, float32 (N, dimension); N is 0 for a card without any."""
        return self.index.vectors_at([row for row, ident in enumerate(self.card_ids) if ident == card_id])


class PictureWitness:
    """Looks cards up by their picture.

    Args:
        embedder: turns faces into vectors.
        known: the faces of the index.
        learned: returns the faces confirmed so far, to be searched along with the index.
    """

    def __init__(self, embedder: Embedder, known: KnownFaces, learned: Callable[[], KnownFaces] | None = None) -> None:
        if known.index.dimension != embedder.dimension:
            raise ArtifactMismatch(
                f"The index has vectors of {known.index.dimension} numbers, the embedder gives {embedder.dimension}; "
                "build the index again."
            )
        self._embedder, self._known, self._learned = embedder, known, learned

    def match(self, faces: Sequence[Rgb], clock: Stopwatch) -> list[PictureMatches]:
        """Return the matches of each of ``faces`` (uint8 (H, W, 3), upright)."""
        face_sets = self.face_sets()
        if not faces or not face_sets:
            return [NO_MATCHES] * len(faces)
        with clock.time("embed"):
            vectors = self._embedder.embed(faces)
        return _search(vectors, face_sets, clock)

    def match_either_way(self, faces: Sequence[Rgb], clock: Stopwatch) -> list[tuple[bool, PictureMatches]]:
        """Return for each of ``faces``, upright or upside down, whether it had to be turned, and its matches.

        Only where the network is unsure which way up a face is, both ways are looked up, and the better one is taken.
        """
        face_sets = self.face_sets()
        if not faces or not face_sets:
            return [(False, NO_MATCHES)] * len(faces)
        with clock.time("embed"):
            embedded = self._embedder.embed_oriented(faces)
            as_is = np.flatnonzero(embedded.upright > 1 - SURE_OF_DIRECTION).tolist()
            turned = np.flatnonzero(embedded.upright < SURE_OF_DIRECTION).tolist()
            turned_vectors = self._embedder.embed([rotate_180(faces[i]) for i in turned])
        found = _search(np.concatenate([embedded.vectors[as_is], turned_vectors]), face_sets, clock)
        tried = [(i, False) for i in as_is] + [(i, True) for i in turned]
        best = [(False, NO_MATCHES)] * len(faces)
        for (i, is_turned), matches in zip(tried, found, strict=True):
            if best[i][1] is NO_MATCHES or matches.similarity > best[i][1].similarity:
                best[i] = is_turned, matches
        return best

    def face_sets(self) -> list[KnownFaces]:
        """Return the non-empty sets of faces to search: the index and the confirmed ones."""
        learned = [self._learned()] if self._learned else []
        return [known for known in (self._known, *learned) if len(known)]


def _search(vectors: Vectors, face_sets: Sequence[KnownFaces], clock: Stopwatch) -> list[PictureMatches]:
    with clock.time("search"):
        per_set = [known.nearest(vectors) for known in face_sets]
        merged = [best_matches(itertools.chain.from_iterable(found)) for found in zip(*per_set, strict=True)]
        return [replace(matches, vector=vector) for matches, vector in zip(merged, vectors, strict=True)]


def best_matches(found: Iterable[FaceMatch]) -> PictureMatches:
    """Merge one face's matches from several indexes, as if all their rows were in one."""
    best: dict[int, FaceMatch] = {}
    for match in sorted(found, key=lambda one: -one.similarity):
        best.setdefault(match.card_id, match)
    return PictureMatches(tuple(best.values())[:NEIGHBOURS])


def extract_face(photo: Photo, quad: Quad, clock: Stopwatch) -> Rgb:
    """Return the face at a quad of a photo as the network takes it: uint8 (:data:`EMBED_FACE_PX`, W, 3)."""
    with clock.time("decode"):
        view = photo.showing(quad.height, EMBED_FACE_PX)
    with clock.time("rectify"):
        return rectify(view.pixels, quad.corners * np.float32(view.scale), face_height=EMBED_FACE_PX)
