"""An index left in its file: shared by processes, searched as a copy would be, and indifferent to its file's fate."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.retrieval.index import FaceIndex, IndexKind

MAPS = Path("/proc/self/maps")
needs_maps = pytest.mark.skipif(not MAPS.exists(), reason="only Linux tells what is mapped")


def unit_vectors(count: int, dimension: int = 16, seed: int = 0):
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(name="path")
def saved_index(tmp_path: Path) -> Path:
    FaceIndex.build(unit_vectors(500)).save(tmp_path / "index.faiss")
    return tmp_path / "index.faiss"


def assert_same(path: Path, queries, k: int) -> None:
    mapped, copied = FaceIndex.open(path), FaceIndex.open(path, mapped=False)
    found, expected = mapped.search(queries, k), copied.search(queries, k)
    assert np.array_equal(found.rows, expected.rows)
    assert np.array_equal(found.similarities, expected.similarities)


@pytest.mark.parametrize("kind", IndexKind)
def test_every_kind_finds_exactly_what_a_copy_finds(tmp_path: Path, kind: IndexKind):
    FaceIndex.build(unit_vectors(600), kind).save(tmp_path / "index.faiss")
    assert_same(tmp_path / "index.faiss", unit_vectors(50, seed=1), 12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 300), st.integers(1, 40), st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_whatever_is_in_it_and_whatever_is_asked(tmp_path: Path, rows: int, dimension: int, seed: int, k: int):
    path = tmp_path / "index.faiss"
    FaceIndex.build(unit_vectors(rows, dimension, seed)).save(path)
    assert_same(path, unit_vectors(5, dimension, seed + 1), k)


def test_its_vectors_come_back_as_from_a_copy(path: Path):
    mapped, copied = FaceIndex.open(path), FaceIndex.open(path, mapped=False)
    assert np.array_equal(mapped.vectors(), copied.vectors())
    assert np.array_equal(mapped.vectors_at([499, 0, 7]), copied.vectors_at([499, 0, 7]))


def test_it_goes_on_when_another_is_renamed_into_its_place_and_when_it_is_deleted(path: Path):
    queries = unit_vectors(20, seed=2)
    index = FaceIndex.open(path)
    before = index.search(queries, 5)
    FaceIndex.build(unit_vectors(100, seed=9)).save(path.with_name("next"))
    path.with_name("next").rename(path)
    assert np.array_equal(index.search(queries, 5).rows, before.rows)
    path.unlink()
    assert np.array_equal(index.search(queries, 5).rows, before.rows)
    assert np.array_equal(index.search(queries, 5).similarities, before.similarities)


def test_one_that_is_saved_again_over_its_own_file_is_written_beside_it_first(path: Path):
    index = FaceIndex.open(path)
    vectors = index.vectors()
    index.save(path)
    assert np.array_equal(index.vectors(), vectors)
    assert np.array_equal(FaceIndex.open(path).vectors(), vectors)


@needs_maps
def test_the_vectors_stay_in_the_file_and_go_with_the_index(path: Path):
    index = FaceIndex.open(path)
    assert str(path) in MAPS.read_text()
    del index
    assert str(path) not in MAPS.read_text()


@needs_maps
def test_a_copy_leaves_the_file_alone(path: Path):
    copied = FaceIndex.open(path, mapped=False)
    assert str(path) not in MAPS.read_text()
    os.truncate(path, 10)
    assert len(copied.search(unit_vectors(1), 3).rows) == 1
