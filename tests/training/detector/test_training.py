"""Both of the detector's networks: they learn, resume after a kill, and are the same once exported to ONNX."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch")

# The light installation has neither: only from here on may they be needed.
from engine.core.onnx_session import OnnxModel  # noqa: E402 - see above
from engine.core.timing import Stopwatch  # noqa: E402 - see above
from engine.detection.corners import CornerRefiner  # noqa: E402 - see above
from engine.detection.detector import Detector  # noqa: E402 - see above
from engine.image.photo import open_photo  # noqa: E402 - see above
from training.cli import main  # noqa: E402 - see above
from training.detector import corner_task, finder_task, networks, train  # noqa: E402 - torch may be missing
from training.detector.export import export_network  # noqa: E402 - see above
from training.detector.task import ComposedBatches, DetectorConfig, StockFiles  # noqa: E402 - see above
from training.trainer import checkpoints, log  # noqa: E402 - torch may be missing
from training.trainer.checkpoints import Checkpoint, CheckpointError  # noqa: E402 - see above
from training.trainer.config import Stage  # noqa: E402 - see above
from training.trainer.loop import Trainer  # noqa: E402 - see above

ROOT = Path(__file__).parents[3]
SHORT = ["--stages", "4:64", "--examples", "2", "--look-every", "4", "--workers", "0"]
CONFIGS = {
    name: replace(config, width=16, stages=(Stage(4, 64, 64),), examples=2, validate_every=4)
    for name, (_, config) in train.TASKS.items()
}


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """Small networks, validation on one photo a condition or eight patches, and one stock for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "TAPS", {4: 40, 5: 80})
        patch.setattr(networks, "STAGES", ((16, 1, 2, 2), (24, 1, 2, 2)))
        patch.setattr(finder_task, "PHOTOS", 1)
        patch.setattr(corner_task, "VALIDATION_PATCHES", 8)
        patch.setattr(StockFiles, "open", cache(StockFiles.open))
        for name, (task, config) in train.TASKS.items():
            patch.setitem(train.TASKS, name, (task, replace(config, width=16)))
        yield


@pytest.fixture(autouse=True)
def _plot_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the shared run draws its plots: a picture takes longer than a few steps."""
    monkeypatch.setattr(log.MetricsLog, "plot", lambda self: None)


@pytest.fixture(scope="module", name="files")
def drawn_stock(demo_pack: Path) -> StockFiles:
    return StockFiles((demo_pack,))


@pytest.fixture(scope="module", name="trained")
def trained_by_command(files: StockFiles, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a run of the command, and what it printed."""
    folder, printed = tmp_path_factory.mktemp("trained"), StringIO()
    with redirect_stdout(printed):
        assert main(["train", "detector", "--pack", str(files.packs[0]), "--out", str(folder), *SHORT]) == 0
    return folder, printed.getvalue()


def trainer(name: str, files: StockFiles, out: Path, *, resume: bool = False) -> Trainer:
    return Trainer(train.TASKS[name][0](files, CONFIGS[name]), out, workers=0, resume=resume)


def finder_batches(files: StockFiles, *numbers_and_share) -> ComposedBatches:
    return ComposedBatches(finder_task.FinderTask.compose_batch, files, CONFIGS["finder"], *numbers_and_share)


def load(folder: Path) -> Checkpoint[DetectorConfig]:
    return checkpoints.load(folder / checkpoints.NAME, DetectorConfig)


@pytest.mark.parametrize("name", list(CONFIGS))
def test_training_leaves_a_checkpoint_a_log_and_plots(name, trained):
    folder = trained[0] / name
    assert load(folder).config == CONFIGS[name]
    assert load(folder).progress.step == 4
    lines = log.read(folder / log.NAME)
    assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3, 4]
    assert any(key.startswith("found ") for line in lines for key in line)
    assert (folder / log.PLOTS).read_bytes().startswith(b"\x89PNG")


def test_a_killed_run_resumes_as_if_it_had_not_stopped(files, trained, tmp_path):
    killed = trainer("corners", files, tmp_path)
    steps, step = iter(range(2)), killed._train_step

    def stumbling(*batch):
        if next(steps, None) is None:
            killed._save_checkpoint()
            raise KeyboardInterrupt
        step(*batch)

    killed._train_step = stumbling
    with pytest.raises(KeyboardInterrupt):
        killed.run()
    trainer("corners", files, tmp_path, resume=True).run()
    whole, resumed = (load(folder).states["model"] for folder in (trained[0] / "corners", tmp_path))
    for name, weights in whole.items():
        assert torch.equal(weights, resumed[name]), name


