"""The embedder's training task.

After each epoch all faces are embedded to find each one's look-alikes, which then share batches. The network
learns from two degraded views of each face and is validated on names it is never trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from engine.core.values import Rgb
from engine.retrieval.embedder import embedder_input
from training.data.face_pack import FacePack
from training.embedder import measure
from training.embedder.batches import NEIGHBOURS, Indices, art_classes, make_batches, nearest_neighbours
from training.embedder.config import EmbedderConfig
from training.embedder.losses import EmbedderLoss
from training.embedder.orientation import fit_orientation
from training.embedder.views import PairedViews
from training.networks.backbone import CardEmbedder
from training.trainer import distributed
from training.trainer.checkpoints import CheckpointError, Progress
from training.trainer.config import Stage
from training.trainer.log import progress_interval_s
from training.trainer.loop import MEMORY_FORMAT, Epoch, Task

EMBED_BATCH = 32
FIT_FACES = 3000
"""Largest number of faces to which the projection is fitted before the first step."""
QUERIES = 400
"""Queries of each severity in a validation; the full measurement is another command."""


class EmbedderTask(Task):
    """Learn to embed faces."""

    validated = "recall@1 "
    whole_batch_loss = True

    def __init__(self, pack: FacePack, config: EmbedderConfig) -> None:
        self.config: EmbedderConfig = config
        self.pack = pack
        self.rows = pack.rows(held_out=False)
        self.loss: EmbedderLoss
        self._classes: Indices = np.zeros(0, np.int64)
        self._neighbours: Indices | None = None
        self._vectors: NDArray[np.float32] = np.zeros((0, config.dimension), np.float32)

    def build_model(self) -> nn.Module:
        """Return the network, its backbone pretrained if its package has weights."""
        return CardEmbedder(self.config.dimension, self.config.backbone)

    @torch.no_grad()
    def prepare(self, model: nn.Module) -> None:
        """Fit the projection to the faces and find faces with the same art."""
        network, stage = cast("CardEmbedder", model).eval(), self.config.stages[0]
        some = np.random.default_rng(self.config.seed).permutation(self.rows)[:FIT_FACES]
        if len(some) > self.config.dimension:
            network.fit_projection(_run(network.pooled, self.pack.pixels[np.sort(some)], stage, "fitting"))
        self._embed_all(network, stage)
        self._classes = art_classes(self.pack.faces, self._vectors)

    def extra_modules(self) -> dict[str, nn.Module]:
        """Return the loss, which has a memory and, for ArcFace, class vectors."""
        self.loss = EmbedderLoss(self.config, len(self.pack.faces))
        return {"loss": self.loss}

    def pretrained(self, model: nn.Module) -> list[nn.Parameter]:
        """Return the backbone's parameters."""
        return list(cast("CardEmbedder", model).features.parameters())

    def next_epoch(self, progress: Progress) -> Epoch | None:
        """Return the epoch's remaining batches: pairs of views, and each face's class under ``class``."""
        config, number = self.config, progress.epoch
        if number >= config.length:
            return None
        batches = make_batches(self.rows, self._neighbours, config.pairs, config.group, config.seed * 1000 + number)
        left = batches[progress.batch :]
        shards = [distributed.shard(batch) for batch in left]
        # Each process needs the classes of all faces that are gathered, without the rest that can't be shared evenly.
        kept = config.pairs // distributed.world_size() * distributed.world_size()
        classes = [self._classes[batch[:kept]] for batch in left]
        views = PairedViews(self.pack.pixels, config, number, shards, classes)
        return Epoch(number, config.length, views, progress.batch, len(batches))

    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the loss of the whole batch's unit vectors, gathered from all processes."""
        first, second = (distributed.gather(half) for half in output.chunk(2))
        return {"loss": self.loss(first, second, targets["class"])}

    def end_epoch(self, model: nn.Module, epoch: int) -> None:
        """Embed all faces and find each one's look-alikes for the next epoch."""
        self._embed_all(model, self.config.stage_at(epoch))

    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure recall@1 on held-out names by severity."""
        stage, rows = self.config.stage_at(max(0, progress.epoch - 1)), self.pack.rows(held_out=True)[:QUERIES]
        recalls = dict.fromkeys(measure.SEVERITIES, float("nan"))
        for name, severity in measure.SEVERITIES.items() if rows else ():
            found = measure.search(
                lambda faces: _run(model, faces, stage).cpu().numpy(), self.pack, self._vectors, rows, severity,
                (stage.height, stage.width),
            )  # fmt: skip
            recalls[name] = found.recall(self.pack, 1)
        shown = ", ".join(f"{name} {value:.1%}" for name, value in recalls.items())
        values = {f"{self.validated}{name}": value for name, value in recalls.items()}
        message = f"epoch {progress.epoch}: recall@1 of unseen names: {shown}"
        return {"epoch": progress.epoch, "height": stage.height, **values}, message

    def finish(self, model: nn.Module) -> None:
        """Fit the network's sense of up and down."""
        network, stage = cast("CardEmbedder", model), self.config.stages[-1]
        fit_orientation(
            network, lambda faces: _run(network.pooled, faces, stage).cpu(), self.pack, (stage.height, stage.width),
            self.config.seed, progress=distributed.rank() == 0,
        )  # fmt: skip

    def extra(self) -> dict[str, Any]:
        """Return each face's class and look-alikes."""
        neighbours = None if self._neighbours is None else torch.from_numpy(self._neighbours)
        return {"classes": torch.from_numpy(self._classes), "neighbours": neighbours}

    def load_extra(self, extra: Mapping[str, Any]) -> None:
        """Restore classes and look-alikes; raises CheckpointError if the pack has another number of faces."""
        if len(extra["classes"]) != len(self.pack.faces):
            raise CheckpointError(
                f"--out holds a training on {len(extra['classes'])} faces, the pack has {len(self.pack.faces)}; "
                "give the same pack, or another --out"
            )
        self._classes = extra["classes"].numpy()
        self._neighbours = None if extra["neighbours"] is None else extra["neighbours"].numpy()

    def _embed_all(self, model: nn.Module, stage: Stage) -> None:
        self._vectors = _run(model, self.pack.pixels, stage, "embedding all faces").cpu().numpy()
        if self.config.group > 1:
            self._neighbours = nearest_neighbours(self._vectors, min(NEIGHBOURS, len(self._vectors) - 1))


@torch.inference_mode()
def _run(
    network: Callable[[Tensor], Tensor], faces: Sequence[Rgb] | NDArray[np.uint8], stage: Stage, label: str = ""
) -> Tensor:
    """Return a network's outputs, float32 (N, ...), for faces, uint8 (H, W, 3) each; a label shows a progress bar."""
    device, outputs = distributed.device(), []
    starts = range(0, len(faces), EMBED_BATCH)
    hidden = not label or distributed.rank() > 0
    for start in tqdm(starts, desc=label, leave=False, mininterval=progress_interval_s(), disable=hidden):
        batch = embedder_input(list(faces[start : start + EMBED_BATCH]), stage.height, stage.width)
        outputs.append(network(torch.from_numpy(batch).to(device).contiguous(memory_format=MEMORY_FORMAT)))
    return torch.cat(outputs)
