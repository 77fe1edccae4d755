"""Both of the detector's networks: they learn, stop and go on, and leave as ONNX what they were."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch")

# The light installation has neither: only from here on may they be needed.
from engine.core.onnx_session import OnnxModel  # noqa: E402 - see above
from engine.core.timing import Stopwatch  # noqa: E402 - see above
from engine.detection.corners import CornerRefiner  # noqa: E402 - see above
from engine.detection.detector import CardDetector  # noqa: E402 - see above
from engine.image.photo import open_photo  # noqa: E402 - see above
from training.cli import main  # noqa: E402 - see above
from training.data.face_pack import PackedFace, write_pack  # noqa: E402 - see above
from training.detector import corner_task, finder_task  # noqa: E402 - torch may be missing
from training.detector.dataset import FinderBatches, StockFiles, photo_size  # noqa: E402 - see above
from training.detector.export import export_corners, export_finder  # noqa: E402 - see above
from training.drawing.cards import demo_cards, draw_card  # noqa: E402 - see above
from training.trainer import checkpoints, log  # noqa: E402 - torch may be missing
from training.trainer.checkpoints import CheckpointError  # noqa: E402 - see above
from training.trainer.config import Pace, Stretch  # noqa: E402 - see above
from training.trainer.loop import Run  # noqa: E402 - see above

ROOT = Path(__file__).parents[3]
SHORT = {
    "finder": replace(finder_task.PACE, stages=(Stretch(4, 64),), examples=2, look_every=4, width=16),
    "corners": replace(corner_task.PACE, stages=(Stretch(4, 128),), examples=4, look_every=4, width=16),
}
TASKS = {"finder": finder_task.FinderTask, "corners": corner_task.CornerTask}


@pytest.fixture(scope="module", name="files")
def drawn_stock(tmp_path_factory: pytest.TempPathFactory) -> StockFiles:
    path = tmp_path_factory.mktemp("packs") / "demo.pack"
    write_pack(path, [(PackedFace(card.name, "dmo", "real"), draw_card(card, 256)) for card in demo_cards()])
    return StockFiles((path,))


@pytest.fixture(autouse=True)
def _few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A measurement of two photos a condition, of eight patches: this is about the training around it."""
    monkeypatch.setattr(finder_task, "LOOKED_AT", 1)
    monkeypatch.setattr(corner_task, "LOOKED_AT", 8)


def trained(kind: str, files: StockFiles, out: Path, pace: Pace | None = None, *, resume: bool = False) -> Run:
    out.mkdir(exist_ok=True)
    run = Run(TASKS[kind](files, pace or SHORT[kind]), out, workers=0, resume=resume)
    run.run()
    return run


def weights(out: Path):
    return checkpoints.load(out / checkpoints.NAME, Pace.read)[2]["model"]


@pytest.mark.parametrize("kind", list(TASKS))
def test_a_training_leaves_a_checkpoint_a_journal_and_plots(kind, files, tmp_path):
    trained(kind, files, tmp_path)
    pace, progress, _, _ = checkpoints.load(tmp_path / checkpoints.NAME, Pace.read)
    assert pace == SHORT[kind]
    assert progress.step == 4
    lines = log.read(tmp_path / log.NAME)
    assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3, 4]
    assert any(key.startswith("found ") for line in lines for key in line)
    assert (tmp_path / log.PLOTS).read_bytes().startswith(b"\x89PNG")


def test_a_training_stopped_half_way_goes_on_as_if_it_had_not(files, tmp_path):
    kind = "corners"
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    trained(kind, files, whole)
    run = Run(TASKS[kind](files, SHORT[kind]), _made(parts), workers=0, resume=False)
    steps, step = iter(range(2)), run._step

    def killed(*batch):
        if next(steps, None) is None:
            run._save()
            raise KeyboardInterrupt
        step(*batch)

    run._step = killed
    with pytest.raises(KeyboardInterrupt):
        run.run()
    trained(kind, files, parts, resume=True)
    for name, one in weights(whole).items():
        assert torch.equal(one, weights(parts)[name]), name


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_the_finder_learns_a_batch_by_heart(files):
    task = finder_task.FinderTask(files, SHORT["finder"])
    network = task.network()
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=3e-3)
    pixels, wanted = task.batches([1], (0, 1))[0]
    losses = []
    for _ in range(25):
        loss = task.losses(network(pixels.float()), wanted)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


