"""Vectors, rows and names: what the picture witness is made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.artifacts import EMBEDDER, SHIPPED
from engine.core.errors import ArtifactDamaged, ArtifactMismatch
from engine.core.timing import Stopwatch
from engine.reading.ocr import MODEL_DIR, RECOGNITION_MODEL
from engine.retrieval.embedder import BATCH, Embedder, Embeddings, embedder_input
from engine.retrieval.index import FaceIndex, IndexKind
from engine.retrieval.indexed_faces import COLUMNS, IndexedFace, read_faces, write_faces
from engine.retrieval.picture_match import NO_MATCHES, SURE_OF_DIRECTION, KnownFaces, PictureWitness
from tests.support.drawings import pattern
from training.drawing.cards import demo_cards, draw_card

DRAWN_VECTOR = [0.0397, -0.0882, -0.0661, -0.1556, 0.0373]
"""First numbers of the vector of ``pattern(1)`` as the shipped embedder gave it when it was made."""


def unit_vectors(count, dimension=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def embedder():
    return Embedder(SHIPPED / EMBEDDER, threads=1)


class TestEmbedder:
    def test_a_known_picture_has_its_known_vector(self, embedder):
        """Fails when resizing, channel order or the network changes: then every index has to be built again."""
        assert embedder.embed([pattern()])[0, :5] == pytest.approx(DRAWN_VECTOR, abs=1e-2)

    def test_vectors_have_length_one(self, embedder):
        vectors = embedder.embed([pattern(seed) for seed in range(3)])
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)

    def test_a_batch_is_the_same_as_one_by_one(self, embedder):
        pictures = [pattern(seed) for seed in range(BATCH + 2)]
        together = embedder.embed(pictures)
        alone = np.concatenate([embedder.embed([picture]) for picture in pictures])
        assert together == pytest.approx(alone, abs=1e-3)

    def test_no_faces_give_no_vectors(self, embedder):
        assert embedder.embed([]).shape == (0, embedder.dimension)
        assert embedder.embed_oriented([]).upright.shape == (0,)

    def test_it_knows_up_from_down_and_is_never_sure_of_the_wrong_way(self, embedder):
        """Drawn cards are none it learnt from: now and then it may lean the wrong way, but not believe it."""
        drawn = [draw_card(card, 320) for card in demo_cards()]
        upright = embedder.embed_oriented(drawn).upright
        turned = embedder.embed_oriented([np.ascontiguousarray(face[::-1, ::-1]) for face in drawn]).upright
        assert (np.concatenate([upright > 0.5, turned < 0.5])).mean() > 0.85
        assert upright.min() > 1 - SURE_OF_DIRECTION
        assert turned.max() < SURE_OF_DIRECTION

    def test_the_same_picture_at_another_size_is_nearest(self, embedder):
        small, large, other = embedder.embed([pattern(1, (160, 224)), pattern(1, (480, 670)), pattern(2)])
        assert small @ large > 0.95 > small @ other

    def test_another_model_s_file_is_a_mismatch_and_noise_is_damage(self, tmp_path):
        with pytest.raises(ArtifactMismatch, match="batch, 3, height, width"):
            Embedder(_batchless(tmp_path))
        noise = tmp_path / "embedder.onnx"
        noise.write_bytes(b"no model")
        with pytest.raises(ArtifactDamaged, match=r"embedder\.onnx"):
            Embedder(noise)

    def test_input_is_rgb_as_it_comes_in_0_to_255(self):
        red = np.zeros((80, 60, 3), np.uint8)
        red[..., 0] = 200
        tensor = embedder_input([red], 224, 160)
        assert (tensor.shape, tensor.dtype) == ((1, 3, 224, 160), np.float32)
        assert (tensor[0, 0] == 200).all()
        assert (tensor[0, 1:] == 0).all()


def _batchless(folder):
    """Return the file of a model whose input has another shape: the text reader's takes any width."""
    path = folder / "reader.onnx"
    path.write_bytes((MODEL_DIR / RECOGNITION_MODEL).read_bytes())
    return path


