"""The training task of the network that tells frames and borders."""

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
from torch.nn.functional import log_softmax
from torch.utils.data import Dataset

from engine.core.values import Rgb
from engine.printings.expected_look import LOOKS
from engine.printings.frame import BOX, HEIGHT, WIDTH, frame_input
from training.camera.closeup import HARD, MEDIUM, MILD, degrade
from training.editions.frame_faces import LookFace, extend_art, only, paint_border, read_look_faces
from training.editions.network import FrameNetwork
from training.trainer import distributed
from training.trainer.checkpoints import Progress
from training.trainer.config import Stage, TrainingConfig
from training.trainer.loop import Batch, Epoch, Task

MADE_OVER = 0.3
"""Share of faces that get another border, or extended art."""
SPREAD = 0.35
"""Power of a look's rarity among the faces with which they are drawn."""
SEVERITIES = {"mild": MILD, "medium": MEDIUM, "hard": HARD}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameConfig(TrainingConfig):
    """A training run on frames; its stages count batches, and their picture sizes are not used.

    Attributes:
        examples: faces of a batch.
        validate_every: batches between two validations.
    """

    ON_RESUME: ClassVar[frozenset[str]] = TrainingConfig.ON_RESUME | {"validate_every"}

    stages: tuple[Stage, ...] = (Stage(3000, 160, 112),)
    examples: int = 64
    validate_every: int = 500
    head_lr: float = 2e-3
    ema: float = 0.99


def show(face: Rgb, rng: np.random.Generator, severity: float) -> Rgb:
    """Return a face with its rim as the engine gets it, uint8 (HEIGHT, WIDTH, 3)."""
    seen = degrade(face, rng, severity, (192, 137))
    left, top, right, bottom = BOX
    height, width = seen.shape[:2]
    # What is around the card: the camera shows some of it where the corners are off, else it is made up.
    sides = (round(-top * height), round((bottom - 1) * height), round(-left * width), round((right - 1) * width))
    rim = cv2.copyMakeBorder(seen, *sides, cv2.BORDER_CONSTANT, value=rng.integers(0, 256, 3).tolist())
    return np.asarray(cv2.resize(rim, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def make_over(face: LookFace, rng: np.random.Generator) -> tuple[Rgb, NDArray[np.bool_]]:
    """Return a face with another border or extended art, where it is known to be plain, and its looks."""
    frame = next((frame for frame in ("1993", "1997", "2003") if face.has_only(f"{frame} black")), None)
    if frame is not None:
        border = str(rng.choice(["white", "gold", "silver"], p=[0.6, 0.25, 0.15]))
        return paint_border(face.pixels, border, rng), only(f"{frame} white" if border == "white" else border)
    if face.has_only("2015 black"):
        return extend_art(face.pixels, rng), only("special")
    return face.pixels, face.looks


@dataclass(eq=False)
class FrameBatches(Dataset[Batch]):
    """Batches of faces, one per ``__getitem__``; each can be made again, alone and in any process."""

    faces: Sequence[LookFace]
    config: FrameConfig
    numbers: Sequence[int]
    share: tuple[int, int] = (0, 1)

    @cached_property
    def _chances(self) -> NDArray[np.float64]:
        often = np.maximum(1, sum(face.looks.astype(float) / face.looks.sum() for face in self.faces))
        weights = np.array([float(((often**-SPREAD) * face.looks).sum() / face.looks.sum()) for face in self.faces])
        return np.asarray(weights / weights.sum(), np.float64)

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, position: int) -> Batch:
        """Return this process's part of a batch: faces, and the ``looks`` that each may have."""
        cv2.setNumThreads(1)
        (part, parts), config = self.share, self.config
        rng = np.random.default_rng((config.seed, self.numbers[position], part))
        seen, looks = [], []
        for number in rng.choice(len(self.faces), config.examples // parts, p=self._chances):
            face = self.faces[int(number)]
            pixels, possible = make_over(face, rng) if rng.uniform() < MADE_OVER else (face.pixels, face.looks)
            seen.append(show(pixels, rng, float(rng.uniform())))
            looks.append(possible)
        return torch.from_numpy(frame_input(seen).astype(np.uint8)), {"looks": torch.from_numpy(np.stack(looks))}


class FrameTask(Task):
    """Learn to tell frames and borders: a single epoch of as many batches as the stages ask for."""

    validated = "right "

    def __init__(self, lists: Sequence[Path], config: FrameConfig) -> None:
        self.config: FrameConfig = config
        faces = read_look_faces(lists)
        self.faces = [face for face in faces if not face.held_out]
        self.held_out = [face for face in faces if face.held_out]

    def build_model(self) -> nn.Module:
        """Return the untrained network."""
        return FrameNetwork()

    def next_epoch(self, progress: Progress) -> Epoch | None:
        """Return the batches still to do."""
        done, total = progress.step, self.config.length
        if done >= total:
            return None
        share = (distributed.rank(), distributed.world_size())
        batches = FrameBatches(self.faces, self.config, range(done, total), share)
        return Epoch(0, 1, batches, done, total, self.config.validate_every)

    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the negative log probability of the looks that a face may have (partial labels: Jin 2002)."""
        odds = log_softmax(output, 1).masked_fill(~targets["looks"], -1e4)
        return {"loss": -odds.logsumexp(1).mean()}

    @torch.inference_mode()
    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure the share of held-out faces whose likeliest look is possible, as they are and made over."""
        device, figures = next(model.parameters()).device, {}
        for name, severity in SEVERITIES.items():
            for made in (False, True):
                rng = np.random.default_rng((self.config.seed, 3))
                shown = [make_over(face, rng) if made else (face.pixels, face.looks) for face in self.held_out]
                crops = frame_input([show(pixels, rng, severity) for pixels, _ in shown])
                found = model(torch.from_numpy(crops).to(device)).argmax(1).tolist()
                right = [bool(looks[one]) for one, (_, looks) in zip(found, shown, strict=True)]
                figures[f"{name}{', made over' if made else ''}"] = float(np.mean(right))
        text = ", ".join(f"{name} {value:.1%}" for name, value in figures.items())
        values = {f"{self.validated}{name}": value for name, value in figures.items()}
        return {"epoch": progress.step, **values}, f"after {progress.step} batches, of {len(LOOKS)} looks:\n  {text}"
