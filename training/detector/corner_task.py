"""The corner network's training task: patches of composed photos with their corners, turns and kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, log_softmax

from engine.detection.corners import NOTHING, QUAD_IN_PATCH, decode_corners, patch_input
from training.detector.networks import CornerNetwork
from training.detector.patches import Patch, corner_heatmaps, cut_patches
from training.detector.task import DetectorConfig, DetectorTask
from training.scene.photo import compose
from training.scene.recipes import random_recipe
from training.scene.stock import Stock
from training.trainer.checkpoints import Progress
from training.trainer.config import Stage
from training.trainer.loop import Batch

CONFIG = DetectorConfig(task="corners", width=40, stages=(Stage(3000, 512, 512),), examples=64, head_lr=3e-3)
MAX_PER_PHOTO = 10
"""Patches of one photo, so that a page of nine cards doesn't crowd out the others."""
TURN_WEIGHT, KIND_WEIGHT = 0.5, 0.5
VALIDATION_PATCHES = 384


class CornerTask(DetectorTask[Stock]):
    """Learn to locate a card's corners in a patch."""

    @staticmethod
    def compose_batch(stock: Stock, config: DetectorConfig, number: int, part: int, count: int) -> Batch:
        """Return pixels, uint8 (B, 3, PATCH_HEIGHT, PATCH_WIDTH), and by name ``where``, ``turn`` and ``kind``."""
        rng = np.random.default_rng((config.seed, number, part))
        return _collate(_random_patches(stock, rng, count, config.photo_size(number)))

    def build_model(self) -> nn.Module:
        """Return the untrained network."""
        return CornerNetwork(self.config.width)

    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the losses of where, turn and kind, and their weighted sum; without a card only the kind counts."""
        where, turn, kind = output
        card = (targets["kind"] != NOTHING).float()
        count = card.sum().clamp(min=1.0)
        off = -(targets["where"].flatten(2) * log_softmax(where.flatten(2), 2)).sum(2).mean(1)
        parts = {
            "where": (off * card).sum() / count,
            "turn": (cross_entropy(turn, targets["turn"], reduction="none") * card).sum() / count,
            "kind": cross_entropy(kind, targets["kind"]),
        }
        return {**parts, "loss": parts["where"] + TURN_WEIGHT * parts["turn"] + KIND_WEIGHT * parts["kind"]}

    @cached_property
    def _patches(self) -> list[Patch]:
        """Patches of faces and places held out from training."""
        stock, stage = self.files.open(held_out=True), self.config.stages[-1]
        rng = np.random.default_rng(self.config.seed + 1)
        return _random_patches(stock, rng, VALIDATION_PATCHES, (stage.width, stage.height))

    @torch.inference_mode()
    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure on held-out patches."""
        patches, device, outputs = self._patches, next(model.parameters()).device, []
        for start in range(0, len(patches), 64):
            pixels, _ = _collate(patches[start : start + 64])
            outputs.append([part.float().cpu().numpy() for part in model(pixels.to(device, torch.float32))])
        where, turn, kind = (np.concatenate(parts) for parts in zip(*outputs, strict=True))
        look = decode_corners(where, turn, kind, [QUAD_IN_PATCH] * len(patches))  # the patch stands for the photo
        kinds, turns = np.array([patch.kind for patch in patches]), np.array([patch.turn for patch in patches])
        cards, true = kinds != NOTHING, np.stack([patch.corners for patch in patches])
        height = float(QUAD_IN_PATCH[3, 1] - QUAD_IN_PATCH[0, 1])
        errors = np.linalg.norm(look.corners - true, axis=2).mean(1)[cards] / height
        figures = {
            "corner error": float(errors.mean()),
            "corner error, worst twentieth": float(np.percentile(errors, 95)),
            "within 1%": float((errors < 0.01).mean()),
            "turn": float((look.turns.argmax(1) == turns)[cards].mean()),
            "kind": float((look.kinds.argmax(1) == kinds).mean()),
        }
        shown = ", ".join(f"{name} {value:.2%}" for name, value in figures.items())
        values = {f"{self.validated}{name}": value for name, value in figures.items()}
        return {"epoch": progress.step, **values}, f"after {progress.step} batches:\n  {shown}"


def _random_patches(stock: Stock, rng: np.random.Generator, count: int, size: tuple[int, int]) -> list[Patch]:
    """Return patches of random photos of a width and height in pixels."""
    patches: list[Patch] = []
    while len(patches) < count:
        patches += cut_patches(compose(stock, random_recipe(rng), rng, size), rng, MAX_PER_PHOTO)
    return patches[:count]


def _collate(patches: Sequence[Patch]) -> Batch:
    pixels = torch.from_numpy(patch_input([patch.pixels for patch in patches]).astype(np.uint8))
    targets = {
        "where": torch.from_numpy(np.stack([corner_heatmaps(patch.corners) for patch in patches])),
        "turn": torch.tensor([patch.turn for patch in patches]),
        "kind": torch.tensor([patch.kind for patch in patches]),
    }
    return pixels, targets
