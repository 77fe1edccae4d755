"""The losses: CircleLoss in SelfSupervisedLoss with a memory, the first recipe's, and ArcFace for comparison."""

from __future__ import annotations

import torch
from pytorch_metric_learning.losses import ArcFaceLoss, CircleLoss, SelfSupervisedLoss
from pytorch_metric_learning.utils import loss_and_miner_utils as pairing
from torch import Tensor, nn

from training.embedder.config import EmbedderConfig

ARCFACE_MARGIN_DEG, ARCFACE_SCALE = 28.6, 32.0
"""The library's margin, and half its scale because there are few pictures per class."""


class VectorMemory(nn.Module):
    """The latest ``size`` vectors of earlier batches (cross-batch memory, Wang et al. 2020)."""

    vectors: Tensor
    classes: Tensor
    filled: Tensor

    def __init__(self, size: int, dimension: int) -> None:
        super().__init__()
        self.register_buffer("vectors", torch.zeros(size, dimension))
        self.register_buffer("classes", torch.full((size,), -1, dtype=torch.long))
        self.register_buffer("filled", torch.zeros((), dtype=torch.long))

    def add(self, vectors: Tensor, classes: Tensor) -> None:
        """Keep vectors (N, D) and their classes (N,)."""
        size = len(self.classes)
        if size:
            at = (self.filled + torch.arange(len(classes), device=classes.device)) % size
            self.vectors[at], self.classes[at] = vectors.detach().float(), classes
            self.filled += len(classes)

    def contents(self) -> tuple[Tensor, Tensor]:
        """Return the vectors (M, D) kept so far and their classes (M,)."""
        count = min(int(self.filled), len(self.classes))
        return self.vectors[:count], self.classes[:count]


class MemoryLoss(SelfSupervisedLoss):  # type: ignore[misc]  # the library has no types
    """``SelfSupervisedLoss`` with vectors of earlier batches as further negatives."""

    def forward(self, embeddings: Tensor, ref_emb: Tensor, classes: Tensor, memory: VectorMemory) -> Tensor:
        """Return the loss of two views (N, D) each of faces of ``classes`` (N,)."""
        both, labels = torch.cat([embeddings, ref_emb]), torch.cat([classes, classes])
        vectors, vector_classes = memory.contents()
        everything, all_labels = torch.cat([both, vectors]), torch.cat([labels, vector_classes])
        anchor, positive, other, negative = pairing.get_all_pairs_indices(labels, all_labels)
        # Neither a face itself nor its vectors in memory, which come from an older network, count as its positive.
        fresh = (anchor != positive) & (positive < len(both))
        pairs = (anchor[fresh], positive[fresh], other, negative)
        loss: Tensor = self.loss(both, labels, pairs, everything, all_labels)
        return loss


class EmbedderLoss(nn.Module):
    """A configuration's loss with its own memory or class vectors; only ArcFace needs the number of classes."""

    def __init__(self, config: EmbedderConfig, classes: int) -> None:
        super().__init__()
        self._koleo = config.koleo
        self.memory = VectorMemory(config.memory, config.dimension)
        self.arcface: nn.Module | None = None
        if config.loss == "arcface":
            self.arcface = ArcFaceLoss(classes, config.dimension, margin=ARCFACE_MARGIN_DEG, scale=ARCFACE_SCALE)
        else:
            self.paired = MemoryLoss(CircleLoss(m=config.margin, gamma=config.gamma))

    def forward(self, first: Tensor, second: Tensor, classes: Tensor) -> Tensor:
        """Return the loss of unit vectors (N, D) of both views; the second ones are added to the memory."""
        loss: Tensor
        if self.arcface is not None:
            loss = self.arcface(torch.cat([first, second]), torch.cat([classes, classes]))
        else:
            loss = self.paired(first, second, classes, self.memory)
        self.memory.add(second, classes)
        return loss + self._koleo * (koleo(first) + koleo(second)) / 2 if self._koleo else loss


def koleo(vectors: Tensor) -> Tensor:
    """Return the Kozachenko-Leonenko regulariser of unit vectors (N, D): small if no two of them are close.

    Sablayrolles et al. 2019, *Spreading vectors for similarity search*.
    """
    similar = vectors @ vectors.T
    nearest = (similar - 2 * torch.eye(len(vectors), device=vectors.device)).argmax(1)
    distance: Tensor = (vectors - vectors[nearest]).norm(dim=1)
    return -torch.log(distance + 1e-6).mean()
