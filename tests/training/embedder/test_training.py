"""The whole programme on drawn faces and a narrow network: it learns, it goes on after a kill, it can be shared."""

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
pytest.importorskip("pytorch_metric_learning")

# The light installation has neither: only from here on may they be needed.
from training.cli import main  # noqa: E402 - see above
from training.data.face_pack import FacePack, PackedFace, is_held_out, read_pack, write_pack  # noqa: E402 - see above
from training.drawing.cards import demo_cards, draw_card  # noqa: E402 - see above
from training.embedder import loop  # noqa: E402 - see above
from training.embedder.settings import Settings, Stage, read_settings  # noqa: E402 - see above
from training.trainer import checkpoints, distributed, log  # noqa: E402 - torch may be missing
from training.trainer.checkpoints import CheckpointError, Progress  # noqa: E402 - see above
from training.trainer.schedule import SLOWEST_SHARE, rate_at  # noqa: E402 - see above

ROOT = Path(__file__).parents[3]
SMALL = Settings(
    backbone="narrow", dimension=16, stages=(Stage(2, 96, 64),), pairs=6, memory=12, group=2, ema=0.5, head_lr=3e-3,
    body_lr=3e-3, heavy=0.3,
)  # fmt: skip


@pytest.fixture(scope="module", name="pack_file")
def drawn_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All demo cards; some of their names are held out, as everywhere."""
    path = tmp_path_factory.mktemp("packs") / "demo.pack"
    write_pack(path, [(PackedFace(card.name, "dmo", "real"), draw_card(card, 256)) for card in demo_cards()])
    return path


@pytest.fixture(scope="module", name="pack")
def opened_pack(pack_file: Path) -> FacePack:
    return read_pack(pack_file)


def training(pack: FacePack, out: Path, settings: Settings = SMALL, *, resume: bool = False) -> loop.Training:
    out.mkdir(exist_ok=True)
    return loop.Training(settings, pack, out, workers=0, resume=resume)


def state(out: Path) -> dict[str, torch.Tensor]:
    return checkpoints.load(out / checkpoints.NAME, read_settings)[2]["model"]


def test_training_leaves_a_checkpoint_a_journal_and_plots(pack: FacePack, tmp_path: Path):
    training(pack, tmp_path).run()
    settings, progress, states, _ = checkpoints.load(tmp_path / checkpoints.NAME, read_settings)
    assert settings == SMALL
    assert (progress.epoch, progress.batch) == (2, 0)
    assert {"model", "average", "loss", "optimizer"} == set(states)
    lines = log.read(tmp_path / log.NAME)
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, progress.step + 1))
    measured = [line for line in lines if "epoch" in line]
    assert [line["epoch"] for line in measured] == [1, 2]
    assert all(0 <= line[f"recall@1 {level}"] <= 1 for line in measured for level in ("mild", "medium", "hard"))
    assert (tmp_path / log.PLOTS).read_bytes().startswith(b"\x89PNG")


def test_it_learns(pack: FacePack, tmp_path: Path):
    easy = replace(SMALL, stages=(Stage(20, 64, 48),), gamma=16.0, heavy=0.15, koleo=0.0, group=1)
    training(pack, tmp_path, easy).run()
    losses = [line["loss"] for line in log.read(tmp_path / log.NAME) if "loss" in line]
    assert np.mean(losses[-4:]) < 0.7 * np.mean(losses[:4])


def test_held_out_names_are_never_shown(pack: FacePack, tmp_path: Path):
    rows = training(pack, tmp_path).rows
    assert rows
    assert len(rows) < len(pack.faces)
    assert not any(is_held_out(pack.faces[row].name) for row in rows)


def test_killed_in_the_middle_of_an_epoch_it_goes_on_to_the_same_result(
    pack: FacePack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    training(pack, tmp_path / "whole").run()
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_S", 0.0)
    killed = training(pack, tmp_path / "killed")
    step, steps = killed._step, 0

    def stumbling(*given):
        nonlocal steps
        steps += 1
        if steps == 6:
            raise KeyboardInterrupt
        return step(*given)

    monkeypatch.setattr(killed, "_step", stumbling)
    with pytest.raises(KeyboardInterrupt):
        killed.run()
    assert checkpoints.load(tmp_path / "killed" / checkpoints.NAME, read_settings)[1].step == 5
    training(pack, tmp_path / "killed", resume=True).run()
    whole, resumed = state(tmp_path / "whole"), state(tmp_path / "killed")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert log.read(tmp_path / "whole" / log.NAME) == log.read(tmp_path / "killed" / log.NAME)


def test_more_epochs_may_be_asked_for_later_other_settings_may_not(pack: FacePack, tmp_path: Path):
    training(pack, tmp_path).run()
    longer = replace(SMALL, stages=(Stage(3, 96, 64),))
    training(pack, tmp_path, longer, resume=True).run()
    assert checkpoints.load(tmp_path / checkpoints.NAME, read_settings)[1].epoch == 3
    with pytest.raises(CheckpointError, match="other settings"):
        training(pack, tmp_path, replace(longer, margin=0.3), resume=True)


class TestCommand:
    def words(self, pack_file: Path, out: Path, *more: str) -> list[str]:
        small = ["--backbone", "narrow", "--dimension", "16", "--pairs", "6", "--memory", "0", "--workers", "0"]
        return ["train", "embedder", "--pack", str(pack_file), "--out", str(out), *small, *more]

    def test_it_trains_and_says_how_to_export(self, pack_file: Path, tmp_path: Path, capsys):
        assert main(self.words(pack_file, tmp_path, "--stages", "1:64x48")) == 0
        assert "training export --checkpoint" in capsys.readouterr().out
        assert checkpoints.load(tmp_path / checkpoints.NAME, read_settings)[0].stages == (Stage(1, 64, 48),)

    @pytest.mark.parametrize(("more", "told"), [(["--resume"], "checkpoint"), (["--pairs", "1"], "two pairs")])
    def test_what_cannot_be_done_is_one_line(self, pack_file: Path, tmp_path: Path, capsys, more, told):
        assert main(self.words(pack_file, tmp_path / "out", *more)) == 2
        (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error")]
        assert told in line

    def test_a_pack_that_is_none_is_named(self, tmp_path: Path, capsys):
        assert main(self.words(tmp_path / "none.pack", tmp_path)) == 2
        assert "none.pack is no pack" in capsys.readouterr().err


class TestCheckpoints:
    def test_settings_and_progress_come_back(self, tmp_path: Path):
        checkpoints.save(tmp_path, SMALL, Progress(3, 2, 77), {}, {"x": torch.arange(3)})
        settings, progress, states, extra = checkpoints.load(tmp_path / checkpoints.NAME, read_settings)
        assert (settings, progress, states) == (SMALL, Progress(3, 2, 77), {})
        assert extra["x"].tolist() == [0, 1, 2]

    @pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04"])
    def test_what_is_none_is_named(self, tmp_path: Path, data: bytes):
        (tmp_path / "x.pt").write_bytes(data)
        with pytest.raises(CheckpointError, match=r"x\.pt can't be read"):
            checkpoints.load(tmp_path / "x.pt", read_settings)

    def test_one_of_another_format_is_refused(self, tmp_path: Path):
        torch.save({"format": 99}, tmp_path / "x.pt")
        with pytest.raises(CheckpointError, match="format 99"):
            checkpoints.load(tmp_path / "x.pt", read_settings)


def test_the_journal_of_a_killed_training_loses_only_what_comes_again(tmp_path: Path):
    first = log.Journal(tmp_path)
    for step in (1, 2, 3):
        first.write(step=step, loss=1.0)
    with (tmp_path / log.NAME).open("a") as file:
        file.write('{"step": 4, "lo')
    log.Journal(tmp_path, after=2).write(step=3, loss=0.5)
    assert [(line["step"], line["loss"]) for line in log.read(tmp_path / log.NAME)] == [
        (1, 1),
        (2, 1),
        (3, 0.5),
    ]


def test_the_rate_rises_then_falls():
    rates = [rate_at(done, 0.1) for done in np.linspace(0, 1, 101)]
    assert rates[10] == max(rates) == pytest.approx(1, abs=0.01)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(SLOWEST_SHARE)


def test_alone_everything_is_one_s_own():
    rows = torch.arange(5)
    assert (distributed.rank(), distributed.world()) == (0, 1)
    assert distributed.gathered(rows) is rows
    assert torch.equal(distributed.share_of(rows), rows)


TWO_PROCESSES = """
import json, os, torch
from torch.nn.parallel import DistributedDataParallel
from training.trainer import distributed
from training.embedder.losses import EmbedderLoss
from training.embedder.settings import Settings

