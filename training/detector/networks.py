"""The detector's networks: finders of cards and of name plates in photos, and the corner network for patches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from engine.detection.heatmaps import SECTORS
from training.networks.backbone import PIXEL_MEAN, PIXEL_STD, Lite, convolution, inverted_residuals

CARD_KINDS = 2
"""Magic faces, and all other cards."""
RARE = 0.01
"""Initial heat everywhere: few cells are a card's centre (Lin et al. 2017, focal loss)."""
TAPS = {4: 40, 10: 112, 14: 192}
"""Blocks of the trunk whose outputs are used, at strides 8, 16 and 32, with their channels."""
FROZEN_BLOCKS = 3
"""Blocks that keep their ImageNet weights: they detect edges, and at full size they cost most to train."""
PLATE_TAPS = {2: 24, 4: 40, 7: 80}
"""Blocks of the trunk whose outputs the plate finder uses, at strides 4, 8 and 16, with their channels."""
PLATE_FROZEN_BLOCKS = 3
STAGES = ((16, 1, 2, 3), (24, 3, 2, 3), (48, 4, 2, 4), (96, 3, 2, 4))
"""Channels, blocks, stride and expansion of the corner network's encoder: strides 4, 8, 16, 32 after the stem's 2."""


class _Pyramid(nn.Module):
    """The first blocks of EfficientNet-Lite0 and a feature pyramid over them (Lin et al. 2017).

    It normalises pixels itself.

    Args:
        width: channels of the pyramid.
        taps: blocks of the trunk whose outputs are used, with their channels; each has half the stride of the next.
        frozen: number of blocks that keep their ImageNet weights and statistics, like the stem.
    """

    def __init__(self, width: int, taps: Mapping[int, int], frozen: int) -> None:
        super().__init__()
        network = Lite(0).network
        self.stem = nn.Sequential(network._conv_stem, network._bn0, nn.ReLU6())  # noqa: SLF001 - not accessible otherwise
        self.blocks = nn.ModuleList(list(network._blocks)[: max(taps) + 1])  # noqa: SLF001 - the same
        self.lateral = nn.ModuleList(nn.Conv2d(channels, width, 1) for channels in taps.values())
        self.far = nn.Sequential(_separable(width), _separable(width))
        self.joined = nn.ModuleList(_separable(width) for _ in range(len(taps) - 1))
        self._taps, self._frozen = frozenset(taps), frozen
        for module in (self.stem, self.blocks[:frozen]):
            module.requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        """Set the mode; frozen layers keep their statistics."""
        super().train(mode)
        self.stem.eval()
        self.blocks[: self._frozen].eval()
        return self

    def features(self, pixels: Tensor) -> Tensor:
        """Return float32 (B, width, h, w) at the first tap's stride of (B, 3, H, W) in 0..255."""
        x: Tensor = self.stem((pixels - PIXEL_MEAN) / PIXEL_STD)
        taps: list[Tensor] = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in self._taps:
                taps.append(self.lateral[len(taps)](x))
        x = self.far(taps.pop())
        for join in self.joined:
            x = join(interpolate(x, scale_factor=2.0, mode="nearest") + taps.pop())
        return x


class CardFinder(_Pyramid):
    """Maps a photo to the maps of ``engine/detection/heatmaps.py``.

    The pyramid is read at stride 8 like CenterNet (Zhou et al. 2019): one peak per card.
    """

    def __init__(self, width: int) -> None:
        super().__init__(width, TAPS, FROZEN_BLOCKS)
        full = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.tower = nn.Sequential(full, _separable(width), _separable(width))
        self.heat = nn.Conv2d(width, CARD_KINDS, 1)
        self.sectors = nn.Conv2d(width, SECTORS, 1)
        self.corners = nn.Conv2d(width, SECTORS * 8, 1)
        nn.init.constant_(self.heat.bias, math.log(RARE / (1 - RARE)))  # type: ignore[arg-type]  # has a bias

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return a photo's maps.

        Args:
            pixels: float32 (B, 3, H, W) RGB in 0..255; H and W multiples of 32.

        Returns:
            heat (B, 2, h, w) as log odds, sectors (B, 4, h, w), corners (B, 4, 8, h, w); h = H / 8, w = W / 8.
        """
        x = self.tower(self.features(pixels))
        return self.heat(x), self.sectors(x), self.corners(x).unflatten(1, (SECTORS, 8))


class PlateFinder(_Pyramid):
    """Maps a photo to the maps of ``engine/detection/plates.py``.

    The pyramid is read at stride 4, where each cell says whether it is part of a title or a mana cost, as text
    detectors do (Zhou et al. 2017; Liao et al. 2020).
    """

    def __init__(self, width: int) -> None:
        super().__init__(width, PLATE_TAPS, PLATE_FROZEN_BLOCKS)
        self.tower = _separable(width)
        self.parts = nn.Conv2d(width, 2, 1)
        self.shape = nn.Conv2d(width, 3, 1)
        nn.init.constant_(self.parts.bias, math.log(RARE / (1 - RARE)))  # type: ignore[arg-type]  # has a bias

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return a photo's maps.

        Args:
            pixels: float32 (B, 3, H, W) RGB in 0..255; H and W multiples of 32.

        Returns:
            parts (B, 2, h, w) as log odds, shape (B, 3, h, w); h = H / 4, w = W / 4.
        """
        x = self.tower(self.features(pixels))
        return self.parts(x), self.shape(x)


class CornerNetwork(nn.Module):
    """A small encoder and decoder (``width`` channels); ``engine/detection/corners.py`` describes the outputs."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.stem = convolution(3, 16, 3, 2)
        self.encoder, self.lateral = nn.ModuleList(), nn.ModuleList()
        inside = 16
        for outside, count, stride, expand in STAGES:
            self.encoder.append(nn.Sequential(*inverted_residuals(inside, outside, count, stride, expand)))
            self.lateral.append(nn.Conv2d(outside, width, 1))
            inside = outside
        self.joined = nn.ModuleList(_separable(width) for _ in range(len(STAGES) - 1))
        self.corner_maps = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, 4, 1))
        self.classify = nn.Sequential(nn.Linear(2 * inside, 64), nn.ReLU(), nn.Linear(64, 4 + 3))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return ``where`` (B, 4, H / 4, W / 4), ``turn`` (B, 4) and ``kind`` (B, 3) of (B, 3, H, W) in 0..255."""
        x, taps = self.stem((pixels - PIXEL_MEAN) / PIXEL_STD), []
        for stage, lateral in zip(self.encoder, self.lateral, strict=True):
            x = stage(x)
            taps.append(lateral(x))
        # Upper and lower half are pooled separately: their differences tell which way up a face is.
        upper, lower = x.chunk(2, dim=2)
        turn, kind = self.classify(torch.cat([upper.mean((2, 3)), lower.mean((2, 3))], 1)).split((4, 3), 1)
        y = taps.pop()
        for join in self.joined:
            finer = taps.pop()
            y = join(interpolate(y, size=finer.shape[2:], mode="nearest") + finer)
        return self.corner_maps(y), turn, kind


def _separable(width: int) -> nn.Sequential:
    """Return a depthwise 5x5 and a pointwise convolution: a wide view for few multiplications."""
    return nn.Sequential(
        nn.Conv2d(width, width, 5, padding=2, groups=width, bias=False), nn.BatchNorm2d(width),
        nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
    )  # fmt: skip
