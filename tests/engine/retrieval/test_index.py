"""The face index: exact search, and files that stay mapped while they are open."""

from __future__ import annotations

import os
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.errors import ArtifactDamaged
from engine.retrieval.index import FaceIndex, IndexKind
from tests.support.vectors import unit_vectors

MAPS = Path("/proc/self/maps")
needs_maps = pytest.mark.skipif(not MAPS.exists(), reason="only Linux tells what is mapped")


def assert_found_the_same(path, queries, k):
    """Check that a mapped index and a copy in memory find the same."""
    mapped, copied = FaceIndex.open(path), FaceIndex.open(path, mapped=False)
    found, expected = mapped.search(queries, k), copied.search(queries, k)
    assert np.array_equal(found.rows, expected.rows)
    assert np.array_equal(found.similarities, expected.similarities)


class TestSearch:
    @pytest.mark.parametrize("kind", IndexKind)
    def test_each_vector_finds_itself_first(self, kind):
        vectors = unit_vectors(700)
        found = FaceIndex.build(vectors, kind).search(vectors, 3)
        assert found.rows[:, 0].tolist() == list(range(700))
        assert found.similarities[:, 0] == pytest.approx(1, abs=1e-2)

    def test_neighbours_are_those_of_an_exact_search_best_first(self):
        vectors, queries = unit_vectors(200), unit_vectors(10, seed=1)
        found = FaceIndex.build(vectors).search(queries, 5)
        exact = queries @ vectors.T
        assert found.similarities == pytest.approx(np.sort(exact, axis=1)[:, ::-1][:, :5], abs=1e-2)
        for query, rows in enumerate(found.rows):
            assert exact[query, rows] == pytest.approx(found.similarities[query], abs=1e-2)

    def test_missing_neighbours_are_row_minus_one(self):
        found = FaceIndex.build(unit_vectors(2)).search(unit_vectors(1), 4)
        assert found.rows[0, 2:].tolist() == [-1, -1]

    def test_no_vectors_find_nothing(self):
        assert FaceIndex.build(unit_vectors(2)).search(unit_vectors(0), 4).rows.shape == (0, 4)

    def test_an_empty_index_finds_nothing(self):
        assert (FaceIndex.build(unit_vectors(0)).search(unit_vectors(1), 4).rows == -1).all()

    def test_the_vectors_come_back(self):
        vectors = unit_vectors(9)
        assert FaceIndex.build(vectors).vectors() == pytest.approx(vectors, abs=1e-3)


class TestParts:
    @pytest.mark.parametrize("kind", IndexKind)
    @pytest.mark.parametrize("cuts", [[], [300], [1, 2, 699]])
    def test_vectors_in_parts_make_the_same_index_as_all_at_once(self, kind, cuts):
        vectors = unit_vectors(700)
        parts = np.split(vectors, cuts)
        built = FaceIndex.build_from_parts(parts, kind)
        assert np.array_equal(built.vectors(), FaceIndex.build(vectors, kind).vectors())

    def test_no_part_is_refused(self):
        with pytest.raises(ValueError, match="one vector or more"):
            FaceIndex.build_from_parts([])


class TestFile:
    @pytest.fixture(name="path")
    def saved_index(self, tmp_path: Path) -> Path:
        FaceIndex.build(unit_vectors(500)).save(tmp_path / "index.faiss")
        return tmp_path / "index.faiss"

    def test_a_saved_index_opens_as_it_was(self, path):
        opened = FaceIndex.open(path)
        assert (len(opened), opened.dimension) == (500, 16)
        assert opened.search(unit_vectors(500), 1).rows[:, 0].tolist() == list(range(500))

    @pytest.mark.parametrize("content", [b"", b"no index", b"IxSQ\x10\0\0\0\xff"])
    def test_another_file_is_damage_and_named(self, tmp_path, content):
        path = tmp_path / "index.faiss"
        path.write_bytes(content)
        with pytest.raises(ArtifactDamaged, match=r"index\.faiss"):
            FaceIndex.open(path)

    @pytest.mark.parametrize("kind", IndexKind)
    def test_a_mapped_index_finds_what_a_copy_finds(self, tmp_path, kind):
        FaceIndex.build(unit_vectors(600), kind).save(tmp_path / "index.faiss")
        assert_found_the_same(tmp_path / "index.faiss", unit_vectors(50, seed=1), 12)

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(1, 300), st.integers(1, 40), st.integers(0, 2**32 - 1), st.integers(1, 20))
    def test_a_mapped_index_of_any_size_finds_what_a_copy_finds(self, tmp_path, rows, dimension, seed, k):
        path = tmp_path / "index.faiss"
        FaceIndex.build(unit_vectors(rows, dimension, seed)).save(path)
        assert_found_the_same(path, unit_vectors(5, dimension, seed + 1), k)

    @pytest.mark.parametrize("recipe", ["SQ8", "HNSW32", "IVF8,SQfp16", "IVF8,PQ8x4"])
    def test_an_index_of_a_kind_no_longer_built_still_serves(self, tmp_path, recipe):
        """Artifact folders of earlier versions may hold one."""
        vectors = unit_vectors(700)
        older = faiss.index_factory(16, recipe, faiss.METRIC_INNER_PRODUCT)
        older.train(vectors)
        older.add(vectors)
        faiss.write_index(older, str(tmp_path / "index.faiss"))
        assert_found_the_same(tmp_path / "index.faiss", unit_vectors(50, seed=1), 12)
        index = FaceIndex.open(tmp_path / "index.faiss")
        assert len(index) == 700
        assert ((index.vectors_at([14, 399]) * vectors[[14, 399]]).sum(1) > 0.7).all()
        assert (index.search(vectors, 1).rows[:, 0] == np.arange(700)).mean() > 0.95

    def test_vectors_come_back_as_from_a_copy(self, path):
        mapped, copied = FaceIndex.open(path), FaceIndex.open(path, mapped=False)
        assert np.array_equal(mapped.vectors(), copied.vectors())
        assert np.array_equal(mapped.vectors_at([499, 0, 7]), copied.vectors_at([499, 0, 7]))

    def test_an_open_index_survives_its_file_s_replacement_and_deletion(self, path):
        queries = unit_vectors(20, seed=2)
        index = FaceIndex.open(path)
        before = index.search(queries, 5)
        FaceIndex.build(unit_vectors(100, seed=9)).save(path.with_name("next"))
        path.with_name("next").rename(path)
        assert np.array_equal(index.search(queries, 5).rows, before.rows)
        path.unlink()
        assert np.array_equal(index.search(queries, 5).rows, before.rows)
        assert np.array_equal(index.search(queries, 5).similarities, before.similarities)

    def test_an_open_index_can_be_saved_over_its_own_file(self, path):
        index = FaceIndex.open(path)
        vectors = index.vectors()
        index.save(path)
        assert np.array_equal(index.vectors(), vectors)
        assert np.array_equal(FaceIndex.open(path).vectors(), vectors)

    @needs_maps
    def test_a_mapped_index_maps_its_file_until_it_is_deleted(self, path):
        index = FaceIndex.open(path)
        assert str(path) in MAPS.read_text()
        del index
        assert str(path) not in MAPS.read_text()

    @needs_maps
    def test_a_copy_leaves_the_file_alone(self, path):
        copied = FaceIndex.open(path, mapped=False)
        assert str(path) not in MAPS.read_text()
        os.truncate(path, 10)
        assert len(copied.search(unit_vectors(1), 3).rows) == 1
