"""Redrawing faces as reprints: alike, but never the same."""

import csv

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.cli import main
from training.drawing.cards import demo_cards, draw_card
from training.drawing.reprints import MOST_A_NAME, redraw, reprint_counts


@pytest.fixture(name="face", scope="module")
def _face():
    return draw_card(demo_cards()[0], 344)


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_a_reprint_resembles_its_face_and_differs_from_it(face, seed):
    reprint = redraw(face, np.random.default_rng(seed))
    assert (reprint.shape, reprint.dtype) == (face.shape, np.uint8)
    inner = np.s_[40:-40, 20:-20]
    alike = np.corrcoef(face[inner].astype(float).ravel(), reprint[inner].astype(float).ravel())[0, 1]
    assert 0.85 < alike < 1
    assert np.array_equal(reprint, redraw(face, np.random.default_rng(seed)))


@settings(max_examples=50)
@given(st.integers(1, 200), st.integers(0, 4000), st.integers(0, 99))
def test_there_are_as_many_rows_as_wanted_and_no_face_has_too_many(faces, more, seed):
    counts = reprint_counts(faces, faces + more, np.random.default_rng(seed))
    assert sum(counts) == min(more, faces * (MOST_A_NAME - 1))
    assert 0 <= min(counts) <= max(counts) < MOST_A_NAME


def test_the_command_lists_faces_and_reprints(tmp_path, capsys):
    for n, card in enumerate(demo_cards()[:3]):
        cv2.imwrite(str(tmp_path / f"{n}.png"), draw_card(card, 172)[..., ::-1])
    with (tmp_path / "faces.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("file", "name", "set"), ("0.png", "Opt", "dom"), ("1.png", "Shock", "")])
    with (tmp_path / "others.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("file",), ("2.png",), ("missing.png",)])
    lists = ["--faces", str(tmp_path / "faces.csv"), "--others", str(tmp_path / "others.csv")]
    assert main(["draw-reprints", *lists, "--rows", "20", "--out", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "faces.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["name"] for row in rows} == {"Opt", "Shock", "Stranger others 2"}
    assert [row["set"] for row in rows if row["name"] == "Opt"].count("dom") == 1
    assert all((tmp_path / "out" / row["file"]).exists() for row in rows)
    assert "missing.png" in capsys.readouterr().err


def test_strangers_have_other_art_and_another_name(tmp_path):
    for n, card in enumerate(demo_cards()[:2]):
        cv2.imwrite(str(tmp_path / f"{n}.png"), draw_card(card, 172)[..., ::-1])
    with (tmp_path / "faces.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("file", "name"), ("0.png", "Opt"), ("1.png", "Shock")])
    faces = str(tmp_path / "faces.csv")
    assert main(["draw-reprints", "--faces", faces, "--rows", "9", "--strangers", "--out", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "faces.csv").open(newline="") as lines:
        names = [row["name"] for row in csv.DictReader(lines)]
    assert set(names) == {"Opt", "Shock", "Stranger 00000", "Stranger 00001"}
    opt = cv2.imread(str(tmp_path / "0.png"))
    strangers = [cv2.imread(str(path)) for path in (tmp_path / "out").glob("00000-*.jpg")]
    assert all(np.abs(one[24:90, 14:108] - opt[24:90, 14:108].astype(int)).mean() > 15 for one in strangers)
