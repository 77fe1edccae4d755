"""Checkpoints: all that a training needs to go on as if it had never stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import Tensor

from engine.core.atomic_write import write_atomically

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S")

FORMAT = 2
NAME = "checkpoint.pt"


class CheckpointError(ValueError):
    """The file is no checkpoint of this programme; the message says which and why."""


@dataclass(slots=True)
class Progress:
    """Where a training stands: the epoch and the number of its batches that are done."""

    epoch: int = 0
    batch: int = 0
    step: int = 0


def save(
    folder: Path, settings: DataclassInstance, progress: Progress, parts: dict[str, Any], extra: dict[str, Any]
) -> Path:
    """Write a checkpoint; the old one is replaced only by a whole new one.

    Args:
        folder: where to.
        settings: of the training, a dataclass of plain values.
        progress: where it stands.
        parts: modules and optimisers by name: whatever has a ``state_dict``.
        extra: tensors and plain values.
    """
    path = folder / NAME
    state = {name: part.state_dict() for name, part in parts.items()}
    kept = {"format": FORMAT, "settings": asdict(settings), "progress": asdict(progress)}
    with write_atomically(path) as unfinished:
        torch.save({**kept, "state": state, "extra": extra}, unfinished)
    return path


def load(path: Path, read: Callable[[dict[str, Any]], S]) -> tuple[S, Progress, dict[str, Any], dict[str, Any]]:
    """Return settings, progress, states by name and the extra values.

    Args:
        path: the file.
        read: makes settings of plain values; raises TypeError or KeyError where they are another training's.

    Raises:
        CheckpointError: the file isn't there or is of another kind.
    """
    try:
        data = torch.load(path, map_location="cpu", weights_only=True)
        if data["format"] != FORMAT:
            raise CheckpointError(f"{path} is a checkpoint of format {data['format']}, this programme reads {FORMAT}")
        return read(data["settings"]), Progress(**data["progress"]), data["state"], data["extra"]
    except (OSError, KeyError, TypeError, RuntimeError, EOFError) as error:
        raise CheckpointError(f"{path} can't be read as a checkpoint: {error}") from error


def averaged(states: Mapping[str, Any]) -> dict[str, Tensor]:
    """Return the averaged network's weights of a checkpoint's states."""
    prefix = "module."
    return {name.removeprefix(prefix): v for name, v in states["average"].items() if name.startswith(prefix)}
