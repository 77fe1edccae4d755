"""The cost reader: it learns, resumes after a kill, and is the same once exported to ONNX."""

from __future__ import annotations

import json
import shutil
import warnings
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

torch = pytest.importorskip("torch")

# The light installation lacks it: only from here on may it be needed.
from engine.reading.mana_cost import BLANK, COLUMN, CostReader  # noqa: E402 - see above
from training.data.errors import CommandError  # noqa: E402 - see above
from training.data.face_pack import is_held_out  # noqa: E402 - see above
from training.evaluation import costs  # noqa: E402 - see above
from training.symbols import export, train  # noqa: E402 - see above
from training.symbols.drawing import draw_plate, random_cost  # noqa: E402 - see above
from training.symbols.plates import write_plates  # noqa: E402 - see above
from training.symbols.task import CostConfig, CostTask, CropBatches  # noqa: E402 - see above
from training.trainer import checkpoints, log  # noqa: E402 - see above
from training.trainer.config import Stage  # noqa: E402 - see above
from training.trainer.loop import Trainer  # noqa: E402 - see above

CONFIG = CostConfig(stages=(Stage(4, 24, 192),), examples=4, pool=6, validate_every=4)


def parse(module: ModuleType, given: Sequence[object]) -> Namespace:
    """Parse the options of a command."""
    parser = ArgumentParser()
    module.add_arguments(parser)
    return parser.parse_args([str(word) for word in given])


def command(module: ModuleType, *given: object) -> int:
    """Run a command."""
    return int(module.run(parse(module, given)))


@pytest.fixture(autouse=True)
def _plot_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plot takes longer than a few steps."""
    monkeypatch.setattr(log.MetricsLog, "plot", lambda self: None)


@pytest.fixture(scope="module", name="pack")
def pack_of_drawn_plates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plates of many names, some of them held out from training."""
    rng = np.random.default_rng(0)
    plates = [draw_plate(rng, f"Card {number}", random_cost(rng)) for number in range(24)]
    assert 0 < sum(is_held_out(plate.label.name) for plate in plates) < 20
    path = tmp_path_factory.mktemp("packs") / "plates.pack"
    write_plates(path, plates)
    return path


@pytest.fixture(scope="module", name="trained")
def short_run(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    given = ["--pack", str(pack), "--stages", "4:24x192", "--examples", "4", "--pool", "6", "--look-every", "4"]
    options = parse(train, given)
    options.seed, options.out, options.resume = 0, folder, False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log.MetricsLog, "plot", lambda self: None)
        for task, out, resume in train.runs(options):
            Trainer(task, out, workers=0, resume=resume).run()
    return folder


@pytest.fixture(scope="module", name="model")
def exported_model(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "cost.onnx"
    with warnings.catch_warnings():
        # From torch's own exporter, about its own code.
        warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning)
        assert command(export, "--checkpoint", trained / checkpoints.NAME, "--out", out) == 0
    return out


def test_training_leaves_a_checkpoint_and_a_log(trained):
    assert checkpoints.load(trained / checkpoints.NAME, CostConfig).progress.step == 4
    lines = log.read(trained / log.NAME)
    assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3, 4]
    assert any("read 20 px" in line for line in lines)


def test_a_longer_run_can_be_resumed_after_its_end(pack, trained, tmp_path):
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    longer = replace(CONFIG, stages=(Stage(5, 24, 192),))
    Trainer(CostTask([pack], longer), tmp_path, workers=0, resume=True).run()
    assert checkpoints.load(tmp_path / checkpoints.NAME, CostConfig).progress.step == 5


def test_batches_can_be_made_again(pack):
    (pixels, targets), (again, same) = (CropBatches((pack,), CONFIG, range(9))[3] for _ in range(2))
    assert torch.equal(pixels, again)
    assert all(torch.equal(targets[name], same[name]) for name in targets)
    assert targets["columns"].shape == (4, pixels.shape[3] // COLUMN)
    assert int(targets["columns"].max()) == BLANK


def test_without_plates_of_scans_all_are_drawn():
    pixels, targets = CropBatches((), CONFIG, range(1))[0]
    assert pixels.shape[:3] == (4, 3, 24)
    assert (targets["columns"] != BLANK).any()


def test_the_network_can_memorise_a_batch(pack):
    task = CostTask([pack], CONFIG)
    torch.manual_seed(0)
    network = task.build_model()
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    pixels, targets = CropBatches((pack,), CONFIG, range(1))[0]
    losses = []
    for _ in range(40):
        loss = task.losses(network(pixels.float()), targets)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]


def test_the_exported_network_reads_crops_of_any_size_together_as_alone(model):
    rng = np.random.default_rng(1)
    plates = [draw_plate(rng, "A Title", random_cost(rng)).pixels for _ in range(40)]
    reader = CostReader(model, threads=1)
    readings = reader.read([plate[:, rng.integers(0, 150) :] for plate in plates])
    assert len(readings) == 40
    assert reader.read([]) == []
    assert all(len(reading.symbols) == len(reading.shares) for reading in readings)


def test_the_network_is_measured_on_held_out_names(pack, model, capsys):
    assert command(costs, "--pack", pack, "--model", model, "--json") == 0
    figures = json.loads(capsys.readouterr().out)["heights"]
    assert set(figures) == {"30", "20", "14", "10"}
    assert all(0 <= one["auc"] <= 1 and 0 <= one["right"] <= 1 for one in figures.values())


def test_plates_without_a_held_out_name_can_not_be_measured(model, tmp_path):
    rng = np.random.default_rng(2)
    plate = next(p for n in range(99) if not is_held_out((p := draw_plate(rng, f"Card {n}", "{1}")).label.name))
    write_plates(tmp_path / "plates.pack", [plate])
    with pytest.raises(CommandError, match="held out"):
        command(costs, "--pack", tmp_path / "plates.pack", "--model", model)
