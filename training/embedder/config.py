"""What the embedder's training adds to the choices that all training runs share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from training.trainer.config import Stage, TrainingConfig

LOSSES = ("circle", "ancestor", "arcface")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderConfig(TrainingConfig):
    """A training run of the embedder; its stages count epochs, and the last one's face size is exported.

    Attributes:
        backbone: a name of :data:`training.networks.backbone.BACKBONES`.
        dimension: length of the vectors.
        loss: ``circle``; ``ancestor``: the project's first recipe; ``arcface``: a class vector for each face.
        margin, gamma: CircleLoss's m and scale (Sun et al. 2020).
        koleo: weight of the regulariser against collapse (Sablayrolles et al. 2019, as in SSCD 2022).
        pairs: faces of a batch, each in two views.
        memory: vectors kept of earlier batches as further negatives (Wang et al. 2020); 0 for none.
        group: look-alikes that share a batch; 1 for random batches.
        light, heavy: the severities of the two views are drawn from 0..light and 0..heavy.
        skew: power to which the second view's uniform draws are raised; below 1 severe ones are more common.
        afar: share of the second views that are tiny, as in streams.
    """

    # A batch may be made to fit another machine.
    ON_RESUME: ClassVar[frozenset[str]] = TrainingConfig.ON_RESUME | {"pairs"}

    stages: tuple[Stage, ...] = (Stage(14, 128, 92), Stage(6, 160, 112), Stage(4, 224, 160))
    backbone: str = "efficientnet-lite0"
    dimension: int = 192
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
    afar: float = 0.25

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {self.loss}")
        if not self.stages or self.pairs < 2 or self.group < 1:
            raise ValueError("a training needs a stage, two pairs a batch and groups of one or more")


def ancestor(config: EmbedderConfig) -> EmbedderConfig:
    """Return the project's first recipe: small batches, one clean view, no memory, no hard negatives."""
    return replace(config, loss="ancestor", margin=0.4, gamma=80.0, koleo=0.0, pairs=16, memory=0, group=1,
                   light=0.0, heavy=0.3, skew=1.0, afar=0.0)  # fmt: skip
