"""A training of batches, from top to bottom: what to learn is the task's, everything around it is here.

Resumes after a kill as if it had never stopped, runs on several processes where ``torchrun`` starts them,
keeps an average of the weights, writes a journal with plots.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from training.trainer import checkpoints, distributed
from training.trainer.checkpoints import CheckpointError, Progress
from training.trainer.config import Pace
from training.trainer.log import Journal, telling_s
from training.trainer.schedule import averaging, keep_memory, rate_at

LAST = torch.channels_last
"""Order in memory in which CPUs (and GPUs with tensor cores) convolve about twice as fast."""
CHECKPOINT_EVERY_S = 180.0
MEASURED = "found "
"""What the names of measured figures begin with."""

Batch = tuple[Tensor, Mapping[str, Tensor]]
"""Pixels, uint8 (B, 3, H, W), and what the network is to say of them, by name."""


class Task(Protocol):
    """What is learnt."""

    @property
    def pace(self) -> Pace:
        """How many batches, how fast."""

    def network(self) -> nn.Module:
        """Return the untrained network."""

    def pretrained(self, network: nn.Module) -> set[int]:
        """Return the ids of parameters that learn at the body's rate."""

    def batches(self, numbers: Sequence[int], share: tuple[int, int]) -> Dataset[Batch]:
        """Return the batches of these numbers; ``share``: which of how many equal parts of each."""

    def losses(self, found: Any, wanted: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the loss's parts, and under ``loss`` their weighted sum."""

    def look(self, network: nn.Module, device: torch.device) -> tuple[Mapping[str, float], str]:
        """Measure a network: figures by name, and what to tell."""


class Run:
    """A training and its state; :meth:`run` carries it to its end.

    Args:
        task: what is learnt.
        out: folder of checkpoint, journal and plots.
        workers: processes that make batches.
        resume: whether to go on from the checkpoint in ``out``.

    Raises:
        CheckpointError: there is nothing to resume, or it is another training.
    """

    def __init__(self, task: Task, out: Path, *, workers: int, resume: bool) -> None:
        keep_memory()
        torch.manual_seed(task.pace.seed)
        self.device = distributed.start()
        self.task, self.pace, self.out, self.workers = task, task.pace, out, workers
        self.network = task.network().to(self.device)
        for parameter in self.network.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=LAST)
        self.progress = Progress()
        self.optimizer = _optimizer(self.network, task.pretrained(self.network), self.pace)
        self.average = AveragedModel(self.network, avg_fn=averaging(self.pace.ema), use_buffers=True)
        self.parts: dict[str, Any] = {
            "model": self.network, "average": self.average, "optimizer": self.optimizer
        }  # fmt: skip
        if resume:
            self._resume()
        first = distributed.rank() == 0
        self.journal = Journal(out, after=self.progress.step, measured=MEASURED) if first else None

    def run(self) -> None:
        """Train to the last batch."""
        network: nn.Module = self.network
        if distributed.world() > 1:
            network = DistributedDataParallel(self.network, broadcast_buffers=False)
        saved = time.monotonic()
        self.network.train()
        for pixels, wanted in self._told():
            self._step(network, pixels, wanted)
            if self.progress.step % self.pace.look_every == 0 or self.progress.step == self.pace.batches:
                self._look_around()
                self.network.train()
            if time.monotonic() - saved > CHECKPOINT_EVERY_S:
                self._save()
                saved = time.monotonic()
        self._save()
        distributed.meet()

    def _told(self) -> Iterator[Batch]:
        """Yield the batches that are left under a progress bar, which says how long they will take."""
        left = range(self.progress.step, self.pace.batches)
        batches = self.task.batches(left, (distributed.rank(), distributed.world()))
        context, ahead = ("spawn", 4) if self.workers else (None, None)
        loader = DataLoader(
            batches, batch_size=None, num_workers=self.workers, prefetch_factor=ahead, multiprocessing_context=context
        )
        yield from tqdm(
            loader, total=self.pace.batches, initial=self.progress.step, unit="batch", mininterval=telling_s(),
            disable=distributed.rank() > 0,
        )  # fmt: skip

    def _step(self, network: nn.Module, pixels: Tensor, wanted: Mapping[str, Tensor]) -> None:
        rate = rate_at(self.progress.step / self.pace.batches, self.pace.warm_up)
        for group in self.optimizer.param_groups:
            group["lr"] = group["highest"] * rate
        targets = {name: part.to(self.device) for name, part in wanted.items()}
        with torch.autocast(self.device.type, enabled=self.device.type == "cuda", dtype=torch.bfloat16):
            found = network(pixels.to(self.device, torch.float32).contiguous(memory_format=LAST))
        losses = self.task.losses(tuple(part.float() for part in found), targets)
        self.optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()  # type: ignore[no-untyped-call]  # torch's own gap
        nn.utils.clip_grad_norm_(self.network.parameters(), self.pace.clip)
        self.optimizer.step()
        self.average.update_parameters(self.network)
        self.progress = Progress(0, 0, self.progress.step + 1)
        if self.journal:
            told = {name: part.item() for name, part in losses.items()}
            self.journal.write(step=self.progress.step, lr=rate * self.pace.head_lr, **told)

    def _look_around(self) -> None:
        """Measure the averaged network on what it never trained on."""
        if not self.journal:
            return
        figures, told = self.task.look(self.average.module.eval(), self.device)
        named = {f"{MEASURED}{name}": value for name, value in figures.items()}
        self.journal.write(step=self.progress.step, epoch=self.progress.step, **named)
        self.journal.plot()
        tqdm.write(f"after {self.progress.step} batches:\n{told}", file=sys.stderr)

    def _save(self) -> None:
        if distributed.rank() == 0:
            checkpoints.save(self.out, self.pace, self.progress, self.parts, {})

    def _resume(self) -> None:
        read = type(self.pace).read
        pace, self.progress, states, _ = checkpoints.load(self.out / checkpoints.NAME, read)
        # More batches may be asked for than before, and more looks; all else were another training.
        if replace(pace, stages=self.pace.stages, look_every=self.pace.look_every) != self.pace:
            raise CheckpointError(f"{self.out} holds a training with other settings: {pace}")
        for name, part in self.parts.items():
            part.load_state_dict(states[name])


def _optimizer(network: nn.Module, pretrained: set[int], pace: Pace) -> torch.optim.Optimizer:
    """Return AdamW: a lower rate for what is pretrained, weight decay for matrices only."""
    groups = []
    for old, rate in ((True, pace.body_lr), (False, pace.head_lr)):
        for matrices in (True, False):
            chosen = [
                p for p in network.parameters()
                if p.requires_grad and (id(p) in pretrained) == old and (p.ndim > 1) == matrices
            ]  # fmt: skip
            if chosen:
                decay = pace.weight_decay if matrices else 0.0
                groups.append({"params": chosen, "lr": rate, "highest": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups)
