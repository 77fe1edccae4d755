"""The corner network: a map for each corner of a rectified patch, the card's turn and its kind."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from training.networks.backbone import PIXEL_MEAN, PIXEL_STD, InvertedResidual

STAGES = ((16, 1, 2, 3), (24, 3, 2, 3), (48, 4, 2, 4), (96, 3, 2, 4))
"""Channels, blocks, stride and expansion of the encoder: strides 4, 8, 16 and 32 after the stem's 2."""


class CornerNetwork(nn.Module):
    """A small encoder and decoder over patches; the outputs are those of ``engine/detection/corners.py``.

    Args:
        width: channels of the decoder.
    """

    def __init__(self, width: int = 40) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6())
        self.encoder, self.lateral = nn.ModuleList(), nn.ModuleList()
        inside = 16
        for outside, blocks, stride, expand in STAGES:
            layers = []
            for number in range(blocks):
                layers.append(InvertedResidual(inside, outside, stride if number == 0 else 1, expand))
                inside = outside
            self.encoder.append(nn.Sequential(*layers))
            self.lateral.append(nn.Conv2d(outside, width, 1))
        self.joined = nn.ModuleList(_joining(width) for _ in range(len(STAGES) - 1))
        self.corner_maps = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, 4, 1))
        self.classify = nn.Sequential(nn.Linear(2 * inside, 64), nn.ReLU(), nn.Linear(64, 4 + 3))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return ``where`` (B, 4, H / 4, W / 4), ``turn`` (B, 4) and ``kind`` (B, 3) of (B, 3, H, W) in 0..255."""
        x, taps = self.stem((pixels - PIXEL_MEAN) / PIXEL_STD), []
        for stage, lateral in zip(self.encoder, self.lateral, strict=True):
            x = stage(x)
            taps.append(lateral(x))
        # Upper and lower half are pooled apart: what is above and below tells which way up a face is.
        upper, lower = x.chunk(2, dim=2)
        turn, kind = self.classify(torch.cat([upper.mean((2, 3)), lower.mean((2, 3))], 1)).split((4, 3), 1)
        y = taps.pop()
        for join in self.joined:
            finer = taps.pop()
            y = join(interpolate(y, size=finer.shape[2:], mode="nearest") + finer)
        return self.corner_maps(y), turn, kind


def _joining(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width, width, 5, padding=2, groups=width, bias=False), nn.BatchNorm2d(width),
        nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
    )  # fmt: skip
