"""The network that reads mana costs: a line of symbols to log odds of each symbol in each column."""

from __future__ import annotations

from torch import Tensor, nn

from engine.reading.mana_cost import BLANK
from training.networks.backbone import PIXEL_MEAN, PIXEL_STD

LAYERS = (
    (16, (3, 3), (2, 2), (1, 1)),
    (32, (3, 3), (2, 2), (1, 1)),
    (48, (3, 3), (2, 1), (1, 1)),
    (64, (3, 3), (1, 1), (0, 1)),
    (96, (1, 3), (1, 1), (0, 1)),
    (96, (1, 3), (1, 1), (0, 1)),
)
"""Channels, kernel, stride and padding of each convolution: 24 rows become 12, 6, 3 and 1, four columns become one."""


class CostNetwork(nn.Module):
    """A convolutional line reader of 100,000 parameters; normalises pixels itself.

    A symbol is about as wide as high, four or five columns: a few convolutions see a symbol and its neighbours, and a
    recurrent layer would have nothing to add. Full convolutions, because separable ones are slower at this size.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inside = 3
        for outside, kernel, stride, padding in LAYERS:
            layers += [
                nn.Conv2d(inside, outside, kernel, stride, padding, bias=False),
                nn.BatchNorm2d(outside),
                nn.ReLU(),
            ]
            inside = outside
        self.layers = nn.Sequential(*layers, nn.Dropout(0.1), nn.Conv2d(inside, BLANK + 1, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        """Return log odds, (B, BLANK + 1, W / COLUMN), of pixels, (B, 3, HEIGHT, W) RGB in 0..255."""
        odds: Tensor = self.layers((pixels - PIXEL_MEAN) / PIXEL_STD)
        return odds.squeeze(2)
