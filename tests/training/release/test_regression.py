"""Figures of an artifact folder, and when they count as fallen."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.artifacts import FACES
from engine.retrieval.indexed_faces import IndexedFace, read_faces, write_faces
from training.data.face_list import iterate_faces_csv
from training.release.regression import Questions, common_questions, evaluate, fallen, table
from training.scoring.results import Rate

rates = st.integers(1, 400).flatmap(lambda of: st.builds(Rate, st.integers(0, of), st.just(of)))
figures = st.dictionaries(st.sampled_from("abcde"), rates | st.integers(0, 10**6))


@given(figures)
def test_what_is_the_same_has_not_fallen(same):
    assert fallen(same, same, 0.0) == []


@given(figures, figures, st.floats(0, 0.5), st.floats(0, 0.5))
def test_whoever_tolerates_more_sees_no_more_falls(before, after, one, other):
    strict, lenient = sorted((one, other))
    assert set(fallen(before, after, lenient)) <= set(fallen(before, after, strict))


@pytest.mark.parametrize(
    ("before", "after", "fell"),
    [
        (Rate(400, 400), Rate(396, 400), False),
        (Rate(400, 400), Rate(395, 400), True),
        (Rate(99, 100), Rate(98, 100), False),
        (Rate(98, 100), Rate(100, 100), False),
        (Rate(0, 0), Rate(0, 0), False),
        (Rate(1, 2), None, True),
        (1000, 990, False),
        (1000, 989, True),
        (1000, 2000, False),
        (1000, None, True),
    ],
)
def test_a_point_of_a_share_and_a_hundredth_of_a_count_are_tolerated(before, after, fell):
    found = {} if after is None else {"figure": after}
    assert fallen({"figure": before}, found, 0.01) == (["figure"] if fell else [])


def test_both_columns_and_what_fell_are_shown():
    shown = table({"faces": 1000, "gone": 1}, {"faces": 989, "named": Rate(3, 4)}, ["faces"])
    assert "1,000" in shown
    assert "989  FELL" in shown
    assert "75.0% of 4" in shown


def test_only_what_all_folders_know_is_asked_and_always_the_same(demo_set, demo_artifacts, tmp_path):
    less = shutil.copytree(demo_artifacts, tmp_path / "less")
    known = read_faces(demo_artifacts / FACES)
    write_faces(less / FACES, [*known[:10], *(IndexedFace("Somebody Else", "", "", "", "") for _ in known[10:])])
    asked = common_questions(iterate_faces_csv(demo_set.faces_csv), [demo_artifacts, less], close=4)
    assert len(asked.close) == 4
    assert {row.name for row in asked.close} <= {face.name for face in known[:10]}
    assert common_questions(iterate_faces_csv(demo_set.faces_csv), [demo_artifacts, less], close=4) == asked


def test_drawn_cards_are_found_and_named(demo_set, demo_artifacts):
    rows = list(iterate_faces_csv(demo_set.faces_csv))
    found = evaluate(demo_artifacts, Questions(rows, rows[:6]))
    assert found["faces"] == demo_set.count
    assert found["pictures that find their name"] == Rate(len(rows), len(rows))
    assert found["the same photographed, medium"].value > 0.9
    assert found["cards on a table named"].hits >= 5
    assert found["cards on a table not misnamed"] == Rate(6, 6)
    assert found["cards in the catalogue"] > 30_000
