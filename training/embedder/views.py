"""Two views of each face, one lightly degraded, one through the close-up camera; each batch can be reproduced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from engine.retrieval.embedder import embedder_input
from training.camera.closeup import degrade
from training.trainer.loop import Batch


class PairedViews(Dataset[Batch]):
    """Batches of face pairs, one per ``__getitem__``; each can be made again, alone and in any process.

    Args:
        pixels: uint8 (N, H, W, 3), all faces.
        batches: indices of the faces of each batch.
        classes: for each batch, the classes passed on as its target.
        size: height and width of the views, pixels.
        severities: the highest severity of the first and of the second view.
        skew: the second view's severity is its highest times a uniform number to this power.
        seed: of this epoch.
    """

    def __init__(
        self,
        pixels: NDArray[np.uint8],
        batches: Sequence[NDArray[np.int64]],
        classes: Sequence[NDArray[np.int64]],
        size: tuple[int, int],
        severities: tuple[float, float],
        skew: float,
        seed: tuple[int, int],
    ) -> None:
        self._pixels, self._batches, self._classes, self._size = pixels, batches, classes, size
        self._severities, self._powers, self._seed = severities, (1.0, skew), seed

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, number: int) -> Batch:
        """Return a batch's first views and then its second views, uint8 (2B, 3, H, W), and its classes."""
        faces = []
        for side in (0, 1):
            for index in self._batches[number]:
                rng = np.random.default_rng((*self._seed, side, int(index)))
                severity = self._severities[side] * float(rng.uniform()) ** self._powers[side]
                faces.append(degrade(self._pixels[index], rng, severity, self._size))
        # Bytes travel between processes; the trainer turns them into floats.
        pixels: Tensor = torch.from_numpy(embedder_input(faces, *self._size).astype(np.uint8))
        return pixels, {"class": torch.from_numpy(self._classes[number])}
