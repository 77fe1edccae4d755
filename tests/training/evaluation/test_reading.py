"""The command that measures how many titles are read, on drawn faces."""

import json

import numpy as np
import pytest

from engine.catalogue.catalogue import CardRow, PrintingRow
from training.cli import main
from training.data.face_list import read_faces_csv
from training.data.reading_groups import MIRRORED, CardToRead, find_listed_cards, group_of, sample_groups
from training.drawing.layouts import LAYOUT_OF, draw_layout
from training.evaluation.reading import TitleAnswer, titles_table


def card(layout="normal", name="Front", type_line="Creature"):
    return CardRow(1, name, layout, "", type_line, None, "", None, 1)


def printing(frame=None, full_art=None):
    return PrintingRow(1, "one", "One", "1", None, "", "en", None, "black", frame, full_art, None)


@pytest.mark.parametrize(
    ("row", "face", "known", "group"),
    [
        (card(), "", None, "frame unknown"),
        (card(), "", printing("1993"), "frame 1993"),
        (card(), "", printing("2015", full_art=True), "full art"),
        (card("transform", "A // B"), "B", None, "back of a double-faced card"),
        (card("transform", "A // B"), "A", None, "front of a double-faced card"),
        (card("transform", "A // B", "Battle — Siege // Creature"), "A", None, "battle"),
        (card("split", "A // B", "Enchantment — Room"), "", None, "room"),
        (card("split", "A // B", "Instant // Sorcery"), "", None, "split"),
        (card("saga"), "", printing("2015"), "saga"),
        (card("token"), "", None, "token"),
        (card(name="Forest", type_line="Basic Land — Forest"), "", printing("1993"), "basic land"),
        (card(type_line="Legendary Planeswalker — Jace"), "", None, "planeswalker"),
    ],
)
def test_a_face_counts_for_what_is_hardest_about_its_title(row, face, known, group):
    assert group_of(row, face, known) == group


def test_a_sample_has_the_same_few_of_each_group_again():
    shown = [CardToRead(group, str(n), lambda: np.zeros((1, 1, 3), np.uint8)) for group in "ab" for n in range(9)]
    first, again = (sample_groups(shown, 4, np.random.default_rng(1)) for _ in range(2))
    assert [one.name for one in first] == [one.name for one in again]
    assert [one.group for one in first] == ["a"] * 4 + ["b"] * 4


def test_each_known_face_of_a_list_is_shown_as_it_is_and_mirrored(demo_engine, demo_set):
    rows = read_faces_csv(demo_set.faces_csv)[:2]
    shown = list(find_listed_cards(rows, demo_engine.catalogue))
    assert [one.group for one in shown] == ["frame unknown", MIRRORED] * 2
    assert (shown[1].face() == shown[0].face()[:, ::-1]).all()


@pytest.mark.parametrize("layout", sorted(set(LAYOUT_OF.values())))
def test_every_layout_is_drawn_upright_and_always_the_same(layout):
    face, again = (draw_layout(layout, ("Some Name", "Other Name"), "Instant", 3, 200) for _ in range(2))
    assert face.shape == (200, 143, 3)
    assert (face == again).all()


def test_the_table_counts_all_kinds_of_answers():
    answers = [
        TitleAnswer("a", "scan", "Fire // Ice", "Fire", True, 1, 10.0),
        TitleAnswer("a", "scan", "Opt", "Shock", True, 0, 30.0),
        TitleAnswer("a", "photo", "Opt", "", False, 0, 20.0),
    ]
    group, total = titles_table(answers).rows
    assert group == ("a", "2", "50%", "50%", "1", "0", "1", "20", "0%", "0%", "0", "1", "0", "20")
    assert total[0] == "all"


def test_the_command_reads_a_list_of_faces(demo_set, demo_artifacts, tmp_path, capsys):
    options = ["--faces", str(demo_set.faces_csv), "--artifacts", str(demo_artifacts), "--per-group", "1"]
    assert main(["evaluate-reading", *options, "--out", str(tmp_path), "--markdown"]) == 0
    assert "| frame unknown | 1 | 100% |" in capsys.readouterr().out
    answers = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text("utf-8").splitlines()]
    assert {(answer["group"], answer["condition"]) for answer in answers} == {
        (group, condition) for group in ("frame unknown", MIRRORED) for condition in ("scan", "photo")
    }


def test_a_missing_list_exits_with_2(tmp_path, capsys):
    assert main(["evaluate-reading", "--faces", str(tmp_path / "none.csv"), "--out", str(tmp_path)]) == 2
    assert "none.csv" in capsys.readouterr().err
