"""Batches: every face once an epoch, look-alikes together, the same art one class."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.data.face_pack import PackedFace
from training.embedder.batches import SAME_ART, art_classes, make_batches, nearest_neighbours


def units(*rows):
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def random_units(count: int, seed: int = 0):
    return units(*np.random.default_rng(seed).standard_normal((count, 8)))


class TestNearest:
    @given(st.integers(2, 40), st.integers(0, 1000))
    def test_it_equals_an_exhaustive_search(self, count, seed):
        vectors = random_units(count, seed)
        k = min(3, count - 1)
        found = nearest_neighbours(vectors, k)
        similar = vectors @ vectors.T
        for i, row in enumerate(found):
            others = sorted(np.delete(similar[i], i), reverse=True)
            assert np.allclose(similar[i, row], others[:k], atol=1e-5)
            assert i not in row

    def test_no_vector_is_its_own_neighbour_even_among_equals(self):
        found = nearest_neighbours(units([1, 0], [1, 0], [1, 0], [1, 0]), 2)
        assert all(i not in row for i, row in enumerate(found))


class TestClasses:
    def test_the_same_art_of_a_name_is_one_class_another_art_is_not(self):
        faces = [PackedFace("Fog", s, "real") for s in ("lea", "leb", "6ed")]
        assert art_classes(faces, units([1, 0], [1, 0.01], [0, 1])).tolist() == [0, 0, 2]

    def test_other_names_never_share_a_class_however_alike(self):
        faces = [PackedFace("Fog", "", "real"), PackedFace("Mist", "", "real")]
        assert art_classes(faces, units([1, 0], [1, 0])).tolist() == [0, 1]

    def test_each_face_without_a_name_has_its_own_class(self):
        faces = [PackedFace("", "", "other")] * 3
        assert art_classes(faces, units([1, 0], [1, 0], [1, 0])).tolist() == [0, 1, 2]

    def test_same_art_is_the_threshold(self):
        angle = np.arccos(SAME_ART)
        faces = [PackedFace("Fog", "", "real")] * 2
        near, far = (units([1, 0], [np.cos(a), np.sin(a)]) for a in (angle - 0.01, angle + 0.01))
        assert art_classes(faces, near).tolist() == [0, 0]
        assert art_classes(faces, far).tolist() == [0, 1]


class TestBatches:
    @given(st.integers(4, 200), st.integers(2, 16), st.integers(1, 5), st.integers(0, 99), st.booleans())
    def test_no_row_comes_twice_and_only_a_rest_is_left_out(self, count, pairs, group, seed, mined):
        rows = list(range(1, count + 1))
        neighbours = nearest_neighbours(random_units(count + 1), min(6, count)) if mined else None
        dealt = make_batches(rows, neighbours, pairs, group, seed)
        flat = [row for batch in dealt for row in batch.tolist()]
        assert all(len(batch) == pairs for batch in dealt)
        assert len(flat) == len(set(flat)) == count // pairs * pairs
        assert set(flat) <= set(rows)

    def test_look_alikes_share_a_batch(self):
        vectors = np.repeat(random_units(10, 3), 4, axis=0)
        dealt = make_batches(range(40), nearest_neighbours(vectors, 3), 8, 4, 0)
        assert all(sorted(np.bincount(batch // 4, minlength=10))[-2:] == [4, 4] for batch in dealt)

    def test_batches_depend_on_the_seed_alone(self):
        one, again, other = (make_batches(range(64), None, 8, 1, seed) for seed in (5, 5, 6))
        assert np.array_equal(one, again)
        assert not np.array_equal(one, other)
