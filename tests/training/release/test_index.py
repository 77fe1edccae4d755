"""Building an artifact folder from card pictures on disk."""

import contextlib
import csv
import shutil

import numpy as np
import pytest
from PIL import Image

from engine import Engine, Status
from engine.core.artifacts import (
    CATALOGUE,
    CORNERS,
    COST,
    EMBEDDER,
    FACES,
    FILES,
    FINDER,
    INDEX,
    MANIFEST,
    SHIPPED,
    open_artifacts,
    sha256,
)
from engine.core.errors import ArtifactMissing
from engine.retrieval.embedder import Embedder
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import IndexedFace, read_faces
from training.cli import main
from training.data.face_list import FacesCsvError
from training.drawing.card_data import DEMO_SET
from training.drawing.cards import demo_cards, draw_card
from training.release.index import build_index

CARDS = demo_cards()[:4]
COLUMNS = ("file", "name", "set", "collector_number")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder with the faces of four demo cards, a real card's name on a drawn picture, and a broken file."""
    folder = tmp_path_factory.mktemp("pictures")
    for number, card in enumerate(CARDS):
        Image.fromarray(draw_card(card)).save(folder / f"{number}.png")
    Image.new("RGB", (240, 335), (90, 160, 60)).save(folder / "opt.png")
    (folder / "broken.png").write_bytes((folder / "0.png").read_bytes()[:5000])
    return folder


def listed(folder, name, rows, columns=COLUMNS):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def demo_rows(*numbers):
    return [(f"{n}.png", CARDS[n].name, DEMO_SET, CARDS[n].collector_number) for n in numbers]


def command(*arguments):
    """Run ``python -m training index`` with these arguments, in this process."""
    return main(["index", *map(str, arguments)])


def test_two_lists_become_one_index_in_their_order(pictures, tmp_path):
    first = listed(pictures, "first.csv", demo_rows(0, 1))
    second = listed(pictures, "second.csv", demo_rows(2))
    report = build_index([first, second], tmp_path / "out")
    assert (report.rows, report.new_names, report.skipped) == (3, 3, ())
    assert [face.name for face in read_faces(tmp_path / "out" / FACES)] == [card.name for card in CARDS[:3]]
    assert len(FaceIndex.open(tmp_path / "out" / INDEX)) == 3


def test_the_folder_serves_as_artifacts(pictures, tmp_path):
    build_index([listed(pictures, "cards.csv", demo_rows(0, 1, 2, 3))], tmp_path / "out")
    engine = Engine.open(tmp_path / "out")
    try:
        (card,) = engine.identify(pictures / "2.png").cards
        assert engine.card(CARDS[3].name) is not None
    finally:
        engine.close()
    assert (card.name, card.status) == (CARDS[2].name, Status.IDENTIFIED)
    assert card.evidence.similarity > 0.8
    assert card.printing.collector_number == CARDS[2].collector_number


def test_the_manifest_describes_the_build(pictures, tmp_path):
    out = tmp_path / "out"
    build_index([listed(pictures, "cards.csv", demo_rows(0, 1))], out)
    found = open_artifacts(out)
    assert {path.name for path in out.iterdir()} == {*FILES, MANIFEST}
    dimension = Embedder(SHIPPED / EMBEDDER, threads=1).dimension
    expected = {"rows": 2, "dimension": dimension, "kind": "fp16", "embedder_sha256": sha256(SHIPPED / EMBEDDER)}
    assert found.manifest["index"] == expected
    assert found.manifest["catalogue"]["source_date"]


def test_printings_are_kept(pictures, tmp_path):
    build_index([listed(pictures, "cards.csv", demo_rows(1))], tmp_path / "out")
    card = CARDS[1]
    assert read_faces(tmp_path / "out" / FACES) == [IndexedFace(card.name, "", DEMO_SET, card.collector_number, "")]


def test_names_the_catalogue_knows_are_not_added_again(pictures, tmp_path):
    rows = [*demo_rows(0), ("opt.png", "opt", "", "")]
    report = build_index([listed(pictures, "cards.csv", rows)], tmp_path / "out")
    assert (report.rows, report.new_names) == (2, 1)


def test_the_other_kind_of_index_serves_as_well_and_is_named_in_the_manifest(pictures, tmp_path):
    faces = listed(pictures, "cards.csv", demo_rows(0, 1, 2))
    assert command("--faces", faces, "--out", tmp_path, "--kind", "flat") == 0
    assert open_artifacts(tmp_path).manifest["index"]["kind"] == "flat"
    with contextlib.closing(Engine.open(tmp_path)) as engine:
        (card,) = engine.identify(pictures / "2.png").cards
    assert card.name == CARDS[2].name


def test_another_network_can_be_given(pictures, tmp_path, capsys):
    faces = listed(pictures, "cards.csv", demo_rows(0))
    assert command("--faces", faces, "--out", tmp_path / "out", "--embedder", SHIPPED / EMBEDDER) == 0
    assert command("--faces", faces, "--out", tmp_path / "out", "--embedder", tmp_path / "lost.onnx") == 2
    assert "lost.onnx" in capsys.readouterr().err
    assert command("--faces", faces, "--out", tmp_path / "out", "--embedder", faces) == 2
    assert "can't be opened as an ONNX model" in capsys.readouterr().err


