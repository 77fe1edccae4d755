"""The engine benchmark: it measures and reports."""

import argparse
import json

import numpy as np
import pytest

from engine.core.values import STAGES
from training.benchmarks import engine


def options(*arguments):
    parser = argparse.ArgumentParser()
    engine.add_arguments(parser)
    return parser.parse_args(list(arguments))


def test_a_figure_has_median_and_95th_percentile():
    found = engine.Figure.of("walk", "ms", list(range(101)))
    assert (found.count, found.p50, found.p95) == (101, 50, 95)
    assert engine.figure_line(found).split() == ["walk", "p50", "50.00", "p95", "95.00", "ms", "n=101"]


def test_inputs_take_turns_after_one_call_to_warm_up():
    calls = []
    assert len(engine.time_calls(calls.append, ["a", "b"], 3)) == 3
    assert calls == ["a", "a", "b", "a"]


def test_random_vectors_have_length_one_and_follow_the_seed():
    first, again = (engine.random_vectors(np.random.default_rng(4), 5, 8) for _ in range(2))
    assert first.dtype == np.float32
    assert np.linalg.norm(first, axis=1) == pytest.approx(1, abs=1e-5)
    assert (first == again).all()


def test_memory_is_in_megabytes():
    assert 20 < engine.peak_memory_mb() < 100_000


@pytest.mark.parametrize("arguments", [["--faces", "0"], ["--photos", "-1"], ["--faces", "x"]])
def test_wrong_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        options(*arguments)
    assert "usage" in capsys.readouterr().err


def test_all_figures_are_measured(demo_artifacts, capsys, monkeypatch):
    for repetitions in ("START_UPS", "SEARCHES", "LOOKUPS", "EMBEDDINGS"):
        monkeypatch.setattr(engine, repetitions, 2)
    arguments = ("--faces", "50", "--photos", "1", "--artifacts", str(demo_artifacts), "--json")
    assert engine.run(options(*arguments)) == 0
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    measured = {figure["what"] for figure in figures}
    assert {"start-up", "peak memory after start-up", "search among 50 faces", "autocomplete"} <= measured
    assert {f"{photo}: {stage}" for photo in engine.PICTURES for stage in STAGES} <= measured
    assert {"embed, a face of a batch of 1", "embed, a face of a batch of 16"} <= measured
    assert all(0 <= figure["p50"] <= figure["p95"] and figure["count"] >= 1 for figure in figures)
