"""The camera's sheet: a row for each severity, a column for each face."""

from __future__ import annotations

import csv
from pathlib import Path

from PIL import Image

from tests.support.drawings import pattern
from training.camera.preview import FACE_SIZE, LABEL_PX, ROWS
from training.cli import main


def test_demo_cards_are_shown_by_default(tmp_path: Path, capsys):
    out = tmp_path / "new" / "sheet.png"
    assert main(["camera-sheet", "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    with Image.open(out) as sheet:
        assert sheet.size == (10 * FACE_SIZE[1], len(ROWS) * (FACE_SIZE[0] + LABEL_PX))


def test_equal_seeds_show_a_list_s_faces_alike(tmp_path: Path):
    Image.fromarray(pattern(1)).save(tmp_path / "a.png")
    with (tmp_path / "faces.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("file", "name"), ("a.png", "Fog")])
    sheets = []
    for seed in ("1", "1", "2"):
        out = tmp_path / "sheet.png"
        words = ["--faces", str(tmp_path / "faces.csv"), "--seed", seed, "--out", str(out)]
        assert main(["camera-sheet", *words]) == 0
        sheets.append(out.read_bytes())
    assert sheets[0] == sheets[1] != sheets[2]
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == FACE_SIZE[1]
