"""The embedder's training on drawn faces: it learns, resumes after a kill, and can be distributed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.ports import free_port

torch = pytest.importorskip("torch")
pytest.importorskip("pytorch_metric_learning")

# The light installation has neither: only from here on may they be needed.
from training.cli import main  # noqa: E402 - see above
from training.data.face_pack import FacePack, is_held_out, read_pack  # noqa: E402 - see above
from training.embedder import measure  # noqa: E402 - see above
from training.embedder.config import EmbedderConfig  # noqa: E402 - see above
from training.embedder.task import EmbedderTask  # noqa: E402 - see above
from training.trainer import checkpoints, distributed, log  # noqa: E402 - torch may be missing
from training.trainer.checkpoints import Checkpoint, CheckpointError, Progress  # noqa: E402 - see above
from training.trainer.config import Stage  # noqa: E402 - see above
from training.trainer.loop import Trainer  # noqa: E402 - see above
from training.trainer.schedule import FINAL_SHARE, learning_rate_factor  # noqa: E402 - see above

ROOT = Path(__file__).parents[3]
SMALL = EmbedderConfig(
    backbone="narrow", dimension=16, stages=(Stage(2, 64, 48),), pairs=6, memory=12, group=2, ema=0.5, head_lr=3e-3,
    body_lr=3e-3, heavy=0.3,
)  # fmt: skip


@pytest.fixture(scope="module", name="pack")
def opened_pack(demo_pack: Path) -> FacePack:
    return read_pack(demo_pack)


@pytest.fixture(scope="module", name="trained")
def trained_folder(pack: FacePack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an uninterrupted run."""
    folder = tmp_path_factory.mktemp("trained")
    trainer(pack, folder).run()
    return folder


@pytest.fixture(autouse=True)
def _plot_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the shared run draws its plots: a picture takes longer than an epoch."""
    monkeypatch.setattr(log.MetricsLog, "plot", lambda self: None)


def trainer(pack: FacePack, out: Path, config: EmbedderConfig = SMALL, *, resume: bool = False) -> Trainer:
    out.mkdir(exist_ok=True)
    return Trainer(EmbedderTask(pack, config), out, workers=0, resume=resume)


def load(out: Path) -> Checkpoint[EmbedderConfig]:
    return checkpoints.load(out / checkpoints.NAME, EmbedderConfig)


def test_training_leaves_a_checkpoint_a_log_and_plots(trained: Path):
    checkpoint = load(trained)
    assert checkpoint.config == SMALL
    assert (checkpoint.progress.epoch, checkpoint.progress.batch) == (2, 0)
    assert {"model", "average", "loss", "optimizer"} == set(checkpoint.states)
    lines = log.read(trained / log.NAME)
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, checkpoint.progress.step + 1))
    measured = [line for line in lines if "epoch" in line]
    assert [line["epoch"] for line in measured] == [1, 2]
    assert all(0 <= line[f"recall@1 {level}"] <= 1 for line in measured for level in ("mild", "medium", "hard"))
    assert (trained / log.PLOTS).read_bytes().startswith(b"\x89PNG")


def test_it_learns(pack: FacePack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(measure, "SEVERITIES", {})
    easy = replace(
        SMALL, stages=(Stage(10, 64, 48),), gamma=16.0, light=0.05, heavy=0.05, koleo=0.0, group=1, memory=0,
        head_lr=8e-3, body_lr=8e-3,
    )  # fmt: skip
    trainer(pack, tmp_path, easy).run()
    losses = [line["loss"] for line in log.read(tmp_path / log.NAME) if "loss" in line]
    assert np.mean(losses[-4:]) < 0.7 * np.mean(losses[:4])


def test_held_out_names_are_not_trained_on(pack: FacePack):
    rows = EmbedderTask(pack, SMALL).rows
    assert rows
    assert len(rows) < len(pack.faces)
    assert not any(is_held_out(pack.faces[row].name) for row in rows)


def test_killed_in_the_middle_of_an_epoch_it_resumes_to_the_same_result(
    pack: FacePack, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    killed = trainer(pack, tmp_path, replace(SMALL, checkpoint_every_s=0.0))
    step, steps = killed._train_step, 0

    def stumbling(*given):
        nonlocal steps
        steps += 1
        if steps == 6:
            raise KeyboardInterrupt
        return step(*given)

    monkeypatch.setattr(killed, "_train_step", stumbling)
    with pytest.raises(KeyboardInterrupt):
        killed.run()
    assert load(tmp_path).progress.step == 5
    trainer(pack, tmp_path, resume=True).run()
    whole, resumed = load(trained).states["model"], load(tmp_path).states["model"]
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert log.read(trained / log.NAME) == log.read(tmp_path / log.NAME)


def test_a_resumed_run_may_have_more_epochs_but_no_other_settings(pack: FacePack, trained: Path, tmp_path: Path):
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    longer = replace(SMALL, stages=(Stage(3, 64, 48),))
    trainer(pack, tmp_path, longer, resume=True).run()
    assert load(tmp_path).progress.epoch == 3
    with pytest.raises(CheckpointError, match="other settings"):
        trainer(pack, tmp_path, replace(longer, margin=0.3), resume=True)


class TestCommand:
    def arguments(self, demo_pack: Path, out: Path, *more: str) -> list[str]:
        small = ["--backbone", "narrow", "--dimension", "16", "--pairs", "6", "--memory", "0", "--workers", "0"]
        return ["train", "embedder", "--pack", str(demo_pack), "--out", str(out), *small, *more]

    def test_it_trains_and_says_how_to_export(self, demo_pack: Path, tmp_path: Path, capsys):
        assert main(self.arguments(demo_pack, tmp_path, "--stages", "1:64x48")) == 0
        assert "training export --checkpoint" in capsys.readouterr().out
        assert load(tmp_path).config.stages == (Stage(1, 64, 48),)

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (["--resume"], "checkpoint"),
            (["--pairs", "1"], "two pairs"),
            (["--backbone", "wide"], "backbone must be one of"),
        ],
    )
    def test_what_cannot_be_done_is_one_line(self, demo_pack: Path, tmp_path: Path, capsys, more, told):
        assert main(self.arguments(demo_pack, tmp_path / "out", *more)) == 2
        (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error")]
        assert told in line

    def test_a_pack_that_is_none_is_named(self, tmp_path: Path, capsys):
        assert main(self.arguments(tmp_path / "none.pack", tmp_path)) == 2
        assert "none.pack is not a pack" in capsys.readouterr().err


class TestCheckpoints:
    def test_configuration_and_progress_come_back(self, tmp_path: Path):
        checkpoints.save(tmp_path, Checkpoint(SMALL, Progress(3, 2, 77), {}, {"x": torch.arange(3)}))
        checkpoint = load(tmp_path)
        assert (checkpoint.config, checkpoint.progress, checkpoint.states) == (SMALL, Progress(3, 2, 77), {})
        assert checkpoint.extra["x"].tolist() == [0, 1, 2]

    @pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04"])
    def test_a_file_that_is_not_a_checkpoint_is_named(self, tmp_path: Path, data: bytes):
        (tmp_path / "x.pt").write_bytes(data)
        with pytest.raises(CheckpointError, match=r"x\.pt can't be read"):
            checkpoints.load(tmp_path / "x.pt", EmbedderConfig)

    def test_one_of_another_format_is_refused(self, tmp_path: Path):
        torch.save({"format": 99}, tmp_path / "x.pt")
        with pytest.raises(CheckpointError, match="format 99"):
            checkpoints.load(tmp_path / "x.pt", EmbedderConfig)


def test_the_log_of_a_killed_run_loses_only_steps_that_are_repeated(tmp_path: Path):
    first = log.MetricsLog(tmp_path, "recall@1 ")
    for step in (1, 2, 3):
        first.write(step=step, loss=1.0)
    with (tmp_path / log.NAME).open("a") as file:
        file.write('{"step": 4, "lo')
    log.MetricsLog(tmp_path, "recall@1 ", after=2).write(step=3, loss=0.5)
    assert [(line["step"], line["loss"]) for line in log.read(tmp_path / log.NAME)] == [
        (1, 1),
        (2, 1),
        (3, 0.5),
    ]


def test_the_rate_rises_then_falls():
    rates = [learning_rate_factor(done, 0.1) for done in np.linspace(0, 1, 101)]
    assert rates[10] == max(rates) == pytest.approx(1, abs=0.01)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(FINAL_SHARE)


def test_a_single_process_keeps_all_rows():
    rows = torch.arange(5)
    assert (distributed.rank(), distributed.world_size()) == (0, 1)
    assert distributed.gather(rows) is rows
    assert torch.equal(distributed.shard(rows), rows)


LOSS_AND_GRADIENT = """
import json, os, torch
from torch.nn.parallel import DistributedDataParallel
from training.trainer import distributed
from training.embedder.losses import EmbedderLoss
from training.embedder.config import EmbedderConfig