class TestFaceIndex:
    def test_each_vector_finds_itself_first(self):
        vectors = unit_vectors(50)
        found = FaceIndex.build(vectors).search(vectors, 3)
        assert found.rows[:, 0].tolist() == list(range(50))
        assert found.similarities[:, 0] == pytest.approx(1, abs=1e-2)

    def test_neighbours_are_those_of_an_exact_search_best_first(self):
        vectors, queries = unit_vectors(200), unit_vectors(10, seed=1)
        found = FaceIndex.build(vectors).search(queries, 5)
        exact = queries @ vectors.T
        assert found.similarities == pytest.approx(np.sort(exact, axis=1)[:, ::-1][:, :5], abs=1e-2)
        for query, rows in enumerate(found.rows):
            assert exact[query, rows] == pytest.approx(found.similarities[query], abs=1e-2)

    @pytest.mark.parametrize("kind", IndexKind)
    def test_every_kind_finds_most_of_what_an_exact_search_finds(self, tmp_path, kind):
        vectors = unit_vectors(400)
        FaceIndex.build(vectors, kind).save(tmp_path / "index.faiss")
        found = FaceIndex.open(tmp_path / "index.faiss").search(vectors, 1)
        assert (found.rows[:, 0] == np.arange(400)).mean() > 0.95

    def test_what_a_kind_can_t_hold_is_refused(self):
        with pytest.raises(ValueError, match="256 vectors"):
            FaceIndex.build(unit_vectors(20), IndexKind.IVF_PQ)
        with pytest.raises(ValueError, match="divisible by 4"):
            FaceIndex.build(unit_vectors(300, dimension=18), IndexKind.IVF_PQ)

    def test_the_vectors_come_back(self):
        vectors = unit_vectors(9)
        assert FaceIndex.build(vectors).vectors() == pytest.approx(vectors, abs=1e-3)

    def test_what_is_missing_is_row_minus_one(self):
        found = FaceIndex.build(unit_vectors(2)).search(unit_vectors(1), 4)
        assert found.rows[0, 2:].tolist() == [-1, -1]

    def test_no_vectors_find_nothing(self):
        assert FaceIndex.build(unit_vectors(2)).search(unit_vectors(0), 4).rows.shape == (0, 4)

    def test_an_empty_index_knows_nothing(self):
        assert (FaceIndex.build(unit_vectors(0)).search(unit_vectors(1), 4).rows == -1).all()

    def test_a_saved_index_opens_as_it_was(self, tmp_path):
        vectors = unit_vectors(20)
        FaceIndex.build(vectors).save(tmp_path / "index.faiss")
        opened = FaceIndex.open(tmp_path / "index.faiss")
        assert (len(opened), opened.dimension) == (20, 16)
        assert opened.search(vectors, 1).rows[:, 0].tolist() == list(range(20))

    @pytest.mark.parametrize("content", [b"", b"no index", b"IxSQ\x10\0\0\0\xff"])
    def test_another_file_is_damage_and_named(self, tmp_path, content):
        path = tmp_path / "index.faiss"
        path.write_bytes(content)
        with pytest.raises(ArtifactDamaged, match=r"index\.faiss"):
            FaceIndex.open(path)


texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


class TestFaceRows:
    @given(st.lists(st.builds(IndexedFace, texts, texts, texts, texts, texts), max_size=5))
    def test_rows_come_back_as_they_were_written(self, tmp_path_factory, rows):
        path = tmp_path_factory.mktemp("faces") / "faces.csv"
        write_faces(path, rows)
        assert read_faces(path) == rows

    @pytest.mark.parametrize(
        "content",
        [b"", b"name,set\nOpt,dom\n", ",".join(COLUMNS).encode() + b"\nOpt,0\n", b"\xff\xfe\x00", b'"never closed'],
        ids=["empty", "other columns", "short row", "no text", "no header"],
    )
    def test_another_file_is_damage_and_named(self, tmp_path, content):
        path = tmp_path / "faces.csv"
        path.write_bytes(content)
        with pytest.raises(ArtifactDamaged, match=r"faces\.csv"):
            read_faces(path)


def face(name, number="1"):
    return IndexedFace(name, "0", "dmo", number, "")


CARD_IDS = {"Bellrook Sentry": 7, "Prism of Nine Winters": 8, "Oath": 9}


