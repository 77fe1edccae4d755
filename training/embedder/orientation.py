"""Which way up a face is: a logistic regression on the pooled features of the finished network.

The features respond to upright frames and lines of text, hardly to upside-down ones, so a linear classifier is enough
and metric learning doesn't have to deal with orientation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from engine.core.rectify import rotate_180
from engine.core.values import Rgb
from training.camera.closeup import degrade
from training.data.face_pack import FacePack
from training.networks.backbone import CardEmbedder

FACES = 3000
"""Faces to learn from, each upright and upside down."""
BATCH = 32
LEAST_DEVIATION = 2e-3
"""Lower limit of a feature's standard deviation; in a trained network they are 0.01 and more."""
DECAY = 1e-3
"""Weight of the squared norm, as there are many features and few faces."""

Pool = Callable[[Sequence[Rgb]], Tensor]
"""Faces, uint8 (H, W, 3) each, to pooled features, float (N, C)."""


def fit_orientation(
    model: CardEmbedder, pool: Pool, pack: FacePack, size: tuple[int, int], seed: int, *, progress: bool = True
) -> None:
    """Fit a network's ``upright`` layer to faces of the training set, photographed at any severity.

    ``pool`` returns the network's features of faces of ``size`` (height and width, pixels); ``seed`` decides which
    faces are used and how they are degraded. Raises ValueError if the training diverged.
    """
    rng = np.random.default_rng((seed, FACES))
    rows = rng.permutation(pack.rows(held_out=False))[:FACES]
    features: list[Tensor] = []
    for start in tqdm(range(0, len(rows), BATCH), desc="up and down", disable=not progress, mininterval=5):
        faces = [degrade(pack.pixels[i], rng, float(rng.uniform()), size) for i in rows[start : start + BATCH]]
        features += [pool(faces), pool([rotate_180(face) for face in faces])]
    upright = torch.cat([torch.full((len(part),), 1.0 - i % 2) for i, part in enumerate(features)])
    pooled = torch.cat(features)
    if not pooled.isfinite().all():
        raise ValueError("the training diverged: the network's features are not finite; lower --body-lr")
    weight, bias = fit_logistic(pooled, upright)
    with torch.no_grad():
        model.upright.weight.copy_(weight[np.newaxis])
        model.upright.bias.copy_(bias)


def fit_logistic(features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return weight (C,) and bias () of the regularised logistic regression of labels (N,), 0 or 1, on (N, C)."""
    # A feature that hardly varies would get a weight that amplifies rounding errors.
    mean, deviation = features.mean(0), features.std(0).clamp(min=LEAST_DEVIATION)
    scaled = (features - mean) / deviation
    weight, bias = torch.zeros(features.shape[1], requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = nn.functional.binary_cross_entropy_with_logits(scaled @ weight + bias, labels)
        value = value + DECAY * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]  # torch's own gap
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]  # torch's own gap
    with torch.no_grad():
        unscaled = weight / deviation
        return unscaled, bias - unscaled @ mean
