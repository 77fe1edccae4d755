"""Set symbols: references are stored and checked, and the shipped network knows cards without one."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from engine.core import geometry
from engine.core.artifacts import SHIPPED, SYMBOL_REFERENCES, SYMBOLS
from engine.core.errors import ArtifactDamaged
from engine.printings.set_symbol import (
    HEIGHT,
    RARITIES,
    WIDTH,
    SymbolReader,
    SymbolReading,
    SymbolReferences,
    softmax,
    symbol_input,
)

CORNERS = geometry.rectangle(430, 600)


@pytest.fixture(scope="module")
def reader():
    return SymbolReader(SHIPPED / SYMBOLS, SymbolReferences.open(SHIPPED / SYMBOL_REFERENCES), threads=1)


def test_references_are_stored_to_the_byte(tmp_path):
    vectors = np.random.default_rng(0).standard_normal((3, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    SymbolReferences({"lea": 0, "leb": 0, "mh1": 2}, vectors, [[], [2], [1]]).save(tmp_path / "symbols.json")
    found = SymbolReferences.open(tmp_path / "symbols.json")
    assert found.rows == {"lea": 0, "leb": 0, "mh1": 2}
    assert np.abs(found.vectors - vectors).max() < 0.01
    assert found.alike == [[], [2], [1]]


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}",
        '{"sets": {"lea": 1}, "vectors": [[1, 2]], "alike": [[]]}',
        '{"sets": {"lea": 0}, "vectors": [[0, 0]], "alike": [[]]}',
        '{"sets": {"lea": 0}, "vectors": [[1, 2]], "alike": [[4]]}',
        '{"sets": {"lea": 0}, "vectors": [[1, 2]], "alike": []}',
        '{"sets": {"lea": 0}, "vectors": [[1], [1, 2]], "alike": [[]]}',
        '{"sets": 3, "vectors": [[1]], "alike": [[]]}',
    ],
)  # fmt: skip
def test_a_damaged_list_of_references_is_refused(tmp_path, text):
    (tmp_path / "symbols.json").write_text(text, encoding="utf-8")
    with pytest.raises(ArtifactDamaged, match=r"symbols\.json"):
        SymbolReferences.open(tmp_path / "symbols.json")


def test_sets_with_one_symbol_share_a_reference():
    rows = json.loads((SHIPPED / SYMBOL_REFERENCES).read_text(encoding="utf-8"))["sets"]
    assert rows["lea"] == rows["leb"] == rows["3ed"] != rows["arn"]


def test_a_set_without_a_reference_has_the_mean_share():
    reading = SymbolReading({"mh1": 0.9}, 0.002, dict.fromkeys(RARITIES, 0.25))
    assert (reading.share("mh1"), reading.share("xyz")) == (0.9, 0.002)


def test_a_type_line_without_a_symbol_is_that_of_the_first_core_sets(reader):
    card = np.full((600, 430, 3), (120, 112, 100), np.uint8)
    cv2.rectangle(card, (0, 0), (429, 599), (16, 14, 14), 34)
    card[60:325, 50:380] = (70, 110, 120)
    card[365:520, 50:380] = (205, 200, 188)
    reading = reader.read(card, CORNERS)
    assert reading.share("lea") == max(reading.shares.values())
    assert sum(reading.rarities.values()) == pytest.approx(1)


def test_crops_of_any_size_become_the_network_s_input():
    crops = [np.zeros((30, 56, 3), np.uint8), np.zeros((120, 224, 3), np.uint8)]
    assert symbol_input(crops).shape == (2, 3, HEIGHT, WIDTH)


def test_probabilities_of_extreme_odds_are_finite():
    assert softmax(np.array([1e4, -1e4, 0], np.float32)).tolist() == [1, 0, 0]
