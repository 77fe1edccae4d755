"""The embedder's measurement, on drawn cards: what it counts is what is there."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from training.data.face_pack import FacePack, PackedFace, read_pack, write_pack
from training.drawing.cards import demo_cards, draw_card
from training.embedder import measure
from training.embedder.measure import Retrieval
from training.evaluation import embedder
from training.scene.demo_set import DemoPhoto


@pytest.fixture(name="pack")
def opened_pack(demo_pack: Path) -> FacePack:
    return read_pack(demo_pack)


def found(truth, ranked, similarity=None):
    ranked = np.array(ranked, np.int64)
    similarity = np.array(similarity, np.float32) if similarity else np.linspace(0.9, 0.5, ranked.shape[1]) + 0 * ranked
    return Retrieval(
        np.array(truth), ranked, similarity.astype(np.float32), np.zeros((len(truth), 20, 14, 3), np.uint8)
    )


class TestRecall:
    def test_is_counted_by_name(self):
        faces = tuple(PackedFace(name, "", "real") for name in ("Fog", "Bog", "FOG", "Log"))
        pack = FacePack(faces, np.zeros((4, 2, 2, 3), np.uint8))
        one = found([0, 1, 3], [[2, 1], [0, 1], [0, 2]])
        assert one.recall(pack, 1) == pytest.approx(1 / 3)
        assert one.recall(pack, 2) == pytest.approx(2 / 3)

    def test_the_very_scan_is_another_question_than_the_name(self):
        pack = FacePack((PackedFace("Fog", "", "real"),) * 2, np.zeros((2, 2, 2, 3), np.uint8))
        one = found([0, 0], [[0, 1], [1, 0]])
        assert (one.recall(pack, 1), one.exact()) == (1, 0.5)

    def test_faces_without_a_name_are_nobody_s_twins(self):
        pack = FacePack((PackedFace("", "", "other"),) * 3, np.zeros((3, 2, 2, 3), np.uint8))
        assert found([0], [[1, 2]]).recall(pack, 2) == 0

    def test_a_face_undegraded_finds_itself(self, pack: FacePack):
        def grey(faces):
            vectors = np.stack(
                [np.asarray(Image.fromarray(f).convert("L").resize((16, 22)), np.float32) for f in faces]
            )
            flat = vectors.reshape(len(faces), -1) - vectors.mean((1, 2)).reshape(-1, 1)
            return flat / np.linalg.norm(flat, axis=1, keepdims=True)

        rows = list(range(len(pack.faces)))
        one = measure.search(grey, pack, grey(list(pack.pixels)), rows, 0.0, (224, 160))
        assert one.recall(pack, 1) == 1


def test_queries_are_the_same_in_every_measurement_and_differ_among_faces_and_severities():
    draws = [
        measure.query_rng(row, severity).integers(2**60) for row, severity in ((1, 0.2), (1, 0.2), (2, 0.2), (1, 0.5))
    ]
    assert draws[0] == draws[1]
    assert len(set(draws)) == 3


def test_the_margin_is_to_the_best_of_another_name():
    pack = FacePack(tuple(PackedFace(n, "", "real") for n in ("Fog", "Fog", "Bog")), np.zeros((3, 2, 2, 3), np.uint8))
    one = found([0, 0], [[0, 1, 2], [2, 0, 1]], [[0.9, 0.8, 0.5], [0.7, 0.6, 0.1]])
    assert embedder.margins(one, pack) == pytest.approx([0.4, 0.1])


class TestCommand:
    @pytest.fixture
    def photos(self, tmp_path: Path, demo_table_photo: DemoPhoto) -> Path:
        (tmp_path / "table.jpg").write_bytes(demo_table_photo.jpeg)
        with (tmp_path / "photos.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "cards_visible", "names", "sets", "langs", "tags", "source"])
            names = "|".join(demo_table_photo.names)
            writer.writerow(["table.jpg", len(demo_table_photo.names), names, "", "", "multi", "drawn"])
        return tmp_path / "photos.csv"

    def test_it_measures_unseen_names_and_real_photos_and_draws(
        self, demo_pack: Path, pack: FacePack, photos: Path, demo_artifacts: Path, tmp_path: Path, capsys
    ):
        pytest.importorskip("matplotlib")
        words = ["--pack", demo_pack, "--photos", photos, "--artifacts", demo_artifacts, "--out", tmp_path / "out"]
        assert main(["evaluate-embedder", *map(str, words), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["database"] == len(pack.faces)
        assert told["mild"]["queries"] == len(pack.rows(held_out=True))
        real = told["real photos"]
        assert (real["recall@1"], real["recall@5"], real["queries"]) == (1, 1, 6)
        assert "printing" not in told["mild"]
        for name in ("histograms.png", "wrong.png"):
            with Image.open(tmp_path / "out" / name) as picture:
                assert min(picture.size) > 100

    def test_names_with_several_scans_are_asked_for_the_very_scan(self, tmp_path: Path, demo_artifacts: Path, capsys):
        pytest.importorskip("matplotlib")
        card, *others = demo_cards()
        faces = [(PackedFace(c.name, "dmo", "real"), draw_card(c, 256)) for c in (card, *others)]
        negative = 255 - faces[0][1]
        write_pack(tmp_path / "twins.pack", [*faces, (PackedFace(card.name, "two", "real"), negative)])
        words = ["--pack", tmp_path / "twins.pack", "--artifacts", demo_artifacts, "--out", tmp_path / "out"]
        assert main(["evaluate-embedder", *map(str, words), "--json"]) == 0
        mild = json.loads(capsys.readouterr().out)["mild"]
        assert (mild["printing name"], mild["printing queries"]) == (1, 2)
        assert mild["printing"] in (0.5, 1)
        assert main(["evaluate-embedder", *map(str, words)]) == 0
        assert "names with several scans: the very one first" in capsys.readouterr().out

    def test_a_pack_that_is_none_is_named(self, tmp_path: Path, capsys):
        assert main(["evaluate-embedder", "--pack", str(tmp_path / "x.pack")]) == 2
        assert "x.pack is not a pack" in capsys.readouterr().err
