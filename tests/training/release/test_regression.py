"""Figures of an artifact folder, and when they count as fallen."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.artifacts import FACES
from engine.retrieval.indexed_faces import IndexedFace, read_faces, write_faces
from training.data.face_list import iterate_faces_csv
from training.release import regression
from training.release.regression import draw_faces, evaluate, fallen_figures, format_table
from training.scoring.results import Rate

rates = st.integers(1, 400).flatmap(lambda of: st.builds(Rate, st.integers(0, of), st.just(of)))
figures = st.dictionaries(st.sampled_from("abcde"), rates | st.integers(0, 10**6))


@given(figures)
def test_equal_figures_have_not_fallen(same):
    assert fallen_figures(same, same, 0.0) == []


@given(figures, figures, st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_higher_tolerance_never_finds_more_fallen_figures(before, after, one, other):
    strict, lenient = sorted((one, other))
    assert set(fallen_figures(before, after, lenient)) <= set(fallen_figures(before, after, strict))


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
    assert fallen_figures({"figure": before}, found, 0.01) == (["figure"] if fell else [])


def test_the_table_has_both_columns_and_marks_fallen_figures():
    shown = format_table({"faces": 1000, "gone": 1}, {"faces": 989, "named": Rate(3, 4)}, ["faces"])
    assert "1,000" in shown
    assert "989  FELL" in shown
    assert "75.0% of 4" in shown


def test_only_cards_that_all_folders_know_are_drawn_and_always_the_same(demo_set, demo_artifacts, tmp_path):
    less = shutil.copytree(demo_artifacts, tmp_path / "less")
    known = read_faces(demo_artifacts / FACES)
    write_faces(less / FACES, [*known[:10], *(IndexedFace("Somebody Else", "", "", "", "") for _ in known[10:])])
    drawn, again = (draw_faces(iterate_faces_csv(demo_set.faces_csv), [demo_artifacts, less], 4) for _ in range(2))
    assert len(drawn) == 4
    assert {row.name for row in drawn} <= {face.name for face in known[:10]}
    assert again == drawn


def test_drawn_cards_are_found_and_named(demo_set, demo_artifacts, monkeypatch):
    monkeypatch.setattr(regression, "ON_TABLES", 6)
    rows = list(iterate_faces_csv(demo_set.faces_csv))
    found = evaluate(demo_artifacts, rows)
    assert found["faces"] == demo_set.count
    assert found["pictures that find their name"] == Rate(len(rows), len(rows))
    assert found["the same photographed, medium"].value > 0.9
    assert found["cards on a table named"].hits >= 5
    assert found["cards on a table not misnamed"] == Rate(6, 6)
    assert found["cards in the catalogue"] > 30_000
