"""The finder's training task: composed photos and heat maps of where their cards are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, logsigmoid

from engine.core.values import Quad, Rgb
from engine.detection.heatmaps import decode_quads
from training.detector.measure import measure
from training.detector.networks import CardFinder
from training.detector.targets import make_targets
from training.detector.task import DetectorConfig, DetectorTask, to_batch
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import CONDITIONS, condition, random_recipe
from training.scene.stock import Stock
from training.trainer.checkpoints import Progress
from training.trainer.config import Stage
from training.trainer.loop import MEMORY_FORMAT, Batch

CONFIG = DetectorConfig(task="finder", width=80, stages=(Stage(1500, 256, 256), Stage(800, 384, 384)), examples=16)
PHOTOS = 12
"""Photos of each condition in a validation; the full measurement is another command."""
SHARPNESS, TOLERANCE = 2.0, 4.0
"""Of the penalty-reduced focal loss (Law and Deng 2018)."""
CORNER_WEIGHT, SECTOR_WEIGHT = 12.0, 0.5
QUADRATIC_BELOW = 0.02
"""Corner error, over the card's height, below which the loss is quadratic, not linear."""


class FinderTask(DetectorTask[Stock]):
    """Learn where cards are."""

    @staticmethod
    def compose_batch(stock: Stock, config: DetectorConfig, number: int, part: int, count: int) -> Batch:
        """Return pixels, uint8 (B, 3, H, W), and the maps of :class:`Targets` by name, each a batch."""
        rngs = [np.random.default_rng((config.seed, number, part * count + i)) for i in range(count)]
        photos = [compose(stock, random_recipe(rng), rng, config.photo_size(number)) for rng in rngs]
        return to_batch([photo.image for photo in photos], [make_targets(photo) for photo in photos])

    def build_model(self) -> nn.Module:
        """Return the network, its trunk with ImageNet weights."""
        return CardFinder(self.config.width)

    def pretrained(self, model: nn.Module) -> list[nn.Parameter]:
        """Return the trunk's parameters."""
        return list(cast("CardFinder", model).blocks.parameters())

    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the losses of heat, corners and sectors, and their weighted sum.

        Args:
            output: the network's heat (log odds), sectors and corners, see :class:`CardFinder`.
            targets: the maps of :class:`Targets` by name, a batch of each.
        """
        heat, sectors, corners = output
        weight, shares = targets["card_weight"], targets["sectors"]
        total_weight = weight.sum().clamp(min=1.0)
        sector = -(shares * log_softmax(sectors, 1)).sum(1) * weight
        away = (corners - targets["corners"].unsqueeze(1)).abs() / targets["card_height"][:, None, None]
        quadratic, linear = away * away / (2 * QUADRATIC_BELOW), away - QUADRATIC_BELOW / 2
        smooth = torch.where(away < QUADRATIC_BELOW, quadratic, linear).mean(2)
        # Each sector learns the cards whose top points roughly its way, also those shared with a neighbour.
        corner = (smooth * shares.sqrt()).sum(1) * weight
        probability, wanted = heat.sigmoid(), targets["heat"]
        peaks = (wanted > 0.999).float()
        hit = -((1 - probability) ** SHARPNESS) * logsigmoid(heat) * peaks
        miss = -((1 - wanted) ** TOLERANCE) * probability**SHARPNESS * logsigmoid(-heat) * (1 - peaks)
        focal = (hit + miss) * targets["heat_weight"].unsqueeze(1)
        parts = {
            "heat": focal.sum() / peaks.sum().clamp(min=1.0),
            "corners": corner.sum() / total_weight,
            "sectors": sector.sum() / total_weight,
        }
        total = parts["heat"] + CORNER_WEIGHT * parts["corners"] + SECTOR_WEIGHT * parts["sectors"]
        return {**parts, "loss": total}

    @cached_property
    def _photos(self) -> dict[str, list[ScenePhoto]]:
        """Photos of each condition, of faces and places held out from training."""
        stock, stage, photos = self.files.open(held_out=True), self.config.stages[-1], {}
        for kind, name in enumerate(CONDITIONS):
            rngs = [np.random.default_rng((self.config.seed + 1, kind, i)) for i in range(PHOTOS)]
            photos[name] = [compose(stock, condition(name, rng), rng, (stage.width, stage.height)) for rng in rngs]
        return photos

    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure on photos of each condition."""
        device = next(model.parameters()).device

        @torch.inference_mode()
        def find(image: Rgb) -> list[Quad]:
            pixels = torch.from_numpy(image.transpose(2, 0, 1)[np.newaxis].astype(np.float32)).to(device)
            outputs = model(pixels.contiguous(memory_format=MEMORY_FORMAT))
            heat, sectors, corners = (part[0].float().cpu() for part in outputs)
            return decode_quads(heat.sigmoid()[0].numpy(), sectors.numpy(), corners.numpy())

        figures = {name: measure(photos, find) for name, photos in self._photos.items()}
        lines = [
            f"  {name:18} {one.cards:3} cards: found {one.found:6.1%}, IoU > 0.9 {one.recall:6.1%}, corners off by "
            f"{one.corner_error:5.1%}, right way up {one.upright:6.1%}, false quads a photo {one.false_quads:.2f}"
            for name, one in figures.items()
        ]
        found = {f"{self.validated}{name}": one.found for name, one in figures.items() if one.cards}
        return {"epoch": progress.step, **found}, "\n".join([f"after {progress.step} batches:", *lines])