def test_another_detector_can_be_given(pictures, tmp_path, capsys):
    faces, models = listed(pictures, "cards.csv", demo_rows(0)), tmp_path / "models"
    models.mkdir()
    assert command("--faces", faces, "--out", tmp_path / "out", "--detector", models) == 2
    assert str(models / FINDER) in capsys.readouterr().err
    for name in (FINDER, CORNERS):
        shutil.copy(SHIPPED / name, models)
    assert command("--faces", faces, "--out", tmp_path / "out", "--detector", models) == 0
    (models / CORNERS).write_bytes(b"no model")
    assert command("--faces", faces, "--out", tmp_path / "out", "--detector", models) == 2
    assert "can't be opened as an ONNX model" in capsys.readouterr().err


def test_another_reader_of_mana_costs_can_be_given(pictures, tmp_path, capsys):
    faces = listed(pictures, "cards.csv", demo_rows(0))
    assert command("--faces", faces, "--out", tmp_path / "out", "--cost", SHIPPED / COST) == 0
    assert command("--faces", faces, "--out", tmp_path / "out", "--cost", faces) == 2
    assert "can't be opened as an ONNX model" in capsys.readouterr().err


def test_the_shipped_catalogue_is_left_alone(pictures, tmp_path):
    before = sha256(SHIPPED / CATALOGUE)
    build_index([listed(pictures, "cards.csv", demo_rows(0))], tmp_path / "out")
    assert sha256(SHIPPED / CATALOGUE) == before


def test_more_faces_than_a_batch_keep_their_order(pictures, tmp_path):
    rows = [*demo_rows(*[n % 4 for n in range(18)]), ("broken.png", "Lost", "", ""), *demo_rows(3)]
    report = build_index([listed(pictures, "many.csv", rows)], tmp_path / "out")
    assert report.rows == 19
    index = FaceIndex.open(tmp_path / "out" / INDEX)
    vectors = np.stack([index._index.reconstruct(row) for row in range(19)])
    alike = vectors @ vectors.T > 0.99
    names = [face.name for face in read_faces(tmp_path / "out" / FACES)]
    assert alike.tolist() == [[a == b for b in names] for a in names]


class TestUnreadablePictures:
    def test_they_are_reported_and_skipped(self, pictures, tmp_path, capsys):
        rows = [*demo_rows(0), ("broken.png", "Broken One", "", ""), ("nowhere.png", "Lost One", "", "")]
        assert command("--faces", listed(pictures, "some.csv", rows), "--out", tmp_path / "out") == 0
        captured = capsys.readouterr()
        assert "1 faces, 1 names new to the catalogue, 2 skipped" in captured.out
        assert f"skipped {pictures / 'broken.png'}: " in captured.err
        assert f"skipped {pictures / 'nowhere.png'}: " in captured.err

    def test_their_names_do_not_enter_the_catalogue(self, pictures, tmp_path):
        rows = [*demo_rows(0), ("broken.png", "Broken One", "", "")]
        report = build_index([listed(pictures, "some.csv", rows)], tmp_path / "out")
        assert report.new_names == 1
        assert [path.name for path, reason in report.skipped if reason] == ["broken.png"]

    def test_without_any_readable_picture_nothing_is_built(self, pictures, tmp_path):
        with pytest.raises(FacesCsvError, match="None of 1 faces could be read"):
            build_index([listed(pictures, "none.csv", [("broken.png", "Broken One", "", "")])], tmp_path / "out")
        assert not (tmp_path / "out").exists()


class TestUnusableInput:
    def test_a_missing_column_is_exit_code_two(self, pictures, tmp_path, capsys):
        path = listed(pictures, "titles.csv", [("0.png", "Opt")], ("file", "title"))
        assert command("--faces", path, "--out", tmp_path / "out") == 2
        assert "lacks the column(s) name" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_a_base_without_models_is_exit_code_two(self, pictures, tmp_path, capsys):
        path = listed(pictures, "cards.csv", demo_rows(0))
        assert command("--faces", path, "--out", tmp_path / "out", "--base", tmp_path) == 2
        assert str(tmp_path / FINDER) in capsys.readouterr().err
        with pytest.raises(ArtifactMissing):
            build_index([path], tmp_path / "out", base=tmp_path)


class TestReplacing:
    def test_an_existing_folder_is_replaced_completely(self, pictures, tmp_path):
        out = tmp_path / "out"
        build_index([listed(pictures, "old.csv", demo_rows(0))], out)
        (out / "note.txt").write_text("of the old one")
        build_index([listed(pictures, "new.csv", demo_rows(1, 2))], out)
        assert open_artifacts(out).manifest["index"]["rows"] == 2
        assert not (out / "note.txt").exists()
        assert open_artifacts(tmp_path / "out.previous").manifest["index"]["rows"] == 1

    def test_a_build_that_fails_leaves_the_old_one(self, pictures, tmp_path):
        out = tmp_path / "out"
        build_index([listed(pictures, "old.csv", demo_rows(0))], out)
        with pytest.raises(FacesCsvError):
            build_index([listed(pictures, "bad.csv", [("broken.png", "Broken One", "", "")])], out)
        assert open_artifacts(out).manifest["index"]["rows"] == 1
        assert not (tmp_path / "out.previous").exists()

    def test_the_folder_it_replaces_may_be_its_base(self, pictures, tmp_path):
        out = tmp_path / "out"
        build_index([listed(pictures, "old.csv", demo_rows(0))], out)
        report = build_index([listed(pictures, "new.csv", demo_rows(0, 1))], out, base=out)
        assert (report.rows, report.new_names) == (2, 1)
        open_artifacts(out)