def test_another_training_s_checkpoint_is_refused(files, tmp_path):
    trained("corners", files, tmp_path)
    with pytest.raises(CheckpointError, match="other settings"):
        Run(finder_task.FinderTask(files, SHORT["finder"]), tmp_path, workers=0, resume=True)
    with pytest.raises(CheckpointError, match="training of the corners, not of the finder"):
        export_finder(tmp_path / checkpoints.NAME, tmp_path / "finder.onnx")


@pytest.mark.filterwarnings(r"ignore:`isinstance\(treespec, LeafSpec\)` is deprecated:FutureWarning")
def test_what_is_exported_finds_what_torch_finds_and_the_engine_can_use_it(files, tmp_path):
    for kind in TASKS:
        trained(kind, files, tmp_path / kind)
    for kind, export in (("finder", export_finder), ("corners", export_corners)):
        assert export(tmp_path / kind / checkpoints.NAME, tmp_path / f"{kind}.onnx") < 2e-3
    detector = CardDetector(OnnxModel(tmp_path / "finder.onnx"), CornerRefiner(tmp_path / "corners.onnx"))
    for size in ((90, 300), (500, 400)):
        assert isinstance(detector.detect(open_photo(np.zeros((*size, 3), np.uint8)), Stopwatch()), list)


@pytest.mark.filterwarnings(r"ignore:`isinstance\(treespec, LeafSpec\)` is deprecated:FutureWarning")
def test_the_command_trains_both_and_says_how_to_go_on(files, tmp_path, capsys):
    options = ["--stages", "2:64", "--examples", "2", "--look-every", "9", "--workers", "0"]
    arguments = ["train", "detector", "--pack", str(files.packs[0]), "--out", str(tmp_path), *options]
    assert main(arguments) == 0
    assert "export-detector" in capsys.readouterr().out
    assert main(["export-detector", "--training", str(tmp_path), "--out", str(tmp_path / "models")]) == 0
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["corners.onnx", "finder.onnx"]


def test_two_processes_train_one_network(files, tmp_path):
    """Under torchrun each composes its part of the batch; one of them keeps checkpoint and journal."""
    options = ["--only", "corners", "--stages", "2:128", "--examples", "4", "--look-every", "9", "--workers", "0"]
    command = ["training", "train", "detector", "--pack", str(files.packs[0]), "--out", str(tmp_path), *options]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*torchrun, *command], env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert [line["step"] for line in log.read(tmp_path / "corners" / log.NAME) if "loss" in line] == [1, 2]
    assert checkpoints.load(tmp_path / "corners" / checkpoints.NAME, Pace.read)[1].step == 2


def test_a_missing_pack_is_said(tmp_path, capsys):
    assert main(["train", "detector", "--pack", str(tmp_path / "no.pack"), "--out", str(tmp_path)]) == 2
    assert "no.pack" in capsys.readouterr().err


def test_any_batch_can_be_had_again(files):
    batches = FinderBatches(files, SHORT["finder"], range(4))
    first, again = batches[3], FinderBatches(files, SHORT["finder"], [3])[0]
    assert torch.equal(first[0], again[0])
    assert all(torch.equal(first[1][name], again[1][name]) for name in first[1])


def test_processes_share_a_batch(files):
    both = [FinderBatches(files, SHORT["finder"], [1], (part, 2))[0][0] for part in (0, 1)]
    assert torch.equal(torch.cat(both), FinderBatches(files, SHORT["finder"], [1])[0][0])


@pytest.mark.parametrize("batch", range(3))
def test_photos_have_sides_that_the_network_can_halve(batch):
    pace = replace(finder_task.PACE, stages=(Stretch(2, 256), Stretch(2, 384)))
    assert all(side % 32 == 0 for side in photo_size(pace, batch))
    assert pace.side_of(batch) == (256 if batch < 2 else 384)


def test_a_checkpoint_of_the_embedder_is_none_of_these():
    with pytest.raises(TypeError):
        Pace.read(json.loads('{"backbone": "narrow", "stages": []}'))