def test_a_longer_run_can_be_resumed_after_its_end(files, trained, tmp_path):
    shutil.copytree(trained[0] / "corners", tmp_path, dirs_exist_ok=True)
    longer = replace(CONFIGS["corners"], stages=(Stage(5, 64, 64),))
    Trainer(corner_task.CornerTask(files, longer), tmp_path, workers=0, resume=True).run()
    assert load(tmp_path).progress.step == 5
    assert [line["step"] for line in log.read(tmp_path / log.NAME) if "loss" in line] == [1, 2, 3, 4, 5]


def test_the_finder_can_memorise_a_batch(files):
    task = finder_task.FinderTask(files, CONFIGS["finder"])
    torch.manual_seed(0)
    network = task.build_model()
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=3e-3)
    pixels, targets = finder_batches(files, [1])[0]
    losses = []
    for _ in range(12):
        loss = task.losses(network(pixels.float()), targets)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


def test_another_task_s_checkpoint_is_refused(files, trained, tmp_path):
    corners = trained[0] / "corners"
    with pytest.raises(CheckpointError, match="other settings"):
        trainer("finder", files, corners, resume=True)
    with pytest.raises(CheckpointError, match="training of the corners, not of the finder"):
        export_network("finder", corners / checkpoints.NAME, tmp_path / "finder.onnx")


def test_the_commands_train_and_export_both_networks_and_the_engine_can_use_them(trained, tmp_path):
    folder, printed = trained
    assert "export-detector" in printed
    exported = StringIO()
    with warnings.catch_warnings(), redirect_stdout(exported):
        # From torch's own exporter, about its own code.
        warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning)
        assert main(["export-detector", "--training", str(folder), "--out", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corners.onnx", "finder.onnx"]
    differences = [float(number) for number in re.findall(r"differs from torch by (\S+) at most", exported.getvalue())]
    assert len(differences) == 2
    assert max(differences) < 2e-3
    detector = Detector(OnnxModel(tmp_path / "finder.onnx"), CornerRefiner(tmp_path / "corners.onnx"))
    for size in ((90, 300), (500, 400)):
        assert isinstance(detector.detect(open_photo(np.zeros((*size, 3), np.uint8)), Stopwatch()), list)


SMALL_TRAINING = """
import sys
from training.cli import main
from training.detector import corner_task
from training.trainer.log import MetricsLog

corner_task.VALIDATION_PATCHES = 8
MetricsLog.plot = lambda self: None
sys.exit(main())
"""


def test_two_processes_train_one_network(files, tmp_path):
    """Under torchrun each process composes its part of a batch; one of them keeps checkpoint and log."""
    (tmp_path / "small.py").write_text(SMALL_TRAINING)
    options = ["--only", "corners", "--stages", "2:64", "--examples", "4", "--look-every", "9", "--workers", "0"]
    command = ["train", "detector", "--pack", str(files.packs[0]), "--out", str(tmp_path), *options]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*torchrun, str(tmp_path / "small.py"), *command],
        env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [line["step"] for line in log.read(tmp_path / "corners" / log.NAME) if "loss" in line] == [1, 2]
    assert load(tmp_path / "corners").progress.step == 2


def test_a_missing_pack_is_named(tmp_path, capsys):
    assert main(["train", "detector", "--pack", str(tmp_path / "no.pack"), "--out", str(tmp_path)]) == 2
    assert "no.pack" in capsys.readouterr().err


def test_any_batch_can_be_made_again(files, monkeypatch):
    first = finder_batches(files, range(4))[3]
    monkeypatch.setattr(StockFiles, "open", StockFiles.open.__wrapped__)  # another process has a stock of its own
    again = finder_batches(files, [3])[0]
    assert torch.equal(first[0], again[0])
    assert all(torch.equal(first[1][name], again[1][name]) for name in first[1])


def test_processes_share_a_batch(files):
    both = [finder_batches(files, [1], (part, 2))[0][0] for part in (0, 1)]
    assert torch.equal(torch.cat(both), finder_batches(files, [1])[0][0])


@pytest.mark.parametrize("batch", range(3))
def test_sides_of_photos_are_multiples_of_the_stride(batch):
    config = replace(finder_task.CONFIG, stages=(Stage(2, 256, 256), Stage(2, 384, 384)))
    assert all(side % 32 == 0 for side in config.photo_size(batch))
    assert config.stage_at(batch).height == (256 if batch < 2 else 384)


def test_the_embedder_s_checkpoint_is_refused():
    with pytest.raises(TypeError):
        DetectorConfig.from_dict(json.loads('{"backbone": "narrow", "stages": []}'))
