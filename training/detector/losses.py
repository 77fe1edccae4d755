"""What the finder is taught by: heat, corners, and which way is up."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import log_softmax, logsigmoid

SHARPNESS, TOLERANCE = 2.0, 4.0
"""Of the penalty-reduced focal loss (Law and Deng 2018)."""
CORNER_WEIGHT, SECTOR_WEIGHT = 12.0, 0.5
GENTLE = 0.02
"""Corner error, over the card's height, below which the loss is square and not straight."""


def finder_losses(found: tuple[Tensor, Tensor, Tensor], wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the parts of a batch's loss, and under ``loss`` their weighted sum: scalar tensors.

    Args:
        found: what the network says: heat (log odds), sectors, corners, see ``training/detector/network.py``.
        wanted: the maps of :class:`training.detector.targets.Targets` by name, a batch of each.
    """
    heat, sectors, corners = found
    taught, shares = wanted["taught"], wanted["sectors"]
    weight = taught.sum().clamp(min=1.0)
    sector = -(shares * log_softmax(sectors, 1)).sum(1) * taught
    away = (corners - wanted["corners"].unsqueeze(1)).abs() / wanted["tall"][:, None, None]
    gentle = torch.where(away < GENTLE, away * away / (2 * GENTLE), away - GENTLE / 2).mean(2)
    # Each sector learns the cards whose top points about its way, so also those that a neighbour may claim.
    corner = (gentle * shares.sqrt()).sum(1) * taught
    parts = {
        "heat": _focal(heat, wanted["heat"], wanted["counted"]),
        "corners": corner.sum() / weight,
        "sectors": sector.sum() / weight,
    }
    total = parts["heat"] + CORNER_WEIGHT * parts["corners"] + SECTOR_WEIGHT * parts["sectors"]
    return {**parts, "loss": total}


def _focal(heat: Tensor, wanted: Tensor, counted: Tensor) -> Tensor:
    probability = heat.sigmoid()
    peaks = (wanted > 0.999).float()
    hit = -((1 - probability) ** SHARPNESS) * logsigmoid(heat) * peaks
    miss = -((1 - wanted) ** TOLERANCE) * probability**SHARPNESS * logsigmoid(-heat) * (1 - peaks)
    return ((hit + miss) * counted.unsqueeze(1)).sum() / peaks.sum().clamp(min=1.0)
