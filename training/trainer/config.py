"""How long and how fast a run trains; a checkpoint carries its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a training at one size: so many batches of photos of about side x side pixels."""

    batches: int
    side: int


@dataclass(frozen=True, slots=True)
class Pace:
    """A run.

    Attributes:
        task: name of what is learnt; a checkpoint of one is none of another.
        width: channels of the network's decoder.
        stages: sizes in turn: small photos cost little and teach the coarse.
        examples: photos, or patches, of a batch.
        head_lr, body_lr: highest learning rates of what is new and of what is pretrained.
        weight_decay: of AdamW, for matrices only.
        warm_up: share of all batches in which the rate rises.
        ema: decay of the averaged weights, which are measured and exported, per batch.
        clip: longest gradient.
        look_every: batches between two measurements.
        seed: of everything random.
    """

    task: str
    width: int
    stages: tuple[Stretch, ...]
    examples: int
    head_lr: float = 2e-3
    body_lr: float = 7e-4
    weight_decay: float = 0.02
    warm_up: float = 0.04
    ema: float = 0.995
    clip: float = 10.0
    look_every: int = 250
    seed: int = 0

    @property
    def batches(self) -> int:
        """Batches of all stages."""
        return sum(stage.batches for stage in self.stages)

    def side_of(self, batch: int) -> int:
        """Return the size of the photos of a batch, counted from 0."""
        for stage in self.stages:
            if batch < stage.batches:
                return stage.side
            batch -= stage.batches
        return self.stages[-1].side

    @staticmethod
    def read(values: dict[str, Any]) -> Pace:
        """Return the pace that a checkpoint holds as plain values; raises TypeError where it is another training's."""
        return Pace(**{**values, "stages": tuple(Stretch(**stage) for stage in values["stages"])})
