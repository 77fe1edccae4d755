"""The training task of the network that reads mana costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import Dataset

from engine.reading.mana_cost import BLANK, COLUMN, HEIGHT, cost_input, decode_cost, symbol_numbers
from training.symbols.crops import Crop, cut_crop
from training.symbols.drawing import draw_plate, random_cost, replace_cost
from training.symbols.network import CostNetwork
from training.symbols.plates import Plate, read_plates
from training.trainer import distributed
from training.trainer.checkpoints import Progress
from training.trainer.config import Stage, TrainingConfig
from training.trainer.loop import Batch, Epoch, Task

MIDDLE = 0.3
"""Columns so near to a symbol's middle show it, those farther away nothing: a share of the symbol's width."""
BLANK_WEIGHT = 0.3
"""Weight of columns that show nothing, which are most."""
LINE_HEIGHTS_PX = (30, 20, 14, 10)
"""Heights of the text line at which is validated."""
VALIDATION_PLATES = 300
RARE = 0.5
"""Power of a symbol's rarity with which plates are drawn: 0 for as common as printed, 1 for all symbols alike."""
TITLES = ("Wandering Knight", "Gale", "The Ninth Lantern", "Brinewake Oldmaw", "Extract of Ox, 10 Xs")
"""Printed on invented plates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostConfig(TrainingConfig):
    """A training run of the cost reader; its stages count batches, and their picture sizes are not used.

    Attributes:
        examples: crops of a batch.
        replaced, invented: shares of crops whose cost is drawn on a real plate, and which are drawn as a whole.
        pool: number of drawn plates, each photographed many times.
        font: a font with mana symbols at the code points of Mana, "" to draw icons only.
        validate_every: batches between two validations.
    """

    ON_RESUME: ClassVar[frozenset[str]] = TrainingConfig.ON_RESUME | {"validate_every"}

    stages: tuple[Stage, ...] = (Stage(3000, 24, 192),)
    examples: int = 64
    replaced: float = 0.25
    invented: float = 0.12
    pool: int = 1500
    font: str = ""
    validate_every: int = 1000
    head_lr: float = 3e-3
    ema: float = 0.99


@dataclass(eq=False)
class CropBatches(Dataset[Batch]):
    """Batches of crops, one per ``__getitem__``; each can be made again, alone and in any process.

    Attributes:
        packs: files of plates; without any, all plates are drawn.
        config: of the run.
        numbers: of the batches, in order.
        share: the number of this process and the number of processes.
    """

    packs: tuple[Path, ...]
    config: CostConfig
    numbers: Sequence[int]
    share: tuple[int, int] = (0, 1)

    @cached_property
    def _plates(self) -> list[Plate]:
        cv2.setNumThreads(1)
        return [plate for plate in read_plates(self.packs) if not plate.label.held_out]

    @cached_property
    def _chances(self) -> NDArray[np.float64]:
        """Probability of each plate: more for those with a rare symbol."""
        costs = [symbol_numbers(plate.label.cost) or [BLANK] for plate in self._plates]
        often = np.bincount([number for cost in costs for number in set(cost)], minlength=BLANK + 1)
        weight = np.array([max(float(often[number]) ** -RARE for number in cost) for cost in costs])
        return np.asarray(weight / weight.sum(), np.float64)

    @cached_property
    def _pool(self) -> list[Plate]:
        config, rng, plates = self.config, np.random.default_rng((self.config.seed, 1)), self._plates
        font = Path(config.font) if config.font else None
        share = config.invented / (config.invented + config.replaced) if plates else 1.0
        pool = []
        for _ in range(config.pool):
            if rng.uniform() < share:
                pool.append(draw_plate(rng, str(rng.choice(TITLES)), random_cost(rng), font))
            else:
                pool.append(replace_cost(rng, plates[int(rng.integers(len(plates)))], random_cost(rng), font))
        return pool

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, position: int) -> Batch:
        """Return this process's part of a batch: see :func:`collate`."""
        (part, parts), config = self.share, self.config
        rng = np.random.default_rng((config.seed, 2, self.numbers[position], part))
        crops = []
        for _ in range(config.examples // parts):
            if not self._plates or rng.uniform() < config.replaced + config.invented:
                plate = self._pool[int(rng.integers(len(self._pool)))]
            else:
                plate = self._plates[int(rng.choice(len(self._plates), p=self._chances))]
            crops.append(cut_crop(plate, rng, self._plates))
        return collate(crops)


class CostTask(Task):
    """Learn to read mana costs: a single epoch of as many batches as the stages ask for."""

    validated = "read "

    def __init__(self, packs: Sequence[Path], config: CostConfig) -> None:
        self.packs = tuple(packs)
        self.config: CostConfig = config

    def build_model(self) -> nn.Module:
        """Return the untrained network."""
        return CostNetwork()

    def next_epoch(self, progress: Progress) -> Epoch | None:
        """Return the batches still to do."""
        done, total = progress.step, self.config.length
        if done >= total:
            return None
        share = (distributed.rank(), distributed.world_size())
        batches = CropBatches(self.packs, self.config, range(done, total), share)
        return Epoch(0, 1, batches, done, total, self.config.validate_every)

    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the mean loss of all columns."""
        weights = torch.ones(BLANK + 1, device=output.device)
        weights[BLANK] = BLANK_WEIGHT
        return {"loss": cross_entropy(output, targets["columns"], weights, label_smoothing=0.02)}

    @cached_property
    def _crops(self) -> dict[int, list[Crop]]:
        """Held-out plates, or drawn ones where there are none, at each of :data:`LINE_HEIGHTS_PX`."""
        held_out = [plate for plate in read_plates(self.packs) if plate.label.held_out][:VALIDATION_PLATES]
        rng = np.random.default_rng((self.config.seed, 3))
        plates: Sequence[Plate] = held_out or [draw_plate(rng, TITLES[0], random_cost(rng))] * 16
        return {px: [cut_crop(plate, rng, held_out, px) for plate in plates] for px in LINE_HEIGHTS_PX}

    @torch.inference_mode()
    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure the share of crops that are wholly right, by height of the line."""
        device, figures = next(model.parameters()).device, {}
        for line_px, crops in self._crops.items():
            right = 0
            for start in range(0, len(crops), 64):
                batch = crops[start : start + 64]
                odds = model(torch.from_numpy(cost_input([crop.pixels for crop in batch])).to(device))
                for crop, one in zip(batch, odds.float().cpu().numpy(), strict=True):
                    right += tuple(symbol_numbers(decode_cost(one).cost)) == crop.symbols
            figures[f"{line_px} px"] = right / len(crops)
        shown = ", ".join(f"{name} {value:.1%}" for name, value in figures.items())
        values = {f"{self.validated}{name}": value for name, value in figures.items()}
        return {"epoch": progress.step, **values}, f"after {progress.step} batches:\n  {shown}"


def collate(crops: Sequence[Crop]) -> Batch:
    """Return pixels, uint8 (B, 3, HEIGHT, W), and as ``columns`` what each column shows, (B, W / COLUMN)."""
    pixels = torch.from_numpy(cost_input([crop.pixels for crop in crops]).astype(np.uint8))
    width = pixels.shape[3]
    columns = np.full((len(crops), width // COLUMN), BLANK)
    middles = np.arange(width // COLUMN) + 0.5
    for row, crop in zip(columns, crops, strict=True):
        height, right = crop.pixels.shape[:2]
        for symbol, ends in zip(crop.symbols, crop.ends, strict=True):
            left, end = ((width - (right - x) * HEIGHT / height) / COLUMN for x in ends)
            row[np.abs(middles - (left + end) / 2) < max(0.5, MIDDLE * (end - left))] = symbol
    return pixels, {"columns": torch.from_numpy(columns)}