class Known:
    """A network that knows a few faces by their first pixel: the row each looks like, and how upright it says it is.

    A face turned upside down has its first pixel at its end; only one that it calls upside down is known that way.
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

    def test_a_known_face_is_recognised(self, embedder):
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

    def test_no_face_is_asked_about_no_answer_given(self, embedder):
        assert self.witness(embedder).match([], Stopwatch()) == []
        assert self.witness(embedder).match_either_way([], Stopwatch()) == []

    def test_a_face_upside_down_is_turned_and_recognised(self, embedder):
        drawn = [draw_card(card, 320) for card in demo_cards()[:4]]
        index = FaceIndex.build(embedder.embed(drawn))
        witness = PictureWitness(embedder, KnownFaces.from_index(index, self.faces, CARD_IDS.get))
        shown = [np.ascontiguousarray(f[::-1, ::-1]) if i % 2 else f for i, f in enumerate(drawn)]
        answers = witness.match_either_way(shown, Stopwatch())
        assert [turned for turned, _ in answers] == [False, True, False, True]
        assert [reading.matches[0].card_id for _, reading in answers] == [7, 8, 7, 9]
        assert all(reading.similarity > 0.9 for _, reading in answers)

    def test_a_sure_network_is_believed_and_an_unsure_one_looked_at_both_ways(self):
        network = Known({"a": (0, 0.999), "b": (1, 0.001), "c": (2, 0.5)})
        witness = PictureWitness(
            network, KnownFaces.from_index(FaceIndex.build(np.eye(4, dtype=np.float32)), self.faces, CARD_IDS.get)
        )
        answers = witness.match_either_way([network.face("a"), network.face("b"), network.face("c")], Stopwatch())
        assert [turned for turned, _ in answers] == [False, True, False]
        assert network.asked == ["a", "b", "c", "b turned", "c turned"]
        assert [reading.matches[0].card_id for _, reading in answers] == [7, 8, 7]

    def test_an_empty_index_has_seen_nothing(self, embedder):
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


class Blots:
    """A network whose vectors are what its faces' first numbers say: a row of :data:`ROWS`."""

    dimension = 16

    def embed(self, faces):
        return ROWS[[face[0, 0, 0] for face in faces]]


ROWS = unit_vectors(120, seed=3)
"""Vectors of known faces and of queries."""
CARDS = 9


def known(rows):
    """Return some of :data:`ROWS` as known faces of few cards, as the overlay or the index would give them."""
    faces = [face(f"Card {row % CARDS}", str(row)) for row in rows]
    return KnownFaces.from_index(
        FaceIndex.build(ROWS[list(rows)], IndexKind.FLAT), faces, lambda name: int(name.split()[1])
    )


class TestWhatWasLearnt:
    queries = tuple(np.full((2, 2, 3), row, np.uint8) for row in range(100, 120))

    def readings(self, indexed, learned):
        return PictureWitness(Blots(), known(indexed), lambda: known(learned)).match(self.queries, Stopwatch())

    @given(st.sets(st.integers(0, 99), max_size=60), st.data())
    def test_it_is_found_as_if_it_were_in_the_index(self, rows, data):
        learned = data.draw(st.sets(st.sampled_from(sorted(rows)))) if rows else set()
        apart = self.readings(sorted(rows - learned), sorted(learned))
        together = self.readings(sorted(rows), [])
        for one, other in zip(apart, together, strict=True):
            assert [like.face for like in one.matches] == [like.face for like in other.matches]
            assert [like.similarity for like in one.matches] == pytest.approx(
                [like.similarity for like in other.matches], abs=1e-5
            )

    @given(st.sets(st.integers(0, 99), max_size=30), st.sets(st.integers(0, 99), max_size=30))
    def test_what_is_forgotten_leaves_no_trace(self, indexed, learned):
        now = known(sorted(learned))
        witness = PictureWitness(Blots(), known(sorted(indexed)), lambda: now)
        witness.match(self.queries, Stopwatch())
        now = known([])
        assert witness.match(self.queries, Stopwatch()) == self.readings(sorted(indexed), [])

    def test_an_empty_index_is_no_hindrance(self):
        assert self.readings([], [5])[0].matches[0].face.collector_number == "5"