distributed.start()
torch.manual_seed(0)
network = torch.nn.Linear(5, 4)
model = DistributedDataParallel(network) if distributed.world() > 1 else network
first, second = torch.randn(6, 5), torch.randn(6, 5)
own = [distributed.share_of(view) for view in (first, second)]
vectors = torch.nn.functional.normalize(model(torch.cat(own)), dim=1)
one, other = (distributed.gathered(half) for half in vectors.chunk(2))
loss = EmbedderLoss(Settings(dimension=4, memory=0), 6)(one, other, torch.arange(6))
(loss * distributed.world()).backward()
if distributed.rank() == 0:
    print(json.dumps([loss.item(), *network.weight.grad.flatten().tolist()]), flush=True)
distributed.meet()
distributed.stop()
# On a busy machine a thread of gloo's may outlive the interpreter, which then aborts although all is done.
os._exit(0)
"""


def test_two_processes_have_the_loss_and_the_gradient_of_one(tmp_path: Path):
    (tmp_path / "two.py").write_text(TWO_PROCESSES)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    results = []
    for how in ([], torchrun):
        command = [sys.executable, *how, str(tmp_path / "two.py")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr
        results.append(json.loads(done.stdout.strip().splitlines()[-1]))
    assert results[1] == pytest.approx(results[0], rel=1e-4, abs=1e-5)
