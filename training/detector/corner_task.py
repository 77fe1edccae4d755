"""The corner network's training task: patches of composed photos, their corners, turns and kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, log_softmax
from torch.utils.data import Dataset

from engine.detection.corners import NOTHING, QUAD_IN_PATCH, decode_corners, patch_input
from training.detector.corner_network import CornerNetwork
from training.detector.dataset import StockBatches, StockFiles, photo_size
from training.detector.patches import Patch, hills, patches_of
from training.scene.photo import compose
from training.scene.recipes import random_recipe
from training.scene.stock import Stock
from training.trainer.config import Pace, Stretch
from training.trainer.loop import Batch

PACE = Pace("corners", width=40, stages=(Stretch(3000, 512),), examples=64, head_lr=3e-3)
FROM_ONE = 10
"""Most patches of one photo: a page of nine would crowd out the others."""
TURN_WEIGHT, KIND_WEIGHT = 0.5, 0.5
LOOKED_AT = 384
"""Patches in a measurement."""


class CornerTask:
    """Learn a closer look; see :class:`training.trainer.loop.Task`."""

    def __init__(self, files: StockFiles, pace: Pace = PACE) -> None:
        self._files, self.pace = files, pace
        self._patches: list[Patch] = []

    def network(self) -> nn.Module:
        """Return the untrained network."""
        return CornerNetwork(self.pace.width)

    def pretrained(self, network: nn.Module) -> set[int]:
        """Return nothing: all of it is new."""
        del network
        return set()

    def batches(self, numbers: Sequence[int], share: tuple[int, int]) -> Dataset[Batch]:
        """Return batches of patches."""
        return PatchBatches(self._files, self.pace, numbers, share)

    def losses(self, found: Any, wanted: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return where, turn and kind, and their weighted sum; of what is no card only the kind counts."""
        where, turn, kind = found
        card = (wanted["kind"] != NOTHING).float()
        count = card.sum().clamp(min=1.0)
        hill = wanted["where"].flatten(2)
        off = -(hill * log_softmax(where.flatten(2), 2)).sum(2).mean(1)
        parts = {
            "where": (off * card).sum() / count,
            "turn": (cross_entropy(turn, wanted["turn"], reduction="none") * card).sum() / count,
            "kind": cross_entropy(kind, wanted["kind"]),
        }
        return {**parts, "loss": parts["where"] + TURN_WEIGHT * parts["turn"] + KIND_WEIGHT * parts["kind"]}

    def look(self, network: nn.Module, device: torch.device) -> tuple[Mapping[str, float], str]:
        """Measure on patches of faces and places never trained on."""
        self._patches = self._patches or _test_patches(self._files, self.pace)
        figures = _figures(network, self._patches, device)
        told = ", ".join(f"{name} {value:.2%}" for name, value in figures.items())
        return figures, f"  {told}"


class PatchBatches(StockBatches):
    """Batches of patches."""

    def composed(self, stock: Stock, number: int, part: int, count: int) -> Batch:
        """Return pixels, uint8 (B, 3, PATCH_HEIGHT, PATCH_WIDTH), and by name ``where``, ``turn`` and ``kind``."""
        rng = np.random.default_rng((self._pace.seed, number, part))
        return collated(_composed(stock, rng, count, photo_size(self._pace, number)))


def _composed(stock: Stock, rng: np.random.Generator, count: int, size: tuple[int, int]) -> list[Patch]:
    patches: list[Patch] = []
    while len(patches) < count:
        photo = compose(stock, random_recipe(rng), rng, size)
        patches += patches_of(photo, rng, FROM_ONE)
    return patches[:count]


def collated(patches: Sequence[Patch]) -> Batch:
    """Return patches as a batch."""
    pixels = torch.from_numpy(patch_input([patch.pixels for patch in patches]).astype(np.uint8))
    wanted = {
        "where": torch.from_numpy(np.stack([hills(patch.corners) for patch in patches])),
        "turn": torch.tensor([patch.turn for patch in patches]),
        "kind": torch.tensor([patch.kind for patch in patches]),
    }
    return pixels, wanted


def _test_patches(files: StockFiles, pace: Pace) -> list[Patch]:
    stock, rng = files.open(held_out=True), np.random.default_rng(pace.seed + 1)
    side = pace.stages[-1].side
    return _composed(stock, rng, LOOKED_AT, (side, side))


@torch.inference_mode()
def _figures(network: nn.Module, patches: Sequence[Patch], device: torch.device) -> dict[str, float]:
    parts = []
    for start in range(0, len(patches), 64):
        pixels, _ = collated(patches[start : start + 64])
        parts.append([part.float().cpu().numpy() for part in network(pixels.to(device, torch.float32))])
    where, turn, kind = (np.concatenate(of) for of in zip(*parts, strict=True))
    look = decode_corners(where, turn, kind, [QUAD_IN_PATCH] * len(patches))  # the patch stands for the photo
    kinds = np.array([patch.kind for patch in patches])
    cards = kinds != NOTHING
    true = np.stack([patch.corners for patch in patches])
    errors = np.linalg.norm(look.corners - true, axis=2).mean(1)[cards] / float(
        QUAD_IN_PATCH[3, 1] - QUAD_IN_PATCH[0, 1]
    )
    turns = np.array([patch.turn for patch in patches])
    return {
        "corner error": float(errors.mean()),
        "corner error, worst twentieth": float(np.percentile(errors, 95)),
        "within 1%": float((errors < 0.01).mean()),
        "turn": float((look.turns.argmax(1) == turns)[cards].mean()),
        "kind": float((look.kinds.argmax(1) == kinds).mean()),
    }
