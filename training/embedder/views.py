"""Two views of each face, one lightly degraded, one through the close-up camera; each batch can be reproduced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from engine.retrieval.embedder import embedder_input
from training.camera.closeup import degrade, show_from_afar
from training.embedder.batches import Indices
from training.embedder.config import EmbedderConfig
from training.trainer.loop import Batch

FAR_SEVERITY = 0.6
"""What else befalls tiny faces, as a share of what may befall large ones: with all of it little is left to see."""


@dataclass(frozen=True, slots=True, eq=False)
class PairedViews(Dataset[Batch]):
    """Batches of face pairs, one per ``__getitem__``; each can be made again, alone and in any process.

    Attributes:
        pixels: uint8 (N, H, W, 3), all faces.
        config: of the run.
        epoch: its number, from 0.
        batches: indices of the faces of each batch.
        classes: for each batch, the classes passed on as its target.
    """

    pixels: NDArray[np.uint8]
    config: EmbedderConfig
    epoch: int
    batches: Sequence[Indices]
    classes: Sequence[Indices]

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, number: int) -> Batch:
        """Return a batch's first views and then its second views, uint8 (2B, 3, H, W), and its classes."""
        config, stage = self.config, self.config.stage_at(self.epoch)
        faces = []
        for side, (highest, power) in enumerate(((config.light, 1.0), (config.heavy, config.skew))):
            for index in self.batches[number]:
                rng = np.random.default_rng((config.seed, self.epoch, side, int(index)))
                severity = highest * float(rng.uniform()) ** power
                is_far = side == 1 and float(rng.uniform()) < config.afar
                severity *= FAR_SEVERITY if is_far else 1.0
                face = degrade(self.pixels[index], rng, severity, (stage.height, stage.width))
                faces.append(show_from_afar(face, rng) if is_far else face)
        # Bytes travel between processes; the trainer turns them into floats.
        pixels = torch.from_numpy(embedder_input(faces, stage.height, stage.width).astype(np.uint8))
        return pixels, {"class": torch.from_numpy(self.classes[number])}
