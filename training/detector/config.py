"""What the detector's training adds to the choices that all training runs share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from training.trainer.config import TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorConfig(TrainingConfig):
    """A training run of one of the detector's networks; its stages count batches.

    Attributes:
        task: ``finder`` or ``corners``.
        width: channels of the network's decoder.
        examples: photos, or patches, of a batch.
        validate_every: batches between two validations.
    """

    ON_RESUME: ClassVar[frozenset[str]] = TrainingConfig.ON_RESUME | {"validate_every"}

    task: str
    width: int
    examples: int
    validate_every: int = 250
    body_lr: float = 7e-4
    warm_up: float = 0.04
    ema: float = 0.995
    clip: float = 10.0
