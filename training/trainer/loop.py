"""The training loop of all tasks; what to learn is the task's business.

A run that was killed can be resumed as if it had never stopped. ``torchrun`` spreads it over several processes.
"""

from __future__ import annotations

import sys
import time
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from training.trainer import checkpoints, distributed
from training.trainer.checkpoints import Checkpoint, CheckpointError, Progress
from training.trainer.config import TrainingConfig
from training.trainer.log import MetricsLog, progress_interval_s
from training.trainer.schedule import keep_freed_memory, learning_rate_factor, moving_average

MEMORY_FORMAT = torch.channels_last
"""Memory layout in which CPUs, and GPUs with tensor cores, are about twice as fast."""

Batch = tuple[Tensor, Mapping[str, Tensor]]
"""Pixels, uint8 (B, 3, H, W), and the targets by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Epoch:
    """One pass of batches.

    Attributes:
        number: of the epoch, from 0.
        count: epochs of the whole run.
        batches: those still to do, from number ``start`` of ``total``.
        validate_every: batches between two validations within the epoch; None to validate only at its end.
    """

    number: int
    count: int
    batches: Dataset[Batch]
    start: int
    total: int
    validate_every: int | None = None


class Task(Protocol):
    """What is learnt; :class:`Trainer` calls the methods in this order."""

    config: TrainingConfig
    validated: str
    """Prefix of the names of validation metrics that are plotted."""
    whole_batch_loss: bool = False
    """Whether each process computes the loss of the whole batch, gathered from all, rather than of its own share."""

    @abstractmethod
    def build_model(self) -> nn.Module:
        """Return the network before training."""

    def prepare(self, model: nn.Module) -> None:
        """Prepare a new run."""
        del model

    def extra_modules(self) -> dict[str, nn.Module]:
        """Return modules with a state of their own, such as a loss with parameters, by name."""
        return {}

    def load_extra(self, extra: Mapping[str, Any]) -> None:
        """Restore what :meth:`extra` returned; raises CheckpointError if it doesn't fit."""
        del extra

    def pretrained(self, model: nn.Module) -> list[nn.Parameter]:
        """Return the parameters that learn at the body's rate."""
        del model
        return []

    @abstractmethod
    def next_epoch(self, progress: Progress) -> Epoch | None:
        """Return the batches to do next, or None at the end of the run."""

    @abstractmethod
    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the parts of the loss by name, and as ``loss`` their weighted sum: scalar tensors."""

    def end_epoch(self, model: nn.Module, epoch: int) -> None:
        """Use the averaged network at the end of an epoch, counted from 0, in every process."""
        del model, epoch

    @abstractmethod
    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure the averaged network; return what to log, including ``epoch``, and what to print."""

    def finish(self, model: nn.Module) -> None:
        """Complete the averaged network after the last step."""
        del model

    def extra(self) -> dict[str, Any]:
        """Return what else a checkpoint must hold: tensors and plain values."""
        return {}