distributed.start()
torch.manual_seed(0)
network = torch.nn.Linear(5, 4)
model = DistributedDataParallel(network) if distributed.world_size() > 1 else network
first, second = torch.randn(6, 5), torch.randn(6, 5)
own = [distributed.shard(view) for view in (first, second)]
vectors = torch.nn.functional.normalize(model(torch.cat(own)), dim=1)
one, other = (distributed.gather(half) for half in vectors.chunk(2))
loss = EmbedderLoss(EmbedderConfig(dimension=4, memory=0), 6)(one, other, torch.arange(6))
(loss * distributed.world_size()).backward()
result = [loss.item(), *network.weight.grad.flatten().tolist()]
"""
TELL = """
if distributed.rank() == 0:
    print(json.dumps(result), flush=True)
distributed.barrier()
distributed.stop()
# On a busy machine a thread of gloo's may outlive the interpreter, which then aborts although all is done.
os._exit(0)
"""


def test_two_processes_have_the_loss_and_the_gradient_of_one():
    alone: dict[str, Any] = {}
    exec(LOSS_AND_GRADIENT, alone)  # noqa: S102 - our own text above
    # As torchrun would, without its own process.
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": "2", "OMP_NUM_THREADS": "1"}
    both = []
    for rank in ("0", "1"):
        environment = {**os.environ, **shared, "PYTHONPATH": str(ROOT), "RANK": rank, "LOCAL_RANK": rank}
        command = [sys.executable, "-c", LOSS_AND_GRADIENT + TELL]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        both.append(subprocess.Popen(command, env=environment, **pipes))
    outputs = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert json.loads(outputs[0][0].strip().splitlines()[-1]) == pytest.approx(alone["result"], rel=1e-4, abs=1e-5)
