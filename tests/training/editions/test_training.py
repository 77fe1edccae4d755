"""The networks that tell editions apart: they learn, can be resumed, and are the same once exported to ONNX."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

# The light installation lacks it: only from here on may it be needed.
from engine.core.artifacts import FRAMES, SYMBOL_REFERENCES, SYMBOLS  # noqa: E402 - see above
from engine.printings.expected_look import LOOKS  # noqa: E402 - see above
from engine.printings.frame import FrameReader  # noqa: E402 - see above
from engine.printings.set_symbol import SymbolReader, SymbolReferences  # noqa: E402 - see above
from tests.training.editions.test_glyphs import CSS, FONT, SETS  # noqa: E402 - see above
from training.cli import main  # noqa: E402 - see above
from training.editions.frame_faces import LookFace, extend_art, only, paint_border  # noqa: E402 - see above
from training.editions.frame_task import FrameConfig, FrameTask, make_over  # noqa: E402 - see above
from training.editions.symbol_task import SymbolBatches, SymbolConfig, SymbolTask  # noqa: E402 - see above
from training.trainer import checkpoints, log  # noqa: E402 - see above
from training.trainer.config import Stage  # noqa: E402 - see above
from training.trainer.loop import Trainer  # noqa: E402 - see above

NAMES = (
    "Lightning Bolt", "Counterspell", "Island", "Forest", "Disenchant", "Shivan Dragon", "Giant Growth", "Swamp",
    "Plains", "Mountain", "Serra Angel", "Terror",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _plot_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plot takes longer than a few steps."""
    monkeypatch.setattr(log.MetricsLog, "plot", lambda self: None)


@pytest.fixture(scope="module", name="faces")
def faces_of_known_printings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of pictures; the catalogue has a printing in M10 or in Alpha of each name."""
    folder = tmp_path_factory.mktemp("faces")
    rng, lines = np.random.default_rng(0), ["file,name,face,set,collector_number,scryfall_id"]
    for number, name in enumerate(NAMES):
        cv2.imwrite(str(folder / f"{number}.png"), rng.integers(0, 255, (344, 246, 3)).astype(np.uint8))
        lines += [f"{number}.png,{name},,{code},," for code in ("lea", "m10")]
    (folder / "faces.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "faces.csv"


@pytest.fixture(scope="module", name="config")
def config_of_a_short_run(tmp_path_factory: pytest.TempPathFactory) -> SymbolConfig:
    """Four batches of symbols that are letters."""
    folder = tmp_path_factory.mktemp("glyphs")
    (folder / "font.css").write_text(CSS, encoding="utf-8")
    (folder / "sets.csv").write_text(SETS + "m10,two.svg\n", encoding="utf-8")
    paths = {"font": str(FONT), "css": str(folder / "font.css"), "sets": str(folder / "sets.csv")}
    return SymbolConfig(stages=(Stage(4, 60, 112),), examples=6, validate_every=4, **paths)


@pytest.fixture(scope="module", name="symbols_run")
def trained_symbols(faces, config, tmp_path_factory):
    """A folder with the checkpoint of a short run."""
    out = tmp_path_factory.mktemp("symbols")
    Trainer(SymbolTask([faces], config), out, workers=0, resume=False).run()
    return out


@pytest.fixture(scope="module", name="frames_run")
def trained_frames(faces, tmp_path_factory):
    """A folder with the checkpoint of a short run."""
    out = tmp_path_factory.mktemp("frames")
    short = FrameConfig(stages=(Stage(2, 160, 112),), examples=4, validate_every=4)
    Trainer(FrameTask([faces], short), out, workers=0, resume=False).run()
    return out


@pytest.fixture(scope="module", name="models")
def exported_models(symbols_run, frames_run, tmp_path_factory):
    """A folder with both networks and the references of the symbols."""
    out = tmp_path_factory.mktemp("models")
    with warnings.catch_warnings():
        # From torch's own exporter, about its own code.
        warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning)
        for network, run in (("symbols", symbols_run), ("frames", frames_run)):
            words = ["export-editions", network, "--checkpoint", str(run / checkpoints.NAME), "--out", str(out)]
            assert main(words) == 0
    return out


def test_a_run_can_be_resumed_beyond_its_end(faces, config, symbols_run):
    longer = replace(config, stages=(Stage(5, 60, 112),))
    Trainer(SymbolTask([faces], longer), symbols_run, workers=0, resume=True).run()
    assert checkpoints.load(symbols_run / checkpoints.NAME, SymbolConfig).progress.step == 5


def test_batches_can_be_made_again(faces, config):
    task = SymbolTask([faces], config)
    batches = [SymbolBatches(task.patches, task.glyphs, config, range(9))[3] for _ in range(2)]
    assert torch.equal(batches[0][0], batches[1][0])
    assert torch.equal(batches[0][1]["symbol"], batches[1][1]["symbol"])


CORNERS = np.array([[0, 0], [430, 0], [430, 600], [0, 600]], np.float32)


def test_the_exported_symbols_are_those_of_the_font(models):
    references = SymbolReferences.open(models / SYMBOL_REFERENCES)
    assert references.rows["one"] == references.rows["pone"] != references.rows["lea"]
    reader = SymbolReader(models / SYMBOLS, references, threads=1)
    reading = reader.read(np.zeros((600, 430, 3), np.uint8), CORNERS)
    assert sum(reading.share(code) for code in ("lea", "one", "two")) == pytest.approx(1)


def test_the_exported_frame_network_gives_probabilities(models):
    shares = FrameReader(models / FRAMES, threads=1).read(np.zeros((600, 430, 3), np.uint8), CORNERS)
    assert shares.sum() == pytest.approx(1)


def test_a_face_whose_printing_is_open_may_have_several_looks(faces):
    looks = [face.looks for face in FrameTask([faces], FrameConfig()).faces]
    assert any(one.sum() == 1 for one in looks)


@pytest.mark.parametrize(("border", "look"), [("white", "1997 white"), ("gold", "gold"), ("silver", "silver")])
def test_a_border_is_painted_around_the_face(border, look, monkeypatch):
    face = LookFace(np.full((224, 160, 3), 20, np.uint8), only("1997 black"), held_out=False)
    painted = paint_border(face.pixels, border, np.random.default_rng(0))
    assert painted[:3].mean() > 100 > painted[60:160, 40:120].mean()
    rng = np.random.default_rng(0)
    seen = {LOOKS[int(make_over(face, rng)[1].argmax())] for _ in range(60)}
    assert look in seen


def test_art_is_extended_to_the_edges():
    face = np.zeros((224, 160, 3), np.uint8)
    face[30:120, 14:146] = 200
    for seed in range(6):
        extended = extend_art(face, np.random.default_rng(seed))
        assert extended[60, 4:10].mean() > 150
        assert extended[60, -10:-4].mean() > 150
