"""A small untrained network, exported once for all tests: torch's exporter takes long."""

from __future__ import annotations

import warnings
from contextlib import redirect_stdout, suppress
from io import StringIO
from types import SimpleNamespace

import pytest

from training.cli import main

with suppress(ModuleNotFoundError):
    import torch

    # More would only slow down networks this small.
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A network that takes every face for upright, its file as exported by command, and one with whole weights."""
    onnx = pytest.importorskip("onnx")
    from torch.optim.swa_utils import AveragedModel

    from training.embedder.config import EmbedderConfig
    from training.networks import onnx_file
    from training.networks.backbone import CardEmbedder
    from training.trainer import checkpoints
    from training.trainer.config import Stage

    folder, printed = tmp_path_factory.mktemp("export"), StringIO()
    path = folder / "embedder.onnx"
    torch.manual_seed(1)
    network = CardEmbedder(8, "narrow").eval()
    network.upright.bias.fill_(2.0)
    config = EmbedderConfig(backbone="narrow", dimension=8, stages=(Stage(1, 96, 64),))
    states = {"average": AveragedModel(network).state_dict()}
    checkpoints.save(folder, checkpoints.Checkpoint(config, checkpoints.Progress(), states, {}))
    halve_weights = onnx_file.halve_weights

    def save_and_halve(model):
        onnx.save(model, str(folder / "whole.onnx"))
        return halve_weights(model)

    with warnings.catch_warnings(), redirect_stdout(printed), pytest.MonkeyPatch.context() as patch:
        # From torch's own exporter, about its own code.
        warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning)
        patch.setattr(onnx_file, "halve_weights", save_and_halve)
        assert main(["export", "--checkpoint", str(folder / checkpoints.NAME), "--out", str(path)]) == 0
    return SimpleNamespace(network=network, path=path, whole=folder / "whole.onnx", printed=printed.getvalue())
