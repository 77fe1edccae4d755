"""Checkpoints: all that a training needs to go on as if it had never stopped."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from training.embedder.settings import Settings, Stage

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


def save(folder: Path, settings: Settings, progress: Progress, parts: dict[str, Any], extra: dict[str, Any]) -> Path:
    """Write a checkpoint; the old one is replaced only by a whole new one.

    Args:
        folder: where to.
        settings: of the training.
        progress: where it stands.
        parts: modules and optimisers by name: whatever has a ``state_dict``.
        extra: tensors and plain values.
    """
    path = folder / NAME
    state = {name: part.state_dict() for name, part in parts.items()}
    part = path.with_suffix(".part")
    torch.save(
        {"format": FORMAT, "settings": asdict(settings), "progress": asdict(progress), "state": state, "extra": extra},
        part,
    )
    part.replace(path)
    return path


def load(path: Path) -> tuple[Settings, Progress, dict[str, Any], dict[str, Any]]:
    """Return settings, progress, states by name and the extra values.

    Raises:
        CheckpointError: the file isn't there or is of another kind.
    """
    try:
        data = torch.load(path, map_location="cpu", weights_only=True)
        if data["format"] != FORMAT:
            raise CheckpointError(f"{path} is a checkpoint of format {data['format']}, this programme reads {FORMAT}")
        chosen = data["settings"]
        settings = Settings(**{**chosen, "stages": tuple(Stage(**stage) for stage in chosen["stages"])})
        return settings, Progress(**data["progress"]), data["state"], data["extra"]
    except (OSError, KeyError, TypeError, RuntimeError, EOFError) as error:
        raise CheckpointError(f"{path} can't be read as a checkpoint: {error}") from error
