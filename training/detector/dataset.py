"""Batches of composed photos with their maps; any batch can be had again, alone and in any process."""

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
from training.detector.targets import Targets, targets_of
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import random_recipe
from training.scene.stock import Stock, open_stock, read_places
from training.trainer.config import Pace
from training.trainer.loop import Batch

ASPECTS = (1.0, 0.75, 4 / 3)


@dataclass(frozen=True, slots=True)
class StockFiles:
    """Where faces and places lie; each process opens them for itself."""

    packs: tuple[Path, ...]
    places: Path | None = None

    def open(self, *, held_out: bool) -> Stock:
        """Return the stock to train on, or that which training never sees; raises PackError, ValueError."""
        return open_stock(read_packs(self.packs), read_places(self.places), held_out=held_out)


class StockBatches(Dataset[Batch], ABC):
    """Batches of what is composed of a stock, one a ``__getitem__``; each process opens the stock once.

    Args:
        files: what photos are composed of.
        pace: sizes and seed.
        batches: numbers of the batches, in the order in which they are wanted.
        share: which of how many equal parts of each batch is this process's own.
    """

    def __init__(self, files: StockFiles, pace: Pace, batches: Sequence[int], share: tuple[int, int] = (0, 1)) -> None:
        self._files, self._pace, self._batches, self._share = files, pace, batches, share
        self._stock: Stock | None = None

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, position: int) -> Batch:
        """Return a batch; see :meth:`composed`."""
        if self._stock is None:
            cv2.setNumThreads(1)
            self._stock = self._files.open(held_out=False)
        part, parts = self._share
        return self.composed(self._stock, self._batches[position], part, self._pace.examples // parts)

    @abstractmethod
    def composed(self, stock: Stock, number: int, part: int, count: int) -> Batch:
        """Return part ``part`` of batch ``number``, of ``count`` examples: equal arguments give equal batches."""


class FinderBatches(StockBatches):
    """Batches of photos with the maps of where their cards lie."""

    def composed(self, stock: Stock, number: int, part: int, count: int) -> Batch:
        """Return pixels, uint8 (B, 3, H, W), and the maps of :class:`Targets` by name, each a batch."""
        size, seed = photo_size(self._pace, number), (self._pace.seed, number)
        dice = [np.random.default_rng((*seed, part * count + i)) for i in range(count)]
        photos = [compose(stock, random_recipe(rng), rng, size) for rng in dice]
        return pixels_of(photos), stacked([targets_of(photo) for photo in photos])


def photo_size(pace: Pace, batch: int) -> tuple[int, int]:
    """Return width and height of a batch's photos: square, upright and lying by turns."""
    side, aspect = pace.side_of(batch), ASPECTS[batch % len(ASPECTS)]
    wide, high = side * aspect**0.5, side / aspect**0.5
    return round(wide / STEP_PX) * STEP_PX, round(high / STEP_PX) * STEP_PX


def pixels_of(photos: Sequence[ScenePhoto]) -> Tensor:
    """Return the photos' pixels, uint8 (B, 3, H, W)."""
    return torch.from_numpy(np.stack([photo.image for photo in photos]).transpose(0, 3, 1, 2).copy())


def stacked(targets: Sequence[Targets]) -> dict[str, Tensor]:
    """Return the maps by name, a batch of each."""
    names = [field.name for field in fields(Targets)]
    return {name: torch.from_numpy(np.stack([getattr(one, name) for one in targets])) for name in names}
