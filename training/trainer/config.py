"""What every training run chooses: sizes, learning rates, averaging, seed. A checkpoint carries its own."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Stage:
    """A period of a training run at one picture size.

    Attributes:
        length: epochs or batches, whichever the task counts.
        height, width: of the pictures, pixels; for whole photos the sides of a square of about their area.
    """

    length: int
    height: int
    width: int


def parse_stages(text: str) -> tuple[Stage, ...]:
    """Return the stages of ``length:HEIGHTxWIDTH`` or, for squares, ``length:SIDE``, separated by commas."""
    stages = []
    for part in text.split(","):
        length, size = part.split(":")
        height, _, width = size.partition("x")
        stages.append(Stage(int(length), int(height), int(width or height)))
    return tuple(stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """The choices that all tasks share; each task adds its own and sets the defaults that suit it.

    Attributes:
        stages: picture sizes in turn: small ones are cheap and teach coarse features.
        head_lr, body_lr: highest learning rates of new and of pretrained layers.
        weight_decay: of AdamW, for matrices only.
        warm_up: share of all steps during which the learning rate rises.
        ema: decay per step of the averaged weights, which are measured and exported.
        clip: largest gradient norm.
        seed: of everything random.
        checkpoint_every_s: seconds between two checkpoints.
    """

    ON_RESUME: ClassVar[frozenset[str]] = frozenset({"stages", "checkpoint_every_s"})
    """Fields that may change when a run is resumed; any other change would make it a different run."""

    stages: tuple[Stage, ...]
    head_lr: float = 2e-3
    body_lr: float = 6e-4
    weight_decay: float = 0.02
    warm_up: float = 0.05
    ema: float = 0.99
    clip: float = 5.0
    seed: int = 0
    checkpoint_every_s: float = 180.0

    @property
    def length(self) -> int:
        """Epochs or batches of all stages."""
        return sum(stage.length for stage in self.stages)

    def stage_at(self, position: int) -> Stage:
        """Return the stage of an epoch or batch, counted from 0; beyond the end, the last one."""
        for stage in self.stages:
            if position < stage.length:
                return stage
            position -= stage.length
        return self.stages[-1]

    def continues(self, earlier: TrainingConfig) -> bool:
        """Return whether a run with this configuration may continue from a checkpoint of ``earlier``."""
        fixed = [field.name for field in fields(self) if field.name not in self.ON_RESUME]
        return type(self) is type(earlier) and all(getattr(self, name) == getattr(earlier, name) for name in fixed)

    def override(self, options: argparse.Namespace) -> Self:
        """Return this configuration with the values of all options that were given."""
        given = {field.name: getattr(options, field.name, None) for field in fields(self)}
        return replace(self, **{name: value for name, value in given.items() if value is not None})

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the configuration of a checkpoint's plain values; raises TypeError if it is another task's."""
        return cls(**{**values, "stages": tuple(Stage(**stage) for stage in values["stages"])})
