"""Everything that can be chosen about a training; a checkpoint carries its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

LOSSES = ("circle", "ancestor", "arcface")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of the training at one size of face, pixels."""

    epochs: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Settings:
    """A training.

    Attributes:
        backbone: a name of :data:`training.networks.backbone.BACKBONES`.
        dimension: length of the vectors.
        stages: sizes in turn: small faces cost little and teach the coarse, the last size is the exported one.
        loss: ``circle``; ``ancestor``: the project's first recipe; ``arcface``: a class vector for each face.
        margin, gamma: CircleLoss's m and scale (Sun et al. 2020).
        koleo: weight of the regulariser against collapse (Sablayrolles et al. 2019, as in SSCD 2022).
        pairs: faces of a batch, each seen twice.
        memory: vectors kept of earlier batches as further negatives (Wang et al. 2020); 0 for none.
        group: look-alikes that come into a batch together; 1 for random batches.
        light, heavy: the severities of the two views are drawn from 0..light and 0..heavy.
        skew: power to which the second view's uniform dice are taken; below 1 the heavy end is commoner.
        head_lr, body_lr: highest learning rates of projection and backbone.
        weight_decay: of AdamW, for matrices only.
        warm_up: share of all steps in which the rate rises.
        ema: decay of the averaged weights, which are measured and exported, per step.
        clip: longest gradient.
        seed: of everything random.
    """

    backbone: str = "efficientnet-lite0"
    dimension: int = 192
    stages: tuple[Stage, ...] = (Stage(14, 128, 92), Stage(6, 160, 112), Stage(4, 224, 160))
    loss: str = "circle"
    margin: float = 0.25
    gamma: float = 80.0
    koleo: float = 0.1
    pairs: int = 64
    memory: int = 4096
    group: int = 4
    light: float = 0.3
    heavy: float = 1.0
    skew: float = 0.5
    head_lr: float = 2e-3
    body_lr: float = 6e-4
    weight_decay: float = 0.02
    warm_up: float = 0.05
    ema: float = 0.99
    clip: float = 5.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {self.loss}")
        if not self.stages or self.pairs < 2 or self.group < 1:
            raise ValueError("a training needs a stage, two pairs a batch and groups of one or more")

    @property
    def epochs(self) -> int:
        """Epochs of all stages."""
        return sum(stage.epochs for stage in self.stages)

    def stage_of(self, epoch: int) -> Stage:
        """Return the stage that ``epoch`` (0 and up) belongs to."""
        for stage in self.stages:
            if epoch < stage.epochs:
                return stage
            epoch -= stage.epochs
        return self.stages[-1]


def ancestor(settings: Settings) -> Settings:
    """Return the first recipe of the project: small batches, one clean view, no memory, no hard negatives."""
    return replace(settings, loss="ancestor", margin=0.4, gamma=80.0, koleo=0.0, pairs=16, memory=0, group=1,
                   light=0.0, heavy=0.3, skew=1.0)  # fmt: skip


def read_settings(values: dict[str, Any]) -> Settings:
    """Return the settings a checkpoint holds as plain values; raises TypeError where they are another training's."""
    return Settings(**{**values, "stages": tuple(Stage(**stage) for stage in values["stages"])})
