"""The finder network: a pretrained trunk, a feature pyramid, and three heads."""

from __future__ import annotations

import math

from torch import Tensor, nn
from torch.nn.functional import interpolate

from engine.detection.heatmaps import SECTORS
from training.networks.backbone import PIXEL_MEAN, PIXEL_STD, Lite

KINDS = 2
"""Of cards: Magic faces, and all others."""
RARE = 0.01
"""Initial heat everywhere: few cells are a card's middle (Lin et al. 2017, focal loss)."""
TAPS = {4: 40, 10: 112, 14: 192}
"""Blocks of the trunk whose outputs are used, at strides 8, 16 and 32, with their channels."""
FROZEN_BLOCKS = 3
"""Blocks that keep their ImageNet weights: they detect edges, and at full size they cost most to train."""


class CardFinder(nn.Module):
    """Maps a photo to ``engine/detection/heatmaps.py``'s heat maps; normalises pixels itself.

    A feature pyramid (Lin et al. 2017) over EfficientNet-Lite0, read at stride 8 as CenterNet does
    (Zhou et al. 2019): one peak per card.

    Args:
        width: channels of the pyramid.
    """

    def __init__(self, width: int = 80) -> None:
        super().__init__()
        network = Lite(0).network
        self.stem = nn.Sequential(network._conv_stem, network._bn0, nn.ReLU6())  # noqa: SLF001 - not accessible otherwise
        self.blocks = nn.ModuleList(list(network._blocks)[: max(TAPS) + 1])  # noqa: SLF001 - the same
        self.lateral = nn.ModuleList(nn.Conv2d(channels, width, 1) for channels in TAPS.values())
        self.far = nn.Sequential(_mixing(width, width), _mixing(width, width))
        self.joined = nn.ModuleList(_mixing(width, width) for _ in range(len(TAPS) - 1))
        full = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.tower = nn.Sequential(full, _mixing(width, width), _mixing(width, width))
        self.heat = nn.Conv2d(width, KINDS, 1)
        self.sectors = nn.Conv2d(width, SECTORS, 1)
        self.corners = nn.Conv2d(width, SECTORS * 8, 1)
        nn.init.constant_(self.heat.bias, math.log(RARE / (1 - RARE)))  # type: ignore[arg-type]  # has a bias
        for module in (self.stem, self.blocks[:FROZEN_BLOCKS]):
            module.requires_grad_(False)

    def train(self, mode: bool = True) -> CardFinder:
        """Set the mode; frozen layers keep their statistics."""
        super().train(mode)
        self.stem.eval()
        self.blocks[:FROZEN_BLOCKS].eval()
        return self

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return a photo's maps.

        Args:
            pixels: float32 (B, 3, H, W) RGB in 0..255; H and W multiples of 32.

        Returns:
            heat (B, 2, h, w) as log odds, sectors (B, 4, h, w), corners (B, 4, 8, h, w); h = H / 8, w = W / 8.
        """
        x, taps = self.stem((pixels - PIXEL_MEAN) / PIXEL_STD), list[Tensor]()
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in TAPS:
                taps.append(self.lateral[len(taps)](x))
        x = self.far(taps.pop())
        for join in self.joined:
            x = join(interpolate(x, scale_factor=2.0, mode="nearest") + taps.pop())
        x = self.tower(x)
        corners = self.corners(x)
        return self.heat(x), self.sectors(x), corners.unflatten(1, (SECTORS, 8))


def _mixing(inside: int, outside: int) -> nn.Sequential:
    """Return a depthwise 5x5 and a pointwise convolution: a wide view for few multiplications."""
    return nn.Sequential(
        nn.Conv2d(inside, inside, 5, padding=2, groups=inside, bias=False), nn.BatchNorm2d(inside),
        nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(),
    )  # fmt: skip
