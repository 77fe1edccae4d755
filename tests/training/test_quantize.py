"""The embedder in 8-bit integers: still an embedder, smaller, and hardly another."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.embedder import Embedder

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from training import export, quantize  # noqa: E402 - torch may be missing
from training.backbone import CardEmbedder  # noqa: E402 - see above
from training.cli import main  # noqa: E402 - see above
from training.demo_cards import demo_cards, draw_card  # noqa: E402 - see above
from training.embedder.pack import PackedFace, read_pack, write_pack  # noqa: E402 - see above
from training.embedder.settings import Stage  # noqa: E402 - see above


@pytest.fixture(scope="module", name="folder")
def network_and_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quantize")
    torch.manual_seed(0)
    export.write_onnx(CardEmbedder(8, "narrow").eval(), Stage(1, 96, 64), folder / "whole.onnx", {"backbone": "narrow"})
    write_pack(folder / "demo.pack", [(PackedFace(c.name, "dmo", "real"), draw_card(c, 256)) for c in demo_cards()])
    return folder


# Of torch's own exporter, about its own code.
pytestmark = pytest.mark.filterwarnings(r"ignore:`isinstance\(treespec, LeafSpec\)` is deprecated:FutureWarning")


def test_it_is_smaller_and_says_nearly_the_same(folder: Path):
    loss = quantize.quantize(folder / "whole.onnx", read_pack(folder / "demo.pack"), folder / "small.onnx")
    assert loss.cosine > 0.9
    assert (folder / "small.onnx").stat().st_size < 0.5 * (folder / "whole.onnx").stat().st_size
    small = Embedder(folder / "small.onnx", threads=1)
    assert (small.height, small.width, small.dimension) == (96, 64, 8)
    assert small.describe()["backbone"] == "narrow"


def test_calibration_never_sees_what_is_held_out(folder: Path):
    pack = read_pack(folder / "demo.pack")
    rows = pack.rows(held_out=False)
    assert len(quantize.photographed(pack, rows, 1000, (96, 64))) == len(rows) < len(pack.faces)


def test_the_command_says_what_it_costs(folder: Path, capsys):
    words = ["--model", folder / "whole.onnx", "--pack", folder / "demo.pack", "--out", folder / "again.onnx"]
    assert main(["quantize", *map(str, words)]) == 0
    assert "cosine with the original" in capsys.readouterr().out


def test_a_model_that_is_none_is_named(folder: Path, capsys):
    words = ["--model", folder / "demo.pack", "--pack", folder / "demo.pack", "--out", folder / "again.onnx"]
    assert main(["quantize", *map(str, words)]) == 2
    assert "demo.pack" in capsys.readouterr().err
