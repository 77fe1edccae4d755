"""The training, from top to bottom.

Each epoch: embed all faces as they are, find each one's look-alikes, deal batches in which look-alikes
meet, learn from two degraded views of each face, measure on names that are never trained on.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader
from tqdm import tqdm

from engine.core.values import Rgb
from training.data.face_pack import FacePack
from training.embedder import measure
from training.embedder.batches import NEIGHBOURS, Indices, art_classes, batches_of, nearest
from training.embedder.losses import EmbedderLoss
from training.embedder.orientation import learn_upright
from training.embedder.settings import Settings, Stage, read_settings
from training.embedder.views import PairedViews
from training.networks.backbone import CardEmbedder
from training.trainer import checkpoints, distributed
from training.trainer.checkpoints import Progress
from training.trainer.log import Journal, telling_s
from training.trainer.schedule import averaging, keep_memory, rate_at

LAST = torch.channels_last
"""Order in memory in which CPUs (and GPUs with tensor cores) convolve about twice as fast."""
CHECKPOINT_EVERY_S = 180.0
EMBED_BATCH = 32
FIT_FACES = 3000
"""Faces the projection is fitted on before the first step."""
MEASURED = 400
"""Queries of each severity after an epoch; the full measurement is another command."""


class Training:
    """A training and its state; :meth:`run` carries it to its end.

    Args:
        settings: all choices.
        pack: the faces.
        out: folder of checkpoint, journal and plots.
        workers: processes that make views.
        resume: whether to go on from the checkpoint in ``out``.
    """

    def __init__(self, settings: Settings, pack: FacePack, out: Path, *, workers: int, resume: bool) -> None:
        keep_memory()
        torch.manual_seed(settings.seed)
        self.device = distributed.start()
        self.settings, self.pack, self.out, self.workers = settings, pack, out, workers
        self.rows = pack.rows(held_out=False)
        self.model = _network(settings).to(self.device)
        self.progress = Progress()
        self.classes: Indices = np.zeros(0, np.int64)
        self.neighbours: Indices | None = None
        if not resume:
            self._prepare()
        self.loss = EmbedderLoss(settings, len(pack.faces)).to(self.device)
        self.optimizer = _optimizer(self.model, self.loss, settings)
        self.average = AveragedModel(self.model, avg_fn=averaging(settings.ema), use_buffers=True)
        self.parts: dict[str, Any] = {
            "model": self.model, "average": self.average, "loss": self.loss, "optimizer": self.optimizer
        }  # fmt: skip
        if resume:
            self._resume()
        self.journal = Journal(out, after=self.progress.step) if distributed.rank() == 0 else None

    def run(self) -> None:
        """Train to the end of the last epoch."""
        network: nn.Module = self.model
        if distributed.world() > 1:
            # Batch statistics of one process's share would differ from those of the batch.
            network = DistributedDataParallel(self.model, broadcast_buffers=False)
        while self.progress.epoch < self.settings.epochs:
            self._epoch(network)
            self.progress = Progress(self.progress.epoch + 1, 0, self.progress.step)
            self._look_around()
            self._save()
        self._learn_upright()
        self._save()
        distributed.meet()

    @torch.no_grad()
    def _prepare(self) -> None:
        """Fit the projection to the faces and find which of them show the same art."""
        stage = self.settings.stages[0]
        rng = np.random.default_rng(self.settings.seed)
        some = rng.permutation(self.rows)[:FIT_FACES]
        self.model.eval()
        pooled = [self.model.pooled(x) for x in self._inputs(self.pack.pixels[np.sort(some)], stage, "fitting")]
        if len(some) > self.settings.dimension:
            self.model.fit_projection(torch.cat(pooled))
        vectors = self._vectors(self.model, stage)
        self.classes = art_classes(self.pack.faces, vectors)
        self.neighbours = self._mined(vectors)

    def _mined(self, vectors: NDArray[np.float32]) -> Indices | None:
        if self.settings.group == 1:
            return None
        return nearest(vectors, min(NEIGHBOURS, len(vectors) - 1))

    def _epoch(self, network: nn.Module) -> None:
        epoch, settings = self.progress.epoch, self.settings
        stage = settings.stage_of(epoch)
        dealt = batches_of(self.rows, self.neighbours, settings.pairs, settings.group, settings.seed * 1000 + epoch)
        left = dealt[self.progress.batch :]
        shares = [distributed.share_of(torch.from_numpy(batch)).numpy() for batch in left]
        views = PairedViews(
            self.pack.pixels, shares, (stage.height, stage.width), (settings.light, settings.heavy),
            settings.skew, (settings.seed, epoch),
        )  # fmt: skip
        # Forked workers would share this process's memory only until it is written to: twice all of it, in the end.
        context, ahead = ("spawn", 2) if self.workers else (None, None)
        loader = DataLoader(
            views, batch_size=None, num_workers=self.workers, prefetch_factor=ahead, multiprocessing_context=context
        )
        self.model.train()
        saved = time.monotonic()
        for first, second, number in self._told(loader, epoch, len(dealt)):
            rate = rate_at((epoch + self.progress.batch / len(dealt)) / settings.epochs, settings.warm_up)
            value = self._step(network, first, second, left[number], rate)
            self.progress.batch, self.progress.step = self.progress.batch + 1, self.progress.step + 1
            if self.journal:
                self.journal.write(step=self.progress.step, loss=value, lr=rate * settings.head_lr)
            if time.monotonic() - saved > CHECKPOINT_EVERY_S:
                self._save()
                saved = time.monotonic()

    def _step(self, network: nn.Module, first: Tensor, second: Tensor, rows: Indices, rate: float) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = group["highest"] * rate
        pixels = torch.cat([first, second]).to(self.device, torch.float32).contiguous(memory_format=LAST)
        with torch.autocast(self.device.type, enabled=self.device.type == "cuda", dtype=torch.bfloat16):
            vectors = network(pixels)
        one, other = (distributed.gathered(half) for half in vectors.float().chunk(2))
        classes = torch.from_numpy(self.classes[rows[: len(one)]]).to(self.device)
        loss = self.loss(one, other, classes)
        self.optimizer.zero_grad(set_to_none=True)
        # Each process's gradient is that of its own rows; their average is taken back to their sum.
        (loss * distributed.world()).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        self.optimizer.step()
        self.average.update_parameters(self.model)
        return float(loss.detach())

    def _learn_upright(self) -> None:
        stage, model = self.settings.stages[-1], cast("CardEmbedder", self.average.module)
        model.eval()

        @torch.inference_mode()
        def pooled(faces: Sequence[Rgb]) -> Tensor:
            return torch.cat([model.pooled(x).float().cpu() for x in self._inputs(np.stack(list(faces)), stage, "")])

        size, first = (stage.height, stage.width), distributed.rank() == 0
        learn_upright(model, pooled, self.pack, size, self.settings.seed, told=first)

    def _look_around(self) -> None:
        """Embed all faces with the averaged network: measure on unseen names, mine look-alikes for the next epoch."""
        stage = self.settings.stage_of(max(0, self.progress.epoch - 1))
        vectors = self._vectors(self.average.module, stage)
        self.neighbours = self._mined(vectors)
        if not self.journal:
            return
        found = {name: self._recall(vectors, stage, severity) for name, severity in measure.SEVERITIES.items()}
        self.journal.write(
            step=self.progress.step, epoch=self.progress.epoch, height=stage.height,
            **{f"recall@1 {name}": value for name, value in found.items()},
        )  # fmt: skip
        self.journal.plot()
        shown = ", ".join(f"{name} {value:.1%}" for name, value in found.items())
        tqdm.write(f"epoch {self.progress.epoch}: recall@1 of unseen names: {shown}", file=sys.stderr)

    def _recall(self, vectors: NDArray[np.float32], stage: Stage, severity: float) -> float:
        rows = self.pack.rows(held_out=True)[:MEASURED]
        if not rows:
            return float("nan")
        size = (stage.height, stage.width)

        def embed(faces: Sequence[Rgb]) -> NDArray[np.float32]:
            return self._embedded(self.average.module, np.stack(list(faces)), stage, "")

        return measure.search(embed, self.pack, vectors, rows, severity, size).recall(self.pack, 1)

    def _vectors(self, model: nn.Module, stage: Stage) -> NDArray[np.float32]:
        return self._embedded(model, self.pack.pixels, stage, "embedding all faces")

    @torch.inference_mode()
    def _embedded(self, model: nn.Module, faces: NDArray[np.uint8], stage: Stage, told: str) -> NDArray[np.float32]:
        model.eval()
        return torch.cat([model(x).float().cpu() for x in self._inputs(faces, stage, told)]).numpy()

    def _inputs(self, faces: NDArray[np.uint8], stage: Stage, told: str) -> Iterator[Tensor]:
        starts = range(0, len(faces), EMBED_BATCH)
        hidden = not told or distributed.rank() > 0
        for start in tqdm(starts, desc=told, leave=False, mininterval=telling_s(), disable=hidden):
            batch = measure.network_input(list(faces[start : start + EMBED_BATCH]), (stage.height, stage.width))
            yield torch.from_numpy(batch).to(self.device).contiguous(memory_format=LAST)

    def _told(self, loader: DataLoader[Any], epoch: int, count: int) -> Iterator[Any]:
        """Yield the loader's batches under a progress bar, which says how long the epoch will take."""
        label = f"epoch {epoch + 1}/{self.settings.epochs}"
        yield from tqdm(
            loader, desc=label, total=count, initial=self.progress.batch, unit="batch", mininterval=telling_s(),
            disable=distributed.rank() > 0,
        )  # fmt: skip

    def _save(self) -> None:
        if distributed.rank() == 0:
            neighbours = None if self.neighbours is None else torch.from_numpy(self.neighbours)
            extra = {"classes": torch.from_numpy(self.classes), "neighbours": neighbours}
            checkpoints.save(self.out, self.settings, self.progress, self.parts, extra)

    def _resume(self) -> None:
        settings, self.progress, states, extra = checkpoints.load(self.out / checkpoints.NAME, read_settings)
        # More epochs may be asked for than before, and batches that fit this machine; all else were another training.
        if replace(settings, stages=self.settings.stages, pairs=self.settings.pairs) != self.settings:
            raise checkpoints.CheckpointError(f"{self.out} holds a training with other settings: {settings}")
        self.classes = extra["classes"].numpy()
        if len(self.classes) != len(self.pack.faces):
            raise checkpoints.CheckpointError(
                f"{self.out} holds a training on {len(self.classes)} faces, the pack has {len(self.pack.faces)}; "
                "give the same pack, or another --out"
            )
        for name, part in self.parts.items():
            part.load_state_dict(states[name])
        self.neighbours = None if extra["neighbours"] is None else extra["neighbours"].numpy()


def _network(settings: Settings) -> CardEmbedder:
    network = CardEmbedder(settings.dimension, settings.backbone)
    for parameter in network.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=LAST)
    return network


def _optimizer(model: CardEmbedder, loss: EmbedderLoss, settings: Settings) -> torch.optim.Optimizer:
    """Return AdamW: a lower rate for the pretrained backbone, weight decay for matrices only."""
    groups = []
    for module, rate in ((model.features, settings.body_lr), (model.pool, settings.head_lr),
                         (model.project, settings.head_lr), (loss, settings.head_lr)):  # fmt: skip
        for matrices in (True, False):
            chosen = [p for p in module.parameters() if (p.ndim > 1) == matrices]
            if chosen:
                decay = settings.weight_decay if matrices else 0.0
                groups.append({"params": chosen, "lr": rate, "highest": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups)
