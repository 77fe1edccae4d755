"""The vector cache in a real SQLite file."""

import sqlite3
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.errors import CommandError
from training.release.vector_cache import PictureKey, VectorCache

MODEL, OTHER = "a" * 64, "b" * 64
KEY = PictureKey("faces/one.webp", 9000)


def unit(*numbers):
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture(name="path")
def cache_path(tmp_path):
    return tmp_path / "vectors.sqlite"


def test_the_next_run_finds_a_vector(path):
    with VectorCache(path, MODEL, 3) as cache:
        cache.add([KEY], unit(1, 2, 3)[np.newaxis])
    with VectorCache(path, MODEL, 3) as cache:
        assert KEY in cache
        assert np.allclose(cache.get(KEY), unit(1, 2, 3), atol=1e-3)


@pytest.mark.parametrize("other", [PictureKey("faces/two.webp", 9000), PictureKey("faces/one.webp", 9001)])
def test_another_path_or_size_is_another_picture(path, other):
    with VectorCache(path, MODEL, 3) as cache:
        cache.add([KEY], unit(1, 2, 3)[np.newaxis])
        assert other not in cache
        assert cache.get(other) is None


def test_vectors_of_another_network_are_not_returned(path):
    with VectorCache(path, MODEL, 3) as cache:
        cache.add([KEY], unit(1, 2, 3)[np.newaxis])
    with VectorCache(path, OTHER, 2) as cache:
        assert KEY not in cache
        cache.add([KEY], unit(3, 4)[np.newaxis])
        assert np.allclose(cache.get(KEY), unit(3, 4), atol=1e-3)
    with VectorCache(path, MODEL, 3) as cache:
        assert np.allclose(cache.get(KEY), unit(1, 2, 3), atol=1e-3)


@given(st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=8), st.text(min_size=1).filter(str.isprintable))
def test_vectors_are_kept_exactly_as_float16(tmp_path_factory, numbers, name):
    with VectorCache(tmp_path_factory.mktemp("cache") / "v.sqlite", MODEL, len(numbers)) as cache:
        cache.add([PictureKey(name, 1)], np.array([numbers], np.float32))
        assert cache.get(PictureKey(name, 1)).tolist() == numbers


def test_a_few_unused_vectors_are_kept(path):
    with VectorCache(path, MODEL, 2) as cache:
        keys = [PictureKey(f"{n}", 1) for n in range(10)]
        cache.add(keys, np.ones((10, 2), np.float32))
        assert cache.forget_unused(iter(keys[:6])) == 0
        assert all(key in cache for key in keys)


def test_more_unused_vectors_than_used_ones_are_forgotten_with_those_of_other_networks(path):
    keys = [PictureKey(f"{n}", 1) for n in range(10)]
    with VectorCache(path, OTHER, 2) as cache:
        cache.add(keys[:3], np.ones((3, 2), np.float32))
    with VectorCache(path, MODEL, 2) as cache:
        cache.add(keys, np.ones((10, 2), np.float32))
        assert cache.forget_unused(iter(keys[:4])) == 9
        assert [key in cache for key in keys] == [True] * 4 + [False] * 6


def test_another_program_s_file_is_left_alone(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE diary (text)")
    database.close()
    with pytest.raises(CommandError, match="another program's file"):
        VectorCache(path, MODEL, 2)


def test_a_damaged_file_says_that_it_may_be_removed(path):
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(CommandError, match="remove the file, and all pictures are embedded again"):
        VectorCache(path, MODEL, 2)


def test_a_cache_of_another_format_is_emptied(path):
    with VectorCache(path, MODEL, 2) as cache:
        cache.add([KEY], np.ones((1, 2), np.float32))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with VectorCache(path, MODEL, 2) as cache:
        assert KEY not in cache


KILLED = """
import os, sys, numpy as np
from pathlib import Path
from training.release.vector_cache import PictureKey, VectorCache
cache = VectorCache(Path(sys.argv[1]), "a" * 64, 2)
for batch in range(3):
    cache.add([PictureKey(f"{batch}/{n}", 1) for n in range(16)], np.ones((16, 2), np.float32))
os._exit(9)
"""


def test_a_killed_run_keeps_every_batch_it_finished(path):
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 9
    with VectorCache(path, MODEL, 2) as cache:
        assert all(PictureKey(f"{batch}/{n}", 1) in cache for batch in range(3) for n in range(16))
