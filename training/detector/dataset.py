"""Batches of composed photos with their targets; each can be made again, alone and in any process."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from engine.detection.detector import STEP_PX
from training.data.face_pack import read_packs
from training.detector.config import DetectorConfig
from training.detector.targets import Targets, make_targets
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import random_recipe
from training.scene.stock import Stock, open_stock, read_places
from training.trainer.loop import Batch

ASPECTS = (1.0, 0.75, 4 / 3)


@dataclass(frozen=True, slots=True)
class StockFiles:
    """The files of faces and places; each process opens them for itself."""

    packs: tuple[Path, ...]
    places: Path | None = None

    def open(self, *, held_out: bool) -> Stock:
        """Return the stock to train on, or the one held out from training; raises CommandError."""
        return open_stock(read_packs(self.packs), read_places(self.places), held_out=held_out)


class StockBatches(Dataset[Batch], ABC):
    """Batches composed of a stock, one per ``__getitem__``; each process opens the stock once.

    Args:
        files: what photos are composed of.
        config: sizes and seed.
        batches: numbers of the batches, in order.
        share: which of how many equal parts of each batch is this process's own.
    """

    def __init__(
        self, files: StockFiles, config: DetectorConfig, batches: Sequence[int], share: tuple[int, int] = (0, 1)
    ) -> None:
        self._files, self._config, self._batches, self._share = files, config, batches, share
        self._stock: Stock | None = None

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, position: int) -> Batch:
        """Return a batch; see :meth:`compose_batch`."""
        if self._stock is None:
            cv2.setNumThreads(1)
            self._stock = self._files.open(held_out=False)
        part, parts = self._share
        return self.compose_batch(self._stock, self._batches[position], part, self._config.examples // parts)

    @abstractmethod
    def compose_batch(self, stock: Stock, number: int, part: int, count: int) -> Batch:
        """Return part ``part`` of batch ``number``, with ``count`` examples; equal arguments give equal batches."""


class FinderBatches(StockBatches):
    """Batches of photos with the maps of where their cards are."""

    def compose_batch(self, stock: Stock, number: int, part: int, count: int) -> Batch:
        """Return pixels, uint8 (B, 3, H, W), and the maps of :class:`Targets` by name, each a batch."""
        size, seed = photo_size(self._config, number), (self._config.seed, number)
        rngs = [np.random.default_rng((*seed, part * count + i)) for i in range(count)]
        photos = [compose(stock, random_recipe(rng), rng, size) for rng in rngs]
        return stack_pixels(photos), stack_targets([make_targets(photo) for photo in photos])


def photo_size(config: DetectorConfig, batch: int) -> tuple[int, int]:
    """Return width and height of a batch's photos: square, upright and landscape in turn."""
    side, aspect = config.stage_at(batch).height, ASPECTS[batch % len(ASPECTS)]
    wide, high = side * aspect**0.5, side / aspect**0.5
    return round(wide / STEP_PX) * STEP_PX, round(high / STEP_PX) * STEP_PX


def stack_pixels(photos: Sequence[ScenePhoto]) -> Tensor:
    """Return the photos' pixels, uint8 (B, 3, H, W)."""
    return torch.from_numpy(np.stack([photo.image for photo in photos]).transpose(0, 3, 1, 2).copy())


def stack_targets(targets: Sequence[Targets]) -> dict[str, Tensor]:
    """Return the maps by name, stacked into a batch."""
    names = [field.name for field in fields(Targets)]
    return {name: torch.from_numpy(np.stack([getattr(one, name) for one in targets])) for name in names}
