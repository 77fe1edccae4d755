"""Which size of pictures an index needs, measured on drawn cards."""

from __future__ import annotations

import numpy as np
import pytest

from engine.artifacts import EMBEDDER, SHIPPED
from engine.embedder import Embedder
from training.demo_cards import demo_cards, draw_card
from training.embedder.measure import SEVERITIES
from training.embedder.pack import is_held_out
from training.evaluate_sizes import QUALITIES, SIZES, SizeFigures, TooFewFaces, evaluate_sizes, queries, saved, table
from training.faces import iterate_faces_csv
from training.figures import Rate


@pytest.fixture(name="rows", scope="module")
def a_few_drawn_cards(demo_set):
    """Three cards that no training saw and three others."""
    rows = list(iterate_faces_csv(demo_set.faces_csv))
    unseen = [row for row in rows if is_held_out(row.name)]
    return [*unseen[:3], *[row for row in rows if row not in unseen][:3]]


@pytest.fixture(name="embedder", scope="module")
def shipped_network():
    return Embedder(SHIPPED / EMBEDDER, threads=1)


def figures(size, lost, suffix=".webp"):
    return SizeFigures(size, suffix, 9000.0, dict.fromkeys(SEVERITIES, Rate(9, 10)), dict.fromkeys(SEVERITIES, lost))


@pytest.mark.parametrize("suffix", QUALITIES)
def test_a_smaller_picture_takes_fewer_bytes(suffix):
    face = draw_card(demo_cards()[0])
    done = [saved(face, size, suffix) for size in SIZES.values() if size is not None]
    assert [picture.shape[1::-1] for picture, _ in done] == [size for size in SIZES.values() if size is not None]
    assert sorted(length for _, length in done) == [length for _, length in done]
    assert np.abs(done[-1][0].mean() - face.mean()) < 2


def test_only_names_that_no_training_saw_are_asked_for_each_several_times(rows):
    asked = list(queries(rows, 0.2, 2))
    assert {number for number, _ in asked} == {number for number, row in enumerate(rows) if is_held_out(row.name)}
    assert len(asked) == 2 * len({number for number, _ in asked})
    again = list(queries(rows, 0.2, 2))
    assert all(np.array_equal(one, other) for (_, one), (_, other) in zip(asked, again, strict=True))


def test_every_format_and_size_is_measured_against_the_largest(rows, embedder):
    found = list(evaluate_sizes(rows, embedder, repeats=1))
    assert [(one.size, one.suffix) for one in found] == [(s, suffix) for suffix in QUALITIES for s in reversed(SIZES)]
    for one in found:
        assert set(one.found) == set(SEVERITIES)
        assert one.found["mild"].value == 1.0
        if one.size == "as scanned":
            assert set(one.lost.values()) == {0.0}


def test_without_a_name_that_no_training_saw_there_is_nothing_to_measure(rows, embedder):
    with pytest.raises(TooFewFaces):
        list(evaluate_sizes([row for row in rows if not is_held_out(row.name)], embedder))


def test_the_smallest_that_loses_little_is_told_of_each_format():
    of = [("as scanned", 0.0), ("244x340", 0.001), ("200x279", 0.002), ("146x204", 0.0021)]
    told = table([figures(size, lost, suffix) for suffix in (".webp", ".jpg") for size, lost in of]).splitlines()[-1]
    assert "webp: 200x279; jpg: 200x279" in told
