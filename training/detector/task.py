"""What the detector's two training tasks have in common: configuration, stock, and batches composed of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import cv2
import numpy as np
import torch
from torch.utils.data import Dataset

from engine.core.values import Rgb
from engine.detection.detector import STEP_PX
from training.data.face_pack import read_packs
from training.scene.stock import Stock, open_stock, read_places
from training.trainer import distributed
from training.trainer.checkpoints import Progress
from training.trainer.config import TrainingConfig
from training.trainer.loop import Batch, Epoch, Task

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)

ASPECTS = (1.0, 0.75, 4 / 3)
"""Of photos: square, upright and landscape."""


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

    def photo_size(self, batch: int) -> tuple[int, int]:
        """Return width and height of a batch's photos: each of :data:`ASPECTS` in turn."""
        side, aspect = self.stage_at(batch).height, ASPECTS[batch % len(ASPECTS)]
        wide, high = side * aspect**0.5, side / aspect**0.5
        return round(wide / STEP_PX) * STEP_PX, round(high / STEP_PX) * STEP_PX


class StockSource(Protocol[S_co]):
    """What a task's photos are composed of; each process opens it for itself."""

    def open(self, *, held_out: bool) -> S_co:
        """Return what to train on, or what is held out from training; raises CommandError."""


@dataclass(frozen=True, slots=True)
class StockFiles:
    """The files of faces and places; each process opens them for itself."""

    packs: tuple[Path, ...]
    places: Path | None = None

    def open(self, *, held_out: bool) -> Stock:
        """Return the stock to train on, or the one held out from training; raises CommandError."""
        return open_stock(read_packs(self.packs), read_places(self.places), held_out=held_out)


@dataclass(eq=False)
class ComposedBatches(Dataset[Batch], Generic[S]):
    """Batches composed of a stock, one per ``__getitem__``.

    Attributes:
        compose: the task's :meth:`DetectorTask.compose_batch`.
        files: what photos are composed of.
        config: of the run.
        numbers: of the batches, in order.
        share: the number of this process and the number of processes, each of which makes an equal part of a batch.
    """

    compose: Callable[[S, DetectorConfig, int, int, int], Batch]
    files: StockSource[S]
    config: DetectorConfig
    numbers: Sequence[int]
    share: tuple[int, int] = (0, 1)

    @cached_property
    def _stock(self) -> S:
        cv2.setNumThreads(1)
        return self.files.open(held_out=False)

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, position: int) -> Batch:
        """Return this process's part of a batch."""
        part, parts = self.share
        return self.compose(self._stock, self.config, self.numbers[position], part, self.config.examples // parts)


def to_batch(photos: Sequence[Rgb], targets: Sequence[Any]) -> Batch:
    """Return photos, uint8 (H, W, 3) of one size, and the maps of their targets, a dataclass of arrays, as a batch."""
    pixels = np.stack(photos).transpose(0, 3, 1, 2).copy()
    names = [field.name for field in fields(targets[0])]
    maps = {name: torch.from_numpy(np.stack([getattr(one, name) for one in targets])) for name in names}
    return torch.from_numpy(pixels), maps


class DetectorTask(Task, Generic[S]):
    """A task on composed photos: a single epoch of as many batches as the stages ask for."""

    validated = "found "

    def __init__(self, files: StockSource[S], config: DetectorConfig) -> None:
        self.files = files
        self.config: DetectorConfig = config

    @staticmethod
    @abstractmethod
    def compose_batch(stock: S, config: DetectorConfig, number: int, part: int, count: int) -> Batch:
        """Return part ``part`` of batch ``number``, with ``count`` examples; equal arguments give equal batches."""

    def next_epoch(self, progress: Progress) -> Epoch | None:
        """Return the batches still to do."""
        done, total = progress.step, self.config.length
        if done >= total:
            return None
        share = (distributed.rank(), distributed.world_size())
        batches = ComposedBatches(self.compose_batch, self.files, self.config, range(done, total), share)
        return Epoch(0, 1, batches, done, total, self.config.validate_every)
