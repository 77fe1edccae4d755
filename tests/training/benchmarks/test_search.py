"""Ways to search, compared on few vectors: the figures are those of the vectors, not of the machine."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.retrieval.index import IndexKind
from training.benchmarks import search
from training.cli import main


def crowd(count=300, dimension=16):
    rng = np.random.default_rng(3)
    vectors = (rng.standard_normal((count, dimension)) * np.linspace(2, 0.1, dimension) + 0.5).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_drawn_vectors_crowd_as_their_models_do():
    like = crowd(5000)
    drawn = search.drawn_vectors(like, 5000, np.random.default_rng(0))
    assert np.linalg.norm(drawn, axis=1) == pytest.approx(1, abs=1e-4)
    assert drawn.mean(0) == pytest.approx(like.mean(0), abs=0.05)
    assert np.cov(drawn.T) == pytest.approx(np.cov(like.T), abs=0.05)


def test_queries_are_as_far_from_their_rows_as_said():
    like = crowd()
    cosine = (search.disturbed(like, like, np.random.default_rng(1)) * like).sum(1)
    assert cosine.min() >= search.FARTHEST - 1e-3
    assert cosine.max() <= search.NEAREST + 1e-3
    assert np.ptp(cosine) > 0.3


def test_the_exact_search_agrees_with_itself_and_half_the_bytes_lose_nothing():
    results = list(search.compare(crowd(), 500, [IndexKind.FLAT, IndexKind.FP16], queries=50))
    flat, fp16 = results
    assert (flat.agreement, flat.recall) == (1, 1)
    assert fp16.agreement == 1
    assert fp16.megabytes < 0.7 * flat.megabytes


def test_an_index_of_few_rows_agrees_with_itself_all_the_same():
    (flat,) = search.compare(crowd(), 3, [IndexKind.FLAT])
    assert (flat.agreement, flat.recall) == (1, 1)


def test_one_vector_can_t_be_imitated():
    with pytest.raises(ValueError, match="two or more"):
        next(search.compare(crowd(1), 30, [IndexKind.FLAT]))


def test_the_command_prints_a_table_or_objects(demo_artifacts, capsys):
    words = ["bench-search", "--rows", "300,400", "--kinds", "flat,fp16", "--artifacts", str(demo_artifacts)]
    assert main(words) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 2 + 4
    assert {line.count("|") for line in table} == {9}
    assert main([*words, "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["rows"], one["kind"]) for one in found] == [(300, "flat"), (300, "fp16"), (400, "flat"), (400, "fp16")]


@pytest.mark.parametrize("words", [["--rows", "0"], ["--rows", "many"], ["--kinds", "quick"]])
def test_nonsense_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        main(["bench-search", *words])
    assert "usage" in capsys.readouterr().err
