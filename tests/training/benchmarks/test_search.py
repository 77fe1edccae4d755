"""Comparing kinds of index on few vectors."""

import json

import numpy as np
import pytest

from engine.retrieval.index import IndexKind
from training.benchmarks import search
from training.cli import main
from training.data.errors import CommandError


def crowd(count=300, dimension=16):
    rng = np.random.default_rng(3)
    vectors = (rng.standard_normal((count, dimension)) * np.linspace(2, 0.1, dimension) + 0.5).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_drawn_vectors_have_mean_and_covariance_of_their_model():
    like = crowd(5000)
    drawn = search.draw_vectors(like, 5000, np.random.default_rng(0))
    assert np.linalg.norm(drawn, axis=1) == pytest.approx(1, abs=1e-4)
    assert drawn.mean(0) == pytest.approx(like.mean(0), abs=0.05)
    assert np.cov(drawn.T) == pytest.approx(np.cov(like.T), abs=0.05)


def test_queries_have_the_given_cosines_to_their_rows():
    like = crowd()
    cosine = (search.disturb(like, like, np.random.default_rng(1)) * like).sum(1)
    assert cosine.min() >= search.FARTHEST - 1e-3
    assert cosine.max() <= search.NEAREST + 1e-3
    assert np.ptp(cosine) > 0.3


def test_the_exact_search_agrees_with_itself_and_half_the_bytes_lose_nothing():
    flat, fp16 = search.compare(crowd(), 500, [IndexKind.FLAT, IndexKind.FP16], queries=50)
    assert (flat.agreement, fp16.agreement) == (1, 1)
    assert fp16.megabytes < 0.7 * flat.megabytes
    assert flat.one_core_ms > 0


def test_an_index_of_fewer_rows_than_neighbours_can_be_measured():
    (flat,) = search.compare(crowd(), 3, [IndexKind.FLAT])
    assert flat.agreement == 1


def test_a_single_vector_is_refused():
    with pytest.raises(CommandError, match="two or more"):
        next(search.compare(crowd(1), 30, [IndexKind.FLAT]))


def test_the_command_prints_a_table_or_objects(demo_artifacts, capsys):
    words = ["bench-search", "--rows", "300,400", "--kinds", "flat,fp16", "--artifacts", str(demo_artifacts)]
    assert main(words) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 2 + 4
    assert {line.count("|") for line in table} == {6}
    assert main([*words, "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["rows"], one["kind"]) for one in found] == [(300, "flat"), (300, "fp16"), (400, "flat"), (400, "fp16")]


@pytest.mark.parametrize("words", [["--rows", "0"], ["--rows", "many"], ["--kinds", "quick"]])
def test_wrong_options_are_refused(words, capsys):
    with pytest.raises(SystemExit):
        main(["bench-search", *words])
    assert "usage" in capsys.readouterr().err
