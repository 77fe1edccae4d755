"""Checkpoints: everything a training run needs to resume as if it had never stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor

from engine.core.atomic_write import write_atomically
from training.data.errors import CommandError
from training.trainer.config import TrainingConfig

C = TypeVar("C", bound=TrainingConfig)

FORMAT = 3
NAME = "checkpoint.pt"


class CheckpointError(CommandError):
    """The file can't be used as a checkpoint; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: the epoch, how many of its batches are done, and the number of all steps."""

    epoch: int = 0
    batch: int = 0
    step: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint(Generic[C]):
    """A checkpoint's contents.

    Attributes:
        config, progress: of the run.
        states: the ``state_dict`` of each module and of the optimiser, by name.
        extra: the task's own tensors and plain values.
    """

    config: C
    progress: Progress
    states: Mapping[str, Any]
    extra: Mapping[str, Any]

    def averaged_weights(self) -> dict[str, Tensor]:
        """Return the averaged network's weights."""
        prefix = "module."
        return {name.removeprefix(prefix): v for name, v in self.states["average"].items() if name.startswith(prefix)}


def save(folder: Path, checkpoint: Checkpoint[C]) -> None:
    """Write a checkpoint, replacing the previous one only when the new one is complete."""
    run = {"format": FORMAT, "config": asdict(checkpoint.config), "progress": asdict(checkpoint.progress)}
    with write_atomically(folder / NAME) as unfinished:
        torch.save({**run, "states": dict(checkpoint.states), "extra": dict(checkpoint.extra)}, unfinished)


def load(path: Path, config: type[C]) -> Checkpoint[C]:
    """Read a checkpoint of a task with this type of configuration; raises CheckpointError if it can't be used."""
    try:
        data = torch.load(path, map_location="cpu", weights_only=True)
        if data["format"] != FORMAT:
            raise CheckpointError(f"{path} is a checkpoint of format {data['format']}, this program reads {FORMAT}")
        progress = Progress(**data["progress"])
        return Checkpoint(config.from_dict(data["config"]), progress, data["states"], data["extra"])
    except (OSError, KeyError, TypeError, RuntimeError, EOFError) as error:
        raise CheckpointError(f"{path} can't be read as a checkpoint: {error}") from error
