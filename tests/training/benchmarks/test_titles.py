"""Comparing the index of titles with comparing all of them, on few titles."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.names import Title, fold
from training.benchmarks import titles
from training.cli import main

TITLES = [
    Title(text, n, lang, 0, fold(text))
    for n, (text, lang) in enumerate(
        [
            ("Lightning Bolt", "en"),
            ("Lightning Helix", "en"),
            ("Blitzschlag", "de"),
            ("Feuerball", "de"),
            ("稲妻", "ja"),
        ]
    )
]


def rng(seed=1):
    return np.random.default_rng(seed)


@given(st.text(max_size=30), st.integers(0, 99))
def test_a_line_that_is_not_spoilt_stays_as_it_is(text, seed):
    assert titles.spoil(text, 0.0, "xyz", rng(seed)) == text


def test_about_the_wanted_share_of_letters_is_spoilt():
    spoilt = titles.spoil("a" * 10_000, 0.2, "x", rng())
    assert spoilt.count("x") == pytest.approx(2_000 * 0.8, rel=0.1)
    assert spoilt.count("a") == pytest.approx(8_000 + 2_000 * 0.2, rel=0.02)


def test_made_up_titles_keep_the_language_of_their_parts():
    made_up = titles.more_titles(TITLES, 50, rng())
    assert len(made_up) == 50
    assert all(title.text.isascii() == (title.lang != "ja") for title in made_up)
    assert {title.folded for title in made_up} == {fold(title.text) for title in made_up}


def test_the_index_finds_what_comparing_all_finds():
    result = titles.measure(TITLES + titles.more_titles(TITLES, 100, rng()), 60, rng())
    assert (result.titles, result.lines, result.same) == (105, 60, 60)
    assert 0 < result.p50_ms <= result.p95_ms


def test_the_command_prints_a_table_or_an_object(demo_artifacts, capsys):
    words = ["bench-titles", "--titles", "1", "--lines", "5", "--artifacts", str(demo_artifacts)]
    assert main(words) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"] == 5
