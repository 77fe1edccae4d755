"""The finder's training task: composed photos and the maps of where their cards lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from engine.core.values import Quad, Rgb
from engine.detection.heatmaps import decode_quads
from training.detector.dataset import FinderBatches, StockFiles
from training.detector.losses import finder_losses
from training.detector.measure import Figures, measured
from training.detector.network import CardFinder
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import CONDITIONS, condition
from training.trainer.config import Pace, Stretch
from training.trainer.loop import LAST, Batch

PACE = Pace("finder", width=80, stages=(Stretch(1500, 256), Stretch(800, 384)), examples=16)
LOOKED_AT = 12
"""Photos of each condition in a measurement; the full one is another command."""


class FinderTask:
    """Learn where cards lie; see :class:`training.trainer.loop.Task`."""

    def __init__(self, files: StockFiles, pace: Pace = PACE) -> None:
        self._files, self.pace = files, pace
        self._photos: dict[str, list[ScenePhoto]] = {}

    def network(self) -> nn.Module:
        """Return the untrained network, its trunk with ImageNet weights."""
        return CardFinder(self.pace.width)

    def pretrained(self, network: nn.Module) -> set[int]:
        """Return the ids of the trunk's parameters."""
        return {id(parameter) for parameter in cast("CardFinder", network).blocks.parameters()}

    def batches(self, numbers: Sequence[int], share: tuple[int, int]) -> Dataset[Batch]:
        """Return batches of composed photos."""
        return FinderBatches(self._files, self.pace, numbers, share)

    def losses(self, found: Any, wanted: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return heat, corners and sectors, and their weighted sum."""
        return finder_losses(found, wanted)

    def look(self, network: nn.Module, device: torch.device) -> tuple[Mapping[str, float], str]:
        """Measure on photos of each condition, of faces and places never trained on."""
        finder = cast("CardFinder", network)
        self._photos = self._photos or _test_photos(self._files, self.pace)
        figures = {
            name: measured(photos, lambda image: found_by(finder, image, device))
            for name, photos in self._photos.items()
        }
        told = "\n".join(_line(*one) for one in figures.items())
        return {name: one.found for name, one in figures.items() if one.cards}, told


@torch.inference_mode()
def found_by(finder: CardFinder, image: Rgb, device: torch.device) -> list[Quad]:
    """Return the quads that a network in torch finds in a photo whose sides are multiples of 32."""
    pixels = torch.from_numpy(image.transpose(2, 0, 1)[np.newaxis].astype(np.float32)).to(device)
    heat, sectors, corners = (part[0].float().cpu() for part in finder(pixels.contiguous(memory_format=LAST)))
    return decode_quads(heat.sigmoid()[0].numpy(), sectors.numpy(), corners.numpy())


def _test_photos(files: StockFiles, pace: Pace) -> dict[str, list[ScenePhoto]]:
    stock, side = files.open(held_out=True), pace.stages[-1].side
    photos: dict[str, list[ScenePhoto]] = {}
    for kind, name in enumerate(CONDITIONS):
        dice = [np.random.default_rng((pace.seed + 1, kind, i)) for i in range(LOOKED_AT)]
        photos[name] = [compose(stock, condition(name, rng), rng, (side, side)) for rng in dice]
    return photos


def _line(name: str, one: Figures) -> str:
    return (
        f"  {name:18} {one.cards:3} cards: found {one.found:6.1%}, IoU > 0.9 {one.recall:6.1%}, corners off by "
        f"{one.corner_error:5.1%}, right way up {one.upright:6.1%}, false quads a photo {one.false_quads:.2f}"
    )
