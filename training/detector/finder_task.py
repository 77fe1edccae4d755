"""The finder's training task: composed photos and heat maps of where their cards are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.values import Quad, Rgb
from engine.detection.heatmaps import decode_quads
from training.detector.config import DetectorConfig
from training.detector.dataset import FinderBatches, StockFiles
from training.detector.losses import finder_losses
from training.detector.measure import measure
from training.detector.network import CardFinder
from training.detector.task import DetectorTask
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import CONDITIONS, condition
from training.trainer.checkpoints import Progress
from training.trainer.config import Stage
from training.trainer.loop import MEMORY_FORMAT

CONFIG = DetectorConfig(task="finder", width=80, stages=(Stage(1500, 256, 256), Stage(800, 384, 384)), examples=16)
PHOTOS = 12
"""Photos of each condition in a validation; the full measurement is another command."""


class FinderTask(DetectorTask):
    """Learn where cards are; see :class:`training.trainer.loop.Task`."""

    dataset = FinderBatches

    def __init__(self, files: StockFiles, config: DetectorConfig = CONFIG) -> None:
        super().__init__(files, config)
        self._photos: dict[str, list[ScenePhoto]] = {}

    def build_model(self) -> nn.Module:
        """Return the network, its trunk with ImageNet weights."""
        return CardFinder(self.config.width)

    def pretrained(self, model: nn.Module) -> list[nn.Parameter]:
        """Return the trunk's parameters."""
        return list(cast("CardFinder", model).blocks.parameters())

    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the losses of heat, corners and sectors, and their weighted sum."""
        return finder_losses(output, targets)

    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure on photos of each condition, of faces and places held out from training."""
        finder = cast("CardFinder", model)
        if not self._photos:
            stock, stage = self.files.open(held_out=True), self.config.stages[-1]
            for kind, name in enumerate(CONDITIONS):
                rngs = [np.random.default_rng((self.config.seed + 1, kind, i)) for i in range(PHOTOS)]
                size = (stage.width, stage.height)
                self._photos[name] = [compose(stock, condition(name, rng), rng, size) for rng in rngs]
        figures = {
            name: measure(photos, lambda image: find_quads(finder, image)) for name, photos in self._photos.items()
        }
        lines = [
            f"  {name:18} {one.cards:3} cards: found {one.found:6.1%}, IoU > 0.9 {one.recall:6.1%}, corners off by "
            f"{one.corner_error:5.1%}, right way up {one.upright:6.1%}, false quads a photo {one.false_quads:.2f}"
            for name, one in figures.items()
        ]
        found = {f"{self.validated}{name}": one.found for name, one in figures.items() if one.cards}
        return {"epoch": progress.step, **found}, "\n".join([f"after {progress.step} batches:", *lines])


@torch.inference_mode()
def find_quads(finder: CardFinder, image: Rgb) -> list[Quad]:
    """Return the quads that a torch network finds in a photo whose sides are multiples of 32."""
    device = next(finder.parameters()).device
    pixels = torch.from_numpy(image.transpose(2, 0, 1)[np.newaxis].astype(np.float32)).to(device)
    heat, sectors, corners = (part[0].float().cpu() for part in finder(pixels.contiguous(memory_format=MEMORY_FORMAT)))
    return decode_quads(heat.sigmoid()[0].numpy(), sectors.numpy(), corners.numpy())