class Trainer:
    """A training run and its state.

    Args:
        task: what is learnt.
        out: folder of checkpoint, log and plots.
        workers: number of processes that make batches.
        resume: whether to continue from the checkpoint in ``out``.

    Raises:
        CheckpointError: there is no checkpoint to resume from, or it belongs to a different run.
    """

    def __init__(self, task: Task, out: Path, *, workers: int, resume: bool) -> None:
        keep_freed_memory()
        torch.manual_seed(task.config.seed)
        distributed.start()
        self.device = distributed.device()
        self.task, self.config, self.out, self.workers = task, task.config, out, workers
        self.model = task.build_model().to(self.device)
        for parameter in self.model.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=MEMORY_FORMAT)
        if not resume:
            task.prepare(self.model)
        self.progress = Progress()
        extra_modules = {name: module.to(self.device) for name, module in task.extra_modules().items()}
        self.optimizer = self._build_optimizer(list(extra_modules.values()))
        self.average = AveragedModel(self.model, avg_fn=moving_average(self.config.ema), use_buffers=True)
        own: dict[str, Any] = {"model": self.model, "average": self.average, "optimizer": self.optimizer}
        self.parts = {**own, **extra_modules}
        if resume:
            checkpoint = checkpoints.load(out / checkpoints.NAME, type(self.config))
            if not self.config.continues(checkpoint.config):
                raise CheckpointError(f"{out} holds a training with other settings: {checkpoint.config}")
            task.load_extra(checkpoint.extra)
            for name, part in self.parts.items():
                part.load_state_dict(checkpoint.states[name])
            self.progress = checkpoint.progress
        main = distributed.rank() == 0
        self.log = MetricsLog(out, task.validated, after=self.progress.step) if main else None
        self._saved_at = time.monotonic()

    def run(self) -> None:
        """Train to the end."""
        model: nn.Module = self.model
        if distributed.world_size() > 1:
            # Each process keeps its own buffers, which are the statistics of its share of the batches.
            model = DistributedDataParallel(self.model, broadcast_buffers=False)
        while epoch := self.task.next_epoch(self.progress):
            self._train_epoch(model, epoch)
            self.progress = Progress(epoch.number + 1, 0, self.progress.step)
            self.task.end_epoch(self.average.module.eval(), epoch.number)
            self._validate()
            self._save_checkpoint()
        self.task.finish(self.average.module.eval())
        self._save_checkpoint()
        distributed.barrier()

    def _train_epoch(self, model: nn.Module, epoch: Epoch) -> None:
        """Train on an epoch's batches under a progress bar, validating and saving when due."""
        # Spawned, because forked workers would copy this process's memory as soon as either writes to it.
        spawning: dict[str, Any] = {"multiprocessing_context": "spawn", "prefetch_factor": 4} if self.workers else {}
        loader = DataLoader(epoch.batches, batch_size=None, num_workers=self.workers, **spawning)
        bar = tqdm(
            loader, desc=f"epoch {epoch.number + 1}/{epoch.count}" if epoch.count > 1 else None, total=epoch.total,
            initial=epoch.start, unit="batch", mininterval=progress_interval_s(), disable=distributed.rank() > 0,
        )  # fmt: skip
        self.model.train()
        for number, (pixels, targets) in enumerate(bar, epoch.start):
            done = (epoch.number + number / epoch.total) / epoch.count
            self._train_step(model, pixels, targets, learning_rate_factor(done, self.config.warm_up))
            self.progress = Progress(epoch.number, number + 1, self.progress.step + 1)
            if epoch.validate_every and self.progress.step % epoch.validate_every == 0 and number + 1 < epoch.total:
                self._validate()
            if time.monotonic() - self._saved_at > self.config.checkpoint_every_s:
                self._save_checkpoint()

    def _train_step(self, model: nn.Module, pixels: Tensor, targets: Mapping[str, Tensor], rate: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["highest"] * rate
        inputs = pixels.to(self.device, torch.float32).contiguous(memory_format=MEMORY_FORMAT)
        with torch.autocast(self.device.type, enabled=self.device.type == "cuda", dtype=torch.bfloat16):
            output = model(inputs)
        output = output.float() if isinstance(output, Tensor) else tuple(part.float() for part in output)
        losses = self.task.losses(output, {name: part.to(self.device) for name, part in targets.items()})
        self.optimizer.zero_grad(set_to_none=True)
        # Gradients are averaged over processes, but those of a loss of the whole batch must be summed.
        scale = distributed.world_size() if self.task.whole_batch_loss else 1
        (losses["loss"] * scale).backward()  # type: ignore[no-untyped-call]  # torch's own gap
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        self.average.update_parameters(self.model)
        if self.log:
            values = {name: part.item() for name, part in losses.items()}
            self.log.write(step=self.progress.step + 1, lr=rate * self.config.head_lr, **values)

    def _validate(self) -> None:
        """Measure the averaged network on held-out data, in the first process."""
        if self.log:
            values, message = self.task.validate(self.average.module.eval(), self.progress)
            self.log.write(step=self.progress.step, **values)
            self.log.plot()
            tqdm.write(message, file=sys.stderr)

    def _save_checkpoint(self) -> None:
        self._saved_at = time.monotonic()
        if distributed.rank() == 0:
            states = {name: part.state_dict() for name, part in self.parts.items()}
            checkpoints.save(self.out, Checkpoint(self.config, self.progress, states, self.task.extra()))

    def _build_optimizer(self, extra_modules: list[nn.Module]) -> torch.optim.Optimizer:
        """Return AdamW with a lower rate for pretrained parameters, and weight decay for matrices only."""
        pretrained = {id(parameter) for parameter in self.task.pretrained(self.model)}
        parameters = [p for module in (self.model, *extra_modules) for p in module.parameters() if p.requires_grad]
        groups = []
        for body, rate in ((True, self.config.body_lr), (False, self.config.head_lr)):
            for matrices, decay in ((True, self.config.weight_decay), (False, 0.0)):
                chosen = [p for p in parameters if (id(p) in pretrained) == body and (p.ndim > 1) == matrices]
                if chosen:
                    groups.append({"params": chosen, "lr": rate, "highest": rate, "weight_decay": decay})
        return torch.optim.AdamW(groups)
