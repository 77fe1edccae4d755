"""Whitening changes only the vectors, and makes photographed faces easier to find."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.retrieval.embedder import Embedder

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from training.cli import main  # noqa: E402 - see above
from training.data.errors import CommandError  # noqa: E402 - see above
from training.data.face_pack import PackedFace, read_pack, write_pack  # noqa: E402 - see above
from training.drawing.cards import demo_cards, draw_card  # noqa: E402 - see above
from training.embedder import whiten  # noqa: E402 - see above


@pytest.fixture(scope="module", name="folder")
def whitened(exported, demo_pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the exported network as plain.onnx and whole.onnx, the pack, and the whitened network."""
    folder = tmp_path_factory.mktemp("whiten")
    for source, name in ((exported.path, "plain.onnx"), (exported.whole, "whole.onnx"), (demo_pack, "demo.pack")):
        shutil.copyfile(source, folder / name)
    assert whiten.whiten(folder / "plain.onnx", read_pack(folder / "demo.pack"), folder / "white.onnx") > 0.999
    return folder


def test_whitening_finds_more_photographed_faces_again():
    rng = np.random.default_rng(3)
    faces = rng.normal(size=(200, 4))
    shots = faces + rng.normal(size=(200, 4)) * (1.5, 0.1, 0.1, 0.1)

    def nearest(change):
        near = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in (shots @ change, faces @ change)]
        return ((near[0] @ near[1].T).argmax(1) == np.arange(200)).mean()

    change = whiten.whitening_matrix((shots - faces).astype(np.float32))
    assert nearest(change) > 2 * nearest(np.eye(4))


def test_the_network_is_otherwise_the_same(folder: Path):
    plain, white = (Embedder(folder / name, threads=1) for name in ("plain.onnx", "white.onnx"))
    assert white.describe() == {**plain.describe(), "whitened": "2 views at severity 0.8, shrinkage 0.1"}
    faces = list(read_pack(folder / "demo.pack").pixels[:4])
    assert (white.embed_oriented(faces).upright == plain.embed_oriented(faces).upright).all()
    assert np.allclose(np.linalg.norm(white.embed(faces), axis=1), 1, atol=1e-5)
    assert (folder / "white.onnx").stat().st_size < 1.01 * (folder / "plain.onnx").stat().st_size


def test_whole_weights_can_be_whitened_too(folder: Path):
    assert whiten.whiten(folder / "whole.onnx", read_pack(folder / "demo.pack"), folder / "white_whole.onnx") > 0.9999


def test_held_out_faces_are_not_used(folder: Path, monkeypatch):
    pack = read_pack(folder / "demo.pack")
    looked_at = []
    monkeypatch.setattr(whiten, "photo_differences", lambda embedder, _, rows: looked_at.extend(rows) or np.eye(8))
    whiten.whiten(folder / "plain.onnx", pack, folder / "another.onnx")
    assert looked_at == pack.rows(held_out=False)


@given(arrays.arrays(np.float32, (12, 4), elements=st.floats(-1, 1, width=32)))
def test_shrinkage_limits_the_gain_of_every_direction(within):
    within[0] = 1.0  # without any difference there is no covariance
    change = whiten.whitening_matrix(within)
    assert np.allclose(change, change.T)
    gains = np.linalg.eigvalsh(change)
    assert gains.max() == pytest.approx(1.0)
    assert gains.min() >= np.sqrt(whiten.SHRINKAGE / (4 + whiten.SHRINKAGE)) - 1e-6


def test_a_network_is_not_whitened_twice(folder: Path, capsys):
    words = ["--model", folder / "white.onnx", "--pack", folder / "demo.pack", "--out", folder / "again.onnx"]
    assert main(["whiten", *map(str, words)]) == 2
    assert "already been whitened" in capsys.readouterr().err
    assert not (folder / "again.onnx").exists()


def test_the_command_says_how_to_measure_the_result(folder: Path, capsys):
    words = ["--model", folder / "plain.onnx", "--pack", folder / "demo.pack", "--out", folder / "by_command.onnx"]
    assert main(["whiten", *map(str, words)]) == 0
    assert "evaluate-embedder" in capsys.readouterr().out


def test_a_file_that_is_not_a_model_is_named(folder: Path, capsys):
    words = ["--model", folder / "demo.pack", "--pack", folder / "demo.pack", "--out", folder / "again.onnx"]
    assert main(["whiten", *map(str, words)]) == 2
    assert "demo.pack" in capsys.readouterr().err


def test_a_pack_without_training_faces_is_refused(folder: Path, tmp_path: Path):
    pack = read_pack(folder / "demo.pack")
    held_out = [pack.faces[row].name for row in pack.rows(held_out=True)]
    unseen = [(PackedFace(c.name, "dmo", "real"), draw_card(c, 256)) for c in demo_cards() if c.name in held_out]
    write_pack(tmp_path / "unseen.pack", unseen)
    with pytest.raises(CommandError, match="nothing to learn from"):
        whiten.whiten(folder / "plain.onnx", read_pack(tmp_path / "unseen.pack"), tmp_path / "out.onnx")
