"""Matching faces by picture: known faces, both ways up, with and without confirmed ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.artifacts import EMBEDDER, SHIPPED
from engine.core.errors import ArtifactMismatch
from engine.core.timing import Stopwatch
from engine.retrieval import picture_match
from engine.retrieval.embedder import Embedder, Embeddings
from engine.retrieval.index import FaceIndex, IndexKind
from engine.retrieval.indexed_faces import IndexedFace
from engine.retrieval.picture_match import NEIGHBOURS, NO_MATCHES, KnownFaces, PictureWitness
from tests.support.drawings import pattern
from tests.support.vectors import unit_vectors
from training.drawing.cards import demo_cards, draw_card


@pytest.fixture(scope="module")
def embedder():
    return Embedder(SHIPPED / EMBEDDER, threads=1)


def face(name, number="1"):
    return IndexedFace(name, "0", "dmo", number, "")


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=60),
    st.integers(1, 16),
    st.integers(0, 2**16),
)
def test_the_nearest_faces_are_of_different_cards_however_many_printings_each_has(card_ids, fetched, seed):
    vectors = unit_vectors(len(card_ids) + 2, 8, seed)
    known, asked = vectors[2:], vectors[:2]
    faces = [face(f"Card {card_id}", str(row)) for row, card_id in enumerate(card_ids)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(picture_match, "ROWS_FETCHED", fetched)
        found = KnownFaces(FaceIndex.build(known, IndexKind.FLAT), faces, card_ids).nearest(asked)
    for vector, matches in zip(asked, found, strict=True):
        best = {}
        for row in np.argsort(-(known @ vector)).tolist():
            best.setdefault(card_ids[row], str(row))
        expected = list(best.items())[:NEIGHBOURS]
        assert [(match.card_id, match.face.collector_number) for match in matches] == expected


CARD_IDS = {"Bellrook Sentry": 7, "Prism of Nine Winters": 8, "Oath": 9}


class PixelEmbedder:
    """Knows a few faces by their first pixel: the row each looks like, and how upright it calls it.

    In a face turned upside down that pixel is the last; such a face is known only if it calls it upside down.
    """

    dimension = 4

    def __init__(self, faces):
        self._faces, self.asked = faces, []

    def face(self, name):
        pixels = np.zeros((4, 4, 3), np.uint8)
        pixels[0, 0] = ord(name)
        return pixels

    def embed_oriented(self, faces):
        vectors, upright = zip(*(self._one(face) for face in faces), strict=True)
        return Embeddings(np.stack(vectors), np.array(upright, np.float32))

    def embed(self, faces):
        return self.embed_oriented(faces).vectors

    def _one(self, face):
        turned = face[0, 0, 0] == 0
        name = chr(face[-1, -1, 0] if turned else face[0, 0, 0])
        self.asked.append(f"{name} turned" if turned else name)
        row, upright = self._faces[name]
        right_way = turned == (upright < 0.5)
        vector = np.eye(4, dtype=np.float32)[row] if right_way else np.full(4, 0.5, np.float32)
        return vector, 1 - upright if turned else upright


class TestPictureWitness:
    drawn = tuple(pattern(seed) for seed in range(4))
    faces = (face("Bellrook Sentry"), face("Prism of Nine Winters"), face("Bellrook Sentry", "2"), face("Oath"))

    def witness(self, embedder, faces=None, ids=None):
        index = FaceIndex.build(embedder.embed(self.drawn))
        return PictureWitness(embedder, KnownFaces.from_index(index, faces or self.faces, (ids or CARD_IDS).get))

    def test_a_known_face_is_matched(self, embedder):
        readings = self.witness(embedder).match(self.drawn, Stopwatch())
        assert [reading.matches[0].card_id for reading in readings] == [7, 8, 7, 9]
        assert [reading.matches[0].face.collector_number for reading in readings] == ["1", "1", "2", "1"]
        assert all(reading.similarity > 0.99 for reading in readings)

    def test_a_card_is_named_once_by_its_nearest_printing(self, embedder):
        for reading in self.witness(embedder).match(self.drawn, Stopwatch()):
            assert sorted(like.card_id for like in reading.matches) == [7, 8, 9]
            likes = [like.similarity for like in reading.matches]
            assert likes == sorted(likes, reverse=True)
            assert reading.margin == pytest.approx(likes[0] - likes[1])

    def test_no_faces_give_no_matches(self, embedder):
        assert self.witness(embedder).match([], Stopwatch()) == []
        assert self.witness(embedder).match_either_way([], Stopwatch()) == []

    def test_a_face_upside_down_is_turned_and_matched(self, embedder):
        drawn = [draw_card(card, 320) for card in demo_cards()[:4]]
        index = FaceIndex.build(embedder.embed(drawn))
        witness = PictureWitness(embedder, KnownFaces.from_index(index, self.faces, CARD_IDS.get))
        shown = [np.ascontiguousarray(f[::-1, ::-1]) if i % 2 else f for i, f in enumerate(drawn)]
        answers = witness.match_either_way(shown, Stopwatch())
        assert [turned for turned, _ in answers] == [False, True, False, True]
        assert [reading.matches[0].card_id for _, reading in answers] == [7, 8, 7, 9]
        assert all(reading.similarity > 0.9 for _, reading in answers)

    def test_only_a_face_whose_direction_is_unsure_is_embedded_both_ways(self):
        network = PixelEmbedder({"a": (0, 0.999), "b": (1, 0.001), "c": (2, 0.5)})
        witness = PictureWitness(
            network, KnownFaces.from_index(FaceIndex.build(np.eye(4, dtype=np.float32)), self.faces, CARD_IDS.get)
        )
        answers = witness.match_either_way([network.face("a"), network.face("b"), network.face("c")], Stopwatch())
        assert [turned for turned, _ in answers] == [False, True, False]
        assert network.asked == ["a", "b", "c", "b turned", "c turned"]
        assert [reading.matches[0].card_id for _, reading in answers] == [7, 8, 7]

    def test_an_empty_index_matches_nothing(self, embedder):
        none = FaceIndex.build(np.zeros((0, embedder.dimension), np.float32))
        empty = PictureWitness(embedder, KnownFaces.from_index(none, [], CARD_IDS.get))
        assert empty.match(self.drawn[:1], Stopwatch()) == [NO_MATCHES]
        assert (NO_MATCHES.similarity, NO_MATCHES.margin) == (0, 0)

    def test_rows_and_vectors_of_different_number_are_a_mismatch(self, embedder):
        with pytest.raises(ArtifactMismatch, match="4 vectors, its list 3 faces"):
            self.witness(embedder, faces=self.faces[:3])

    def test_a_name_the_catalogue_lacks_is_a_mismatch_and_named(self, embedder):
        with pytest.raises(ArtifactMismatch, match="Oath"):
            self.witness(embedder, ids={"Bellrook Sentry": 7, "Prism of Nine Winters": 8})


class RowEmbedder:
    """Gives each face the row of :data:`ROWS` that its first number names."""

    dimension = 16

    def embed(self, faces):
        return ROWS[[face[0, 0, 0] for face in faces]]


ROWS = unit_vectors(120, seed=3)
"""Vectors of known faces and of queries."""
CARDS = 9


def known(rows):
    """Return some of :data:`ROWS` as known faces of few cards, like those of the overlay or the index."""
    faces = [face(f"Card {row % CARDS}", str(row)) for row in rows]
    return KnownFaces.from_index(
        FaceIndex.build(ROWS[list(rows)], IndexKind.FLAT), faces, lambda name: int(name.split()[1])
    )


class TestConfirmedFaces:
    queries = tuple(np.full((2, 2, 3), row, np.uint8) for row in range(100, 120))

    def readings(self, indexed, learned):
        return PictureWitness(RowEmbedder(), known(indexed), lambda: known(learned)).match(self.queries, Stopwatch())

    @given(st.sets(st.integers(0, 99), max_size=60), st.data())
    def test_they_are_found_as_if_they_were_in_the_index(self, rows, data):
        learned = data.draw(st.sets(st.sampled_from(sorted(rows)))) if rows else set()
        apart = self.readings(sorted(rows - learned), sorted(learned))
        together = self.readings(sorted(rows), [])
        for one, other in zip(apart, together, strict=True):
            assert [like.face for like in one.matches] == [like.face for like in other.matches]
            assert [like.similarity for like in one.matches] == pytest.approx(
                [like.similarity for like in other.matches], abs=1e-5
            )

    @given(st.sets(st.integers(0, 99), max_size=30), st.sets(st.integers(0, 99), max_size=30))
    def test_revoked_ones_leave_no_trace(self, indexed, learned):
        now = known(sorted(learned))
        witness = PictureWitness(RowEmbedder(), known(sorted(indexed)), lambda: now)
        witness.match(self.queries, Stopwatch())
        now = known([])
        assert witness.match(self.queries, Stopwatch()) == self.readings(sorted(indexed), [])

    def test_they_are_found_without_an_index(self):
        assert self.readings([], [5])[0].matches[0].face.collector_number == "5"
