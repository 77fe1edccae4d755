"""The comparison of contenders: each is trained once, measured alike and shown in one table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("pytorch_metric_learning")

import torch

from training import compare
from training.backbone import CardEmbedder
from training.cli import main
from training.demo_cards import demo_cards, draw_card
from training.embedder.pack import PackedFace, write_pack
from training.embedder.settings import Settings, Stage


@pytest.fixture(name="pack_file")
def drawn_pack(tmp_path: Path) -> Path:
    path = tmp_path / "demo.pack"
    twice = [card for card in demo_cards() for _ in range(2)]
    write_pack(path, [(PackedFace(card.name, "dmo", "real"), draw_card(card, 256)) for card in twice])
    return path


def test_other_recipes_and_other_networks_are_compared_on_the_same_budget():
    ours, *others = compare.contenders(3).values()
    assert ours.loss == "circle"
    assert {one.loss for one in others} == {"circle", "ancestor", "arcface"}
    assert {one.backbone for one in others} == {
        "efficientnet-lite0", "efficientnet-lite1", "mobilenet-v3-large", "narrow"
    }  # fmt: skip
    assert all(one.epochs == 3 and one.dimension == ours.dimension for one in others)


def test_a_network_without_weights_begins_without_a_hole_and_can_be_made_twice_in_one_process():
    faces = torch.rand(6, 3, 96, 64) * 255
    for _ in range(2):
        network = CardEmbedder(4, "mobilenet-v3-large").eval()
        with torch.no_grad():
            network.fit_projection(network.pooled(faces))
            vectors = network(faces)
        assert torch.isfinite(vectors).all()


# Of torch's own exporter, about its own code.
@pytest.mark.filterwarnings(r"ignore:`isinstance\(treespec, LeafSpec\)` is deprecated:FutureWarning")
def test_what_was_trained_is_not_trained_again(pack_file: Path, tmp_path: Path, capsys, monkeypatch):
    tiny = replace(Settings(), backbone="narrow", dimension=8, pairs=6, memory=12, stages=(Stage(1, 96, 64),))
    monkeypatch.setattr(compare, "contenders", lambda epochs: {"tiny, of course": tiny})
    words = ["compare", "--pack", str(pack_file), "--out", str(tmp_path / "out"), "--workers", "0"]
    assert main(words) == 0
    first = capsys.readouterr().out
    assert "| tiny, of course |" in first
    figures = tmp_path / "out" / "tiny-of-course" / compare.FIGURES
    assert set(json.loads(figures.read_text())) >= {"recall@1 mild", "printing hard", "ms", "MB"}
    (figures.parent / "checkpoint.pt").unlink()
    assert main(words) == 0
    assert capsys.readouterr().out == first
    assert not (figures.parent / "checkpoint.pt").exists()


def test_figures_of_another_budget_are_not_passed_off_as_this_one_s(pack_file: Path, tmp_path: Path, capsys):
    folder = tmp_path / "narrow-small-face"
    folder.mkdir()
    (folder / compare.FIGURES).write_text(json.dumps({"epochs": 9, "faces": 1}))
    words = ["compare", "--pack", str(pack_file), "--out", str(tmp_path), "--only", "narrow, small face"]
    assert main(words) == 2
    assert "another budget or pack" in capsys.readouterr().err


def test_a_pack_too_small_to_compare_by_is_refused_before_any_training(tmp_path: Path, capsys):
    card = demo_cards()[0]
    write_pack(tmp_path / "one.pack", [(PackedFace(card.name, "dmo", "real"), draw_card(card, 256))])
    assert main(["compare", "--pack", str(tmp_path / "one.pack"), "--out", str(tmp_path / "out")]) == 2
    assert "pack more faces" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unknown_contender_is_named(pack_file: Path, tmp_path: Path, capsys):
    assert main(["compare", "--pack", str(pack_file), "--out", str(tmp_path), "--only", "resnet"]) == 2
    assert "resnet" in capsys.readouterr().err
