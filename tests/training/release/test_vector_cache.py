"""Vectors of pictures, kept between builds, in a real SQLite file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.release.vector_cache import PictureKey, StoreError, VectorStore

MODEL, OTHER = "a" * 64, "b" * 64
KEY = PictureKey("faces/one.webp", 9000)


def unit(*numbers):
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture(name="path")
def store_path(tmp_path):
    return tmp_path / "vectors.sqlite"


def test_a_vector_is_found_again_by_the_next_run(path):
    with VectorStore(path, MODEL, 3) as store:
        store.add([KEY], unit(1, 2, 3)[np.newaxis])
    with VectorStore(path, MODEL, 3) as store:
        assert KEY in store
        assert np.allclose(store.get(KEY), unit(1, 2, 3), atol=1e-3)
        assert len(store) == 1


@pytest.mark.parametrize("other", [PictureKey("faces/two.webp", 9000), PictureKey("faces/one.webp", 9001)])
def test_another_name_or_another_size_is_another_picture(path, other):
    with VectorStore(path, MODEL, 3) as store:
        store.add([KEY], unit(1, 2, 3)[np.newaxis])
        assert other not in store
        assert store.get(other) is None


def test_vectors_of_another_network_are_not_given_out(path):
    with VectorStore(path, MODEL, 3) as store:
        store.add([KEY], unit(1, 2, 3)[np.newaxis])
    with VectorStore(path, OTHER, 2) as store:
        assert KEY not in store
        store.add([KEY], unit(3, 4)[np.newaxis])
        assert np.allclose(store.get(KEY), unit(3, 4), atol=1e-3)
    with VectorStore(path, MODEL, 3) as store:
        assert np.allclose(store.get(KEY), unit(1, 2, 3), atol=1e-3)


@given(st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=8), st.text(min_size=1).filter(str.isprintable))
def test_what_is_kept_comes_back_to_the_bit_of_a_half(tmp_path_factory, numbers, name):
    with VectorStore(tmp_path_factory.mktemp("store") / "v.sqlite", MODEL, len(numbers)) as store:
        store.add([PictureKey(name, 1)], np.array([numbers], np.float32))
        assert store.get(PictureKey(name, 1)).tolist() == numbers


def test_a_few_unused_vectors_are_kept_for_another_day(path):
    with VectorStore(path, MODEL, 2) as store:
        keys = [PictureKey(f"{n}", 1) for n in range(10)]
        store.add(keys, np.ones((10, 2), np.float32))
        assert store.forget_unused(iter(keys[:6])) == 0
        assert len(store) == 10


def test_more_unused_vectors_than_used_ones_are_forgotten_with_those_of_other_networks(path):
    keys = [PictureKey(f"{n}", 1) for n in range(10)]
    with VectorStore(path, OTHER, 2) as store:
        store.add(keys[:3], np.ones((3, 2), np.float32))
    with VectorStore(path, MODEL, 2) as store:
        store.add(keys, np.ones((10, 2), np.float32))
        assert store.forget_unused(iter(keys[:4])) == 9
        assert [key in store for key in keys] == [True] * 4 + [False] * 6


def test_another_program_s_file_is_left_alone(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE diary (text)")
    database.close()
    with pytest.raises(StoreError, match="another program's file"):
        VectorStore(path, MODEL, 2)


def test_a_damaged_file_says_that_it_may_be_removed(path):
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="remove the file: all pictures are then embedded again"):
        VectorStore(path, MODEL, 2)


def test_a_store_of_another_format_is_made_anew(path):
    with VectorStore(path, MODEL, 2) as store:
        store.add([KEY], np.ones((1, 2), np.float32))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with VectorStore(path, MODEL, 2) as store:
        assert len(store) == 0


KILLED = """
import os, sys, numpy as np
from pathlib import Path
from training.release.vector_cache import PictureKey, VectorStore
store = VectorStore(Path(sys.argv[1]), "a" * 64, 2)
for batch in range(3):
    store.add([PictureKey(f"{batch}/{n}", 1) for n in range(16)], np.ones((16, 2), np.float32))
os._exit(9)
"""


def test_a_killed_run_keeps_every_batch_it_finished(path):
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 9
    with VectorStore(path, MODEL, 2) as store:
        assert len(store) == 48
