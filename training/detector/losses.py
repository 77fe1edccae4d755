"""The finder's loss: heat, corners, and which way is up."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import log_softmax, logsigmoid

SHARPNESS, TOLERANCE = 2.0, 4.0
"""Of the penalty-reduced focal loss (Law and Deng 2018)."""
CORNER_WEIGHT, SECTOR_WEIGHT = 12.0, 0.5
QUADRATIC_BELOW = 0.02
"""Corner error, over the card's height, below which the loss is quadratic, not linear."""


def finder_losses(output: tuple[Tensor, Tensor, Tensor], targets: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the parts of a batch's loss, and under ``loss`` their weighted sum: scalar tensors.

    Args:
        output: the network's heat (log odds), sectors and corners, see ``training/detector/network.py``.
        targets: the maps of :class:`training.detector.targets.Targets` by name, a batch of each.
    """
    heat, sectors, corners = output
    weight, shares = targets["card_weight"], targets["sectors"]
    total_weight = weight.sum().clamp(min=1.0)
    sector = -(shares * log_softmax(sectors, 1)).sum(1) * weight
    away = (corners - targets["corners"].unsqueeze(1)).abs() / targets["card_height"][:, None, None]
    smooth = torch.where(away < QUADRATIC_BELOW, away * away / (2 * QUADRATIC_BELOW), away - QUADRATIC_BELOW / 2).mean(
        2
    )
    # Each sector learns the cards whose top points roughly its way, also those shared with a neighbour.
    corner = (smooth * shares.sqrt()).sum(1) * weight
    probability, wanted = heat.sigmoid(), targets["heat"]
    peaks = (wanted > 0.999).float()
    hit = -((1 - probability) ** SHARPNESS) * logsigmoid(heat) * peaks
    miss = -((1 - wanted) ** TOLERANCE) * probability**SHARPNESS * logsigmoid(-heat) * (1 - peaks)
    focal = (hit + miss) * targets["heat_weight"].unsqueeze(1)
    parts = {
        "heat": focal.sum() / peaks.sum().clamp(min=1.0),
        "corners": corner.sum() / total_weight,
        "sectors": sector.sum() / total_weight,
    }
    total = parts["heat"] + CORNER_WEIGHT * parts["corners"] + SECTOR_WEIGHT * parts["sectors"]
    return {**parts, "loss": total}
